//! `/bulk/form/check`: the sites of a form before they are logged, with warnings and those that are there already.
//! Submitting hands them to the worker; however often it is sent, each row makes one contact. One at a time of a person's is
//! checked, since its rows are held against all that is near.

use std::collections::HashMap;
use std::time::Duration;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::Response;
use serde::Deserialize;
use sqlx::PgConnection;

use super::already_logged::{already_logged, premises_key};
use super::check::beside_what_is_logged;
use super::form_rows::{check, sites};
use super::job::{Job, not_looked_up as not_looked_up_in_words};
use super::of_type::OfType;
use super::verdict::{RowOutcome, Verdict};
use super::{NewBulk, RowSource, SentRow, keep};
use crate::addresses::facts::facts_of_many;
use crate::app::App;
use crate::contacts::fields::{Details, Field};
use crate::contacts::look_ups::told_of_many;
use crate::contacts::types::ContactType;
use crate::drafts::{close, load};
use crate::error::AppError;
use crate::form::Submitted;
use crate::forms::sites_form;
use crate::frame::Frame;
use crate::limits::table::{CHECKS, LOOK_UPS, ROWS_LOGGED};
use crate::limits::{hold, left_out, spend_in};
use crate::page;
use crate::session::{SignedIn, Viewer};
use crate::trade::words::plural;
use crate::typed::Typed;

/// How long one more form of a person's waits to be checked.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// The form that is checked.
#[derive(Debug, Deserialize)]
pub struct Asked {
    key: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SendForm {
    key: String,
    #[serde(default, rename = "type")]
    contact_type: String,
}

#[derive(Template)]
#[template(path = "bulk/form_check.html")]
struct CheckPage {
    frame: Frame,
    contact_type: ContactType,
    key: String,
    rows: Vec<CheckedRow>,
    /// that some were not held against meter points of others, in a sentence
    not_looked_up: String,
    /// why they can't be logged now
    refused: String,
}

/// A row of the form and what came of it.
#[derive(Debug)]
struct CheckedRow {
    sent: SentRow,
    details: Details,
    outcome: RowOutcome,
}

impl CheckPage {
    fn edit(&self) -> String {
        sites_form(self.contact_type, &self.key)
    }

    fn logged(&self) -> usize {
        self.rows.iter().filter(|row| row.outcome.can_be_logged()).count()
    }

    fn log_them(&self) -> String {
        format!("Log {}", plural(self.logged() as u64, "contact"))
    }

    fn asked(&self) -> bool {
        self.rows.iter().any(|row| row.outcome.verdict == Verdict::Ask)
    }

    fn shared(&self) -> Vec<(Field, String)> {
        let Some(first) = self.rows.first() else { return Vec::new() };
        let shared = super::form_rows::of_all(self.contact_type.spec()).filter(|field| *field != Field::BuildingNumber);
        shared.map(|field| (field, first.details.shown(field))).filter(|(_, text)| !text.is_empty()).collect()
    }

    /// Columns of the table in which something stands, beside the site.
    fn columns(&self) -> Vec<Field> {
        let columns = [Field::Msn, Field::Reading, Field::ReadingDate, Field::Uprn, Field::OwnReference];
        let is_used = |field: &Field| self.rows.iter().any(|row| !row.details.get(*field).is_empty());
        columns.into_iter().filter(is_used).collect()
    }

