//! One deed for many contacts in one transaction, each with its own outcome, and a way back.

use std::collections::BTreeMap;

use sqlx::PgConnection;

use super::bulk_record::record_all;
pub use super::deed::Deed;
use super::deed::{DeedOutcome, moved, why_not};
use crate::app::App;
use crate::contacts::Contact;
use crate::contacts::journal::{By, Input};
use crate::error::AppError;
use crate::flash::FlashLine;
use crate::session::Viewer;
use crate::trade::Crn;

/// The most that one act takes.
pub const MOST: usize = 200;

/// The rows ticked: CRN and the version that the list showed, sent as "C123456782.3".
pub fn ticked(ticks: &[String]) -> Result<Vec<(String, i32)>, AppError> {
    let unreadable = || AppError::BadRequest("A ticked row can’t be read. Open the queue again.".into());
    ticks.iter().map(|row| tick(row).ok_or_else(unreadable)).collect()
}

/// One of them.
pub fn tick(tick: &str) -> Option<(String, i32)> {
    let (crn, version) = tick.split_once('.')?;
    Some((crn.to_owned(), version.parse().ok()?))
}

/// A number of contacts as it was typed, or what to say of it.
pub fn how_many(typed: &str) -> Result<u16, String> {
    let number = typed.trim().parse::<u16>().ok().filter(|n| (1..=MOST).contains(&usize::from(*n)));
    number.ok_or_else(|| format!("Enter a number from 1 to {MOST}"))
}

/// Does the deed to each, within the caller's transaction: what moves contacts is written at once for up to [`MOST`] of
/// them, what does more is written one by one.
pub async fn each(
    app: &App,
    tx: &mut PgConnection,
    viewer: &Viewer,
    rows: &[(String, i32)],
    deed: &Deed,
    note: &str,
) -> Result<DeedOutcome, AppError> {
    let by = By { viewer: Some(viewer), at: app.clock.now(), terms: &app.config.terms };
    let mut outcome = DeedOutcome::default();
    for rows in rows.chunks(MOST) {
        for ((crn, version), ended) in rows.iter().zip(some(tx, by, viewer, rows, deed, note).await?) {
            match ended {
                Ok(holder) => {
                    outcome.done.push((crn.clone(), version + 1));
                    let meant = if let Deed::Give { to, .. } = deed { Some(*to) } else { holder };
                    outcome.covered += u64::from(holder != meant);
                }
                Err(why) => outcome.not.push(FlashLine {
                    text: format!("Not done: {why}."),
                    href: Some(format!("/contacts/{crn}")),
                    link: crn.clone(),
                }),
            }
        }
    }
    Ok(outcome)
}

/// What came of each: who holds it now, or why it was not done.
type Ended = Result<Option<i64>, String>;

async fn some(
    tx: &mut PgConnection,
    by: By<'_>,
    viewer: &Viewer,
    rows: &[(String, i32)],
    deed: &Deed,
    note: &str,
) -> Result<Vec<Ended>, AppError> {
    let read = read(tx, viewer, rows.iter().map(|(crn, _)| crn.as_str())).await?;
    let texts: BTreeMap<&str, String> =
        read.iter().map(|(crn, contact)| (crn.as_str(), deed.text_for(contact))).collect();
    let mut ended: Vec<Option<Ended>> = Vec::with_capacity(rows.len());
    let mut acts: Vec<(&Contact, Input<'_>)> = Vec::with_capacity(rows.len());
    for (crn, version) in rows {
        let Some(contact) = Crn::parse(crn).ok().and_then(|crn| read.get(crn.as_str())) else {
            ended.push(Some(Err("there is no such contact".to_owned())));
            continue;
        };
        let Some(input) = deed.input(contact, texts.get(contact.crn.as_str()).map_or("", String::as_str)) else {
            ended.push(Some(Err("what came of it was not said".to_owned())));
            continue;
        };
        if contact.version != *version {
            ended.push(Some(Err(moved(viewer, contact))));
            continue;
        }
        acts.push((contact, input));
        ended.push(None);
    }
    let outcomes = record_all(tx, by, &acts, note).await?;
    // what is true now is read afresh
    let refused = acts.iter().zip(&outcomes).filter(|(_, outcome)| outcome.is_err());
    let now = self::read(tx, viewer, refused.map(|((contact, _), _)| contact.crn.as_str())).await?;
    let mut said = acts.iter().zip(outcomes).map(|((contact, _), outcome)| {
        outcome.map_err(|refused| why_not(&refused, deed, viewer, contact, now.get(&contact.crn).unwrap_or(contact)))
    });
    Ok(ended.into_iter().filter_map(|ended| ended.or_else(|| said.next())).collect())
}

/// Contacts by CRN; what is not there for the viewer is left out.
async fn read<'a>(
    tx: &mut PgConnection,
    viewer: &Viewer,
    crns: impl Iterator<Item = &'a str>,
) -> Result<BTreeMap<String, Contact>, AppError> {
    let crns: Vec<&str> = crns.collect();
    if crns.is_empty() {
        return Ok(BTreeMap::new());
    }
    let contacts = Contact::seen_of(tx, viewer, &crns).await?;
    Ok(contacts.into_iter().map(|contact| (contact.crn.clone(), contact)).collect())
}
