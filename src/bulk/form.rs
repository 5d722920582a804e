//! `/bulk/form`: several sites at one address block from one form. What all share is typed once; the table is typed,
//! counted (plots 1 to 24) or pasted. What was typed waits on the server under the form's key.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use sqlx::PgConnection;

use super::form_rows::{FIRST, MOST, cell, check, count, fill, is_known, is_of_a_row, of_all, sites};
use super::of_type::OfType;
use super::paste;
use crate::addresses::facts::facts_of_many;
use crate::app::App;
use crate::contacts::fields::{Field, Section, Spec};
use crate::contacts::types::ContactType;
use crate::drafts::{close, or_full, restore};
use crate::error::AppError;
use crate::form::Submitted;
use crate::forms::{Fields, Form, sites_form};
use crate::frame::Frame;
use crate::page;
use crate::secret::is_token;
use crate::session::{SignedIn, Viewer};
use crate::typed::Typed;

/// The form's key, and what has changed since the page before was drawn.
#[derive(Debug, Deserialize)]
pub struct Asked {
    key: Option<String>,
    #[serde(default)]
    changed: String,
}

/// The form: its own fields, those that all rows share, and the cells of the table.
#[derive(Debug, Deserialize)]
pub struct BlockForm {
    key: String,
    #[serde(default, rename = "type")]
    contact_type: String,
    rows: String,
    #[serde(default)]
    go: String,
    #[serde(default)]
    pasted: String,
    #[serde(default)]
    count_field: String,
    #[serde(default)]
    count_prefix: String,
    #[serde(default)]
    count_from: String,
    #[serde(default)]
    count_to: String,
    #[serde(flatten)]
    fields: Map<String, Value>,
}

#[derive(Template)]
#[template(path = "bulk/form.html")]
struct FormPage {
    frame: Frame,
    contact_type: ContactType,
    form: Typed,
    key: String,
}

impl FormPage {
    fn spec(&self) -> &'static Spec {
        self.contact_type.spec()
    }

    fn shared(&self, section: &Section) -> Vec<Field> {
        section.fields.iter().copied().filter(|field| of_all(self.spec()).any(|known| known == *field)).collect()
    }

    fn columns(&self) -> &'static [Field] {
        self.spec().table
    }

    fn rows(&self) -> std::ops::RangeInclusive<usize> {
        1..=count(&self.form)
    }

    fn count(&self) -> usize {
        count(&self.form)
    }

    fn most(&self) -> usize {
        MOST
    }

    fn cell(&self, row: &usize, field: &Field) -> String {
        cell(*row, *field)
    }

    fn countable(&self) -> Vec<(&'static str, &'static str)> {
        let counted = [Field::PlotNumber, Field::SubBuildingName, Field::BuildingNumber].into_iter();
        counted.filter(|field| is_of_a_row(self.spec(), *field)).map(|field| (field.name(), field.label())).collect()
    }
}

pub async fn show(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    OfType(contact_type): OfType,
    Query(asked): Query<Asked>,
) -> Result<Response, AppError> {
    viewer.may_log()?;
    let mut frame = Frame::new(&app, Some(&viewer), "/bulk/form");
    let Some(key) = asked.key else {
        // every form has an address of its own, which Back finds again
        return Ok(page::to(&sites_form(contact_type, &crate::secret::token())));
    };
    if !is_token(&key) {
        return Err(AppError::NotFound);
    }
    let mut tx = app.db.as_viewer(viewer.id).await?;
    if super::job::Job::seen_by(&mut tx, &viewer, &key).await.is_ok() {
        // Back after submitting: what came of it
        return Ok(page::to(&format!("/bulk/{key}")));
    }
    let mut form = Typed::default();
    form.set("rows", FIRST.to_string());
    restore(&mut tx, &viewer, &mut frame, &sites_form(contact_type, &key), &mut form).await?;
    tx.commit().await?;
    if asked.changed == "rows" {
        // nobody has left the page: its table was filled
        frame.kept = None;
    }
    page::ok(&FormPage { frame, contact_type, form, key })
}