    fn says_something(&self) -> bool {
        self.rows.iter().any(|row| !row.outcome.problems.is_empty() || !row.outcome.can_be_logged())
    }
}

/// The rows as they stand, by the rules alone; nothing if one has errors.
struct Read {
    sites: Vec<SentRow>,
    details: Vec<Details>,
    found: Vec<RowOutcome>,
}

async fn read(
    app: &App,
    tx: &mut PgConnection,
    contact_type: ContactType,
    form: &mut Typed,
) -> Result<Option<Read>, AppError> {
    let sites = sites(contact_type, form);
    let details: Vec<Details> = sites.iter().map(SentRow::details).collect();
    let facts = facts_of_many(app, &mut *tx, &details).await?;
    let found = check(contact_type.spec(), form, &sites, &facts);
    let is_good = !form.has_errors() && !sites.is_empty();
    Ok(is_good.then_some(Read { sites, details, found }))
}

/// The page of these rows, beside what is logged and what looks the same.
async fn compared(
    app: &App,
    tx: &mut PgConnection,
    viewer: &Viewer,
    (contact_type, key): (ContactType, String),
    Read { sites, details, found }: Read,
) -> Result<CheckPage, AppError> {
    let logged_as = already_logged(&mut *tx, viewer.organisation_id().unwrap_or_default(), &details).await?;
    let told = told_of_many(tx, viewer, &details.iter().collect::<Vec<_>>()).await?;
    let not_looked_up = told.iter().filter(|told| told.missing > 0).count();
    if let Some(seconds) = told.iter().map(|told| told.missing).max().filter(|seconds| *seconds > 0) {
        left_out(&LOOK_UPS, seconds);
    }
    let mut earlier: HashMap<Vec<u8>, usize> = HashMap::new();
    let mut rows = Vec::new();
    for (place, ((sent, details), outcome)) in sites.into_iter().zip(details).zip(found).enumerate() {
        let premises = premises_key(&details);
        let (logged_as, repeats) = (logged_as.get(&place), earlier.get(&premises).copied());
        let outcome = beside_what_is_logged(outcome, logged_as, repeats, &told[place].candidates);
        if outcome.can_be_logged() {
            earlier.insert(premises, sent.line);
        }
        rows.push(CheckedRow { sent, details, outcome });
    }
    let frame = Frame::new(app, Some(viewer), "/bulk/form");
    let not_looked_up = not_looked_up_in_words(not_looked_up as u64);
    Ok(CheckPage { frame, contact_type, key, rows, not_looked_up, refused: String::new() })
}

pub async fn show(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    OfType(contact_type): OfType,
    Query(asked): Query<Asked>,
) -> Result<Response, AppError> {
    viewer.may_log()?;
    let key = asked.key.ok_or(AppError::NotFound)?;
    let _own = hold(&app, &viewer, &CHECKS, LONGEST_WAIT).await?;
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let Some(mut form) = load(&mut tx, &viewer, &sites_form(contact_type, &key)).await? else {
        Job::seen_by(&mut tx, &viewer, &key).await?;
        return Ok(page::to(&format!("/bulk/{key}")));
    };
    let Some(rows) = read(&app, &mut tx, contact_type, &mut form).await? else {
        return Ok(page::to(&sites_form(contact_type, &key)));
    };
    let shown = compared(&app, &mut tx, &viewer, (contact_type, key), rows).await?;
    tx.commit().await?;
    page::ok(&shown)
}

pub async fn submit(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    sent: Submitted<SendForm>,
) -> Result<Response, AppError> {
    viewer.may_log()?;
    let SendForm { key, contact_type } = sent.form;
    let contact_type = ContactType::chosen(&contact_type).ok_or(AppError::NotFound)?;
    let _own = hold(&app, &viewer, &CHECKS, LONGEST_WAIT).await?;
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let Some(mut form) = load(&mut tx, &viewer, &sites_form(contact_type, &key)).await? else {
        // sent twice
        Job::seen_by(&mut tx, &viewer, &key).await?;
        return Ok(page::to(&format!("/bulk/{key}")));
    };
    let Some(read) = read(&app, &mut tx, contact_type, &mut form).await? else {
        return Ok(page::to(&sites_form(contact_type, &key)));
    };
    let count = i64::try_from(read.sites.len()).unwrap_or(i64::MAX);
    if let Err(refused) = spend_in(&mut tx, &viewer, &ROWS_LOGGED, count, None).await {
        let AppError::Limited(says, seconds) = refused else { return Err(refused) };
        let shown = compared(&app, &mut tx, &viewer, (contact_type, key), read).await?;
        tx.commit().await?;
        let shown = CheckPage { refused: says.into_owned(), ..shown };
        let mut answer = page::page(StatusCode::TOO_MANY_REQUESTS, &shown)?;
        answer.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        return Ok(answer);
    }
    let place = [Field::Street, Field::Postcode].map(|field| read.details[0].get(field).to_owned()).join(", ");
    let rows = &read.sites;
    let new = NewBulk { key: &key, name: &place, kind: RowSource::Form, contact_type, adds: true, rows, reading: "" };
    keep(&mut tx, &viewer, &new, app.clock.now()).await?;
    close(&mut tx, &viewer, &sites_form(contact_type, &key)).await?;
    tx.commit().await?;
    app.bulk.notify_one();
    Ok(page::to(&format!("/bulk/{key}")))
}
