//! The form for what is ticked, sent: what is wrong stands at its field and nothing is done, or each contact is acted on by itself.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Map, Value};
use time::OffsetDateTime;
use tower_sessions::Session;

use super::bulk::{self, Deed};
use super::ticked::{TickedPage, Together, field};
use super::{QueueOf, selection};
use crate::app::App;
use crate::contacts::fields::choice;
use crate::contacts::fields::question::{Answers, When};
use crate::error::AppError;
use crate::flash;
use crate::form::{Submitted, not_too_long, trimmed};
use crate::forms::only_known_fields;
use crate::page;
use crate::session::SignedIn;
use crate::texts::unknown_placeholder;
use crate::trade::working_time::london_date;
use crate::typed::Typed;

#[derive(Debug, Deserialize)]
pub struct TickedForm {
    /// the list, to come back to
    #[serde(default)]
    back: String,
    #[serde(default, deserialize_with = "trimmed")]
    question: String,
    #[serde(default)]
    reason: String,
    #[serde(default, deserialize_with = "trimmed")]
    remarks: String,
    /// answers, as "C123456782.mprn"
    #[serde(flatten)]
    answers: Map<String, Value>,
}

pub async fn submit(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    session: Session,
    queue: QueueOf,
    Path((_, slug)): Path<(String, String)>,
    sent: Submitted<TickedForm>,
) -> Result<Response, AppError> {
    let together = Together::parse(&slug).ok_or(AppError::NotFound)?;
    let filter = queue.worked_on(&sent.form.back)?;
    only_known_fields(&sent.form.answers, |name| name.contains('.'))?;
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let mut page = TickedPage::read(&app, &mut tx, &viewer, filter, together).await?;
    page.form = sent.typed;
    let deed = match together {
        Together::SendClarification => page.clarification(sent.form.question),
        Together::ResolveInvalid => page.invalid(sent.form.reason, sent.form.remarks),
        Together::ResolveValid => page.valid(app.clock.now()),
    };
    let versions: BTreeMap<String, i32> = sent.ticks.iter().filter_map(|tick| bulk::tick(tick)).collect();
    // as the form showed them: what has moved since is left out, and said so
    let mut rows: Vec<(String, i32)> = versions.into_iter().collect();
    if let Some(Deed::Valid(answers)) = &deed {
        rows.retain(|(crn, _)| answers.contains_key(crn));
    }
    // where no contact is left, none of the fields is drawn
    if page.rows.is_empty() && page.form.has_errors() {
        page.form = Typed::default();
        page.form.wrong("contacts", "Nothing is ticked that this can be done with");
    }
    if rows.is_empty() && !page.form.has_errors() {
        page.form.wrong("contacts", "Nothing is ticked that this can be done with");
    }
    if rows.len() > bulk::MOST {
        page.form.wrong("contacts", format!("Select at most {} contacts: {} are ticked", bulk::MOST, rows.len()));
    }
    let (Some(deed), false) = (deed, page.form.has_errors()) else {
        tx.commit().await?;
        return page::again(&page);
    };
    selection::clear(&mut tx, &viewer, &page.filter).await?;
    let outcome = bulk::each(&app, &mut tx, &viewer, &rows, &deed, "").await?;
    flash::leave_in(&mut tx, &session, &outcome.said(&deed, &viewer, app.clock.now())).await?;
    tx.commit().await?;
    Ok(page::to(&page.filter.here()))
}

impl TickedPage {
    fn clarification(&mut self, question: String) -> Option<Deed> {
        if question.is_empty() {
            self.form.wrong("question", "Enter the question");
        } else if not_too_long(&question).is_err() {
            self.form.wrong("question", "Enter at most 2,000 characters");
        } else if let Some(word) = unknown_placeholder(&question) {
            self.form.wrong("question", format!("{word} is no placeholder"));
        }
        (!self.form.has_errors()).then_some(Deed::Clarify { question })
    }

    fn invalid(&mut self, reason: String, remarks: String) -> Option<Deed> {
        let mut unknown = self.rows.iter().map(|row| row.contact_type.spec().reasons);
        let unknown = unknown.find(|known| known.iter().all(|(known, _)| *known != reason));
        if let Some(known) = unknown {
            self.form.wrong("reason", choice::ask("Choose a reason", known));
        }
        if remarks.is_empty() {
            self.form.wrong("remarks", "Enter remarks that help the raiser understand");
        } else if not_too_long(&remarks).is_err() {
            self.form.wrong("remarks", "Enter at most 2,000 characters");
        } else if let Some(word) = unknown_placeholder(&remarks) {
            self.form.wrong("remarks", format!("{word} is no placeholder"));
        }
        (!self.form.has_errors()).then_some(Deed::Invalid { reason, remarks })
    }

    /// The answers of each contact that was answered; a contact with none is left as it is.
    fn valid(&mut self, now: OffsetDateTime) -> Option<Deed> {
        let mut given: BTreeMap<String, Answers> = BTreeMap::new();
        let mut used = BTreeSet::new();
        for row in &self.rows {
            let questions = row.contact_type.spec().outcome.questions;
            let mut answers = Answers::default();
            for question in questions {
                answers.set(question.name, &question.input.fixed(self.form.value(&field(&row.crn, question.name))));
            }
            if answers == Answers::default() {
                continue;
            }
            let when = When { logged: london_date(now), today: london_date(now) };
            for question in questions {
                let name = field(&row.crn, question.name);
                if let Some(says) = (question.says)(&answers, &when) {
                    self.form.wrong(name, format!("{}: {says}", row.crn));
                } else if !used.insert((question.name, answers.get(question.name).to_owned())) {
                    self.form.wrong(name, format!("{}: {} stands in another line too", row.crn, question.label));
                }
            }
            given.insert(row.crn.clone(), answers);
        }
        if given.is_empty() {
            self.form.wrong("contacts", "Fill in at least one line");
        }
        (!self.form.has_errors()).then_some(Deed::Valid(given))
    }
}