pub async fn submit(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    sent: Submitted<BlockForm>,
) -> Result<Response, AppError> {
    viewer.may_log()?;
    let Submitted { form: block, typed: mut form, .. } = sent;
    let contact_type = ContactType::chosen(&block.contact_type).ok_or(AppError::NotFound)?;
    let spec = contact_type.spec();
    let has_rows = block.rows.parse().is_ok_and(|rows: usize| (1..=MOST).contains(&rows));
    if !has_rows || !is_token(&block.key) || !block.fields.keys().all(|name| is_known(spec, name)) {
        return Err(AppError::does_not_fit());
    }
    let mut tx = app.db.as_viewer(viewer.id).await?;
    if super::job::Job::seen_by(&mut tx, &viewer, &block.key).await.is_ok() {
        close(&mut tx, &viewer, &sites_form(contact_type, &block.key)).await?;
        tx.commit().await?;
        return Err(AppError::Conflict(
            "This form has been submitted already. Start a new one to log more sites.".into(),
        ));
    }
    let is_blank = sites(contact_type, &form).is_empty();
    let go = match block.go.as_str() {
        // Enter beside what fills the table fills it
        "enter" if is_blank && !block.count_from.trim().is_empty() => "count",
        "enter" if is_blank && !block.pasted.trim().is_empty() => "paste",
        "enter" => "check",
        other => other,
    };
    let changed_rows = contact_type.at("/bulk/form", &format!("key={}&changed=rows#rows", block.key));
    let then = match go {
        "" | "check" => {
            let sites = sites(contact_type, &form);
            if sites.is_empty() {
                form.wrong(cell(1, spec.table[0]), "Fill in at least one row of the table");
            }
            let details: Vec<_> = sites.iter().map(super::SentRow::details).collect();
            let facts = facts_of_many(&app, &mut tx, &details).await?;
            check(spec, &mut form, &sites, &facts);
            contact_type.at("/bulk/form/check", &format!("key={}", block.key))
        }
        "more" => {
            form.set("rows", (count(&form) + FIRST).min(MOST).to_string());
            changed_rows
        }
        "paste" => {
            put(spec, &mut form, "pasted", paste::rows(spec, &block.pasted));
            changed_rows
        }
        "count" => {
            let field = Field::parse(&block.count_field).filter(|field| is_of_a_row(spec, *field));
            let field = field.ok_or_else(AppError::does_not_fit)?;
            let rows = paste::counted(field, &block.count_prefix, &block.count_from, &block.count_to);
            put(spec, &mut form, "count_from", rows);
            changed_rows
        }
        _ => return Err(AppError::does_not_fit()),
    };
    keep(&mut tx, &viewer, &Form::Sites(contact_type, block.key.clone()), &form).await?;
    tx.commit().await?;
    if form.has_errors() {
        let frame = Frame::new(&app, Some(&viewer), "/bulk/form");
        return page::again(&FormPage { frame, contact_type, form, key: block.key });
    }
    Ok(page::to(&then))
}

/// Puts rows into the table, or says at this field why not; what made them is empty again afterwards.
fn put(spec: &Spec, form: &mut Typed, at: &str, rows: Result<Vec<Vec<(Field, String)>>, String>) {
    match rows {
        Ok(rows) if fill(spec, form, &rows) => {
            for name in ["pasted", "count_prefix", "count_from", "count_to"] {
                form.set(name, "");
            }
        }
        Ok(_) => form.wrong(at, format!("The table has at most {MOST} rows. Send more as a file")),
        Err(says) => form.wrong(at, says),
    }
}

/// What the table has become by counting, pasting or adding rows.
async fn keep(tx: &mut PgConnection, viewer: &Viewer, kept: &Form, form: &Typed) -> Result<(), AppError> {
    let fields: Fields = form
        .filled()
        .filter(|(name, _)| !matches!(*name, "key" | "type" | "go"))
        .map(|(name, text)| (name.to_owned(), text.to_owned()))
        .collect();
    let title = kept.title(&fields);
    sqlx::query!(
        "insert into draft (person_id, form, title, fields, sent) values ($1, $2, $3, $4, $5)
         on conflict (person_id, form) do update
         set fields = excluded.fields, title = excluded.title, saved = now(), sent = excluded.sent, done = null",
        viewer.id,
        kept.address(),
        title,
        json!(fields),
        crate::clock::Clock::System.now()
    )
    .execute(tx)
    .await
    .map_err(or_full)?;
    Ok(())
}
