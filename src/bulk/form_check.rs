//! `/bulk/form/check`: the sites of a form before they are logged, with warnings and those that are there already.
//! Submitting hands them to the worker; however often it is sent, each row makes one contact.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;
use sqlx::PgConnection;

use super::already_logged::{already_logged, premises_key};
use super::check::beside_what_is_logged;
use super::form_rows::{check, sites};
use super::job::Job;
use super::of_type::OfType;
use super::verdict::{RowOutcome, Verdict};
use super::{NewBulk, RowSource, SentRow, keep};
use crate::addresses::facts::facts_of_many;
use crate::app::App;
use crate::contacts::duplicates;
use crate::contacts::fields::{Details, Field};
use crate::contacts::types::ContactType;
use crate::drafts::{close, load};
use crate::error::AppError;
use crate::form::Submitted;
use crate::forms::sites_form;
use crate::frame::Frame;
use crate::page;
use crate::session::{SignedIn, Viewer};
use crate::trade::words::plural;
use crate::typed::Typed;

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

/// The rows as they stand; nothing if one has errors.
async fn checked(
    app: &App,
    tx: &mut PgConnection,
    viewer: &Viewer,
    contact_type: ContactType,
    form: &mut Typed,
) -> Result<Option<Vec<CheckedRow>>, AppError> {
    let sites = sites(contact_type, form);
    let details: Vec<Details> = sites.iter().map(SentRow::details).collect();
    let facts = facts_of_many(app, &mut *tx, &details).await?;
    let found = check(contact_type.spec(), form, &sites, &facts);
    if form.has_errors() || sites.is_empty() {
        return Ok(None);
    }
    let logged_as = already_logged(&mut *tx, viewer.organisation_id().unwrap_or_default(), &details).await?;
    let candidates = duplicates::of_many(tx, viewer, &details.iter().collect::<Vec<_>>()).await?;
    let mut earlier: HashMap<Vec<u8>, usize> = HashMap::new();
    let mut rows = Vec::new();
    for (place, ((sent, details), outcome)) in sites.into_iter().zip(details).zip(found).enumerate() {
        let key = premises_key(&details);
        let (logged_as, repeats) = (logged_as.get(&place), earlier.get(&key).copied());
        let outcome = beside_what_is_logged(outcome, logged_as, repeats, &candidates[place]);
        if outcome.can_be_logged() {
            earlier.insert(key, sent.line);
        }
        rows.push(CheckedRow { sent, details, outcome });
    }
    Ok(Some(rows))
}

pub async fn show(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    OfType(contact_type): OfType,
    Query(asked): Query<Asked>,
) -> Result<Response, AppError> {
    viewer.may_log()?;
    let key = asked.key.ok_or(AppError::NotFound)?;
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let Some(mut form) = load(&mut tx, &viewer, &sites_form(contact_type, &key)).await? else {
        Job::seen_by(&mut tx, &viewer, &key).await?;
        return Ok(page::to(&format!("/bulk/{key}")));
    };
    let rows = checked(&app, &mut tx, &viewer, contact_type, &mut form).await?;
    tx.commit().await?;
    match rows {
        None => Ok(page::to(&sites_form(contact_type, &key))),
        Some(rows) => {
            let frame = Frame::new(&app, Some(&viewer), "/bulk/form");
            page::ok(&CheckPage { frame, contact_type, key, rows })
        }
    }
}

pub async fn submit(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    sent: Submitted<SendForm>,
) -> Result<Response, AppError> {
    viewer.may_log()?;
    let SendForm { key, contact_type } = sent.form;
    let contact_type = ContactType::chosen(&contact_type).ok_or(AppError::NotFound)?;
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let Some(mut form) = load(&mut tx, &viewer, &sites_form(contact_type, &key)).await? else {
        // sent twice
        Job::seen_by(&mut tx, &viewer, &key).await?;
        return Ok(page::to(&format!("/bulk/{key}")));
    };
    let Some(rows) = checked(&app, &mut tx, &viewer, contact_type, &mut form).await? else {
        return Ok(page::to(&sites_form(contact_type, &key)));
    };
    let place = [Field::Street, Field::Postcode].map(|field| rows[0].details.get(field).to_owned()).join(", ");
    let rows: Vec<SentRow> = rows.into_iter().map(|row| row.sent).collect();
    let new =
        NewBulk { key: &key, name: &place, kind: RowSource::Form, contact_type, adds: true, rows: &rows, reading: "" };
    keep(&mut tx, &viewer, &new, app.clock.now()).await?;
    close(&mut tx, &viewer, &sites_form(contact_type, &key)).await?;
    tx.commit().await?;
    app.bulk.notify_one();
    Ok(page::to(&format!("/bulk/{key}")))
}
