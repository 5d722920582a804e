//! `/queues/next`: take the next best contact of the organisation's queue, and say why this one.
//!
//! First what comes back with the answer to a question or visit that the taker sent, then by due time. Rows that
//! somebody else is taking in this moment are passed over, so nobody waits and nothing goes to two people.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use tower_sessions::Session;

use crate::app::App;
use crate::contacts::Contact;
use crate::contacts::journal::{Given, Hand, Refused, record};
use crate::contacts::lifecycle::Action;
use crate::error::AppError;
use crate::flash::{self, Flash};
use crate::form::Submitted;
use crate::page;
use crate::session::{SignedIn, Viewer};
use crate::trade::working_time::{due_words, overdue};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Next {}

pub async fn submit(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    session: Session,
    _sent: Submitted<Next>,
) -> Result<Response, AppError> {
    if viewer.organisation.is_none() {
        return Err(AppError::Forbidden("Taking contacts is for members of an organisation.".into()));
    }
    // between choosing and taking somebody may be faster: then the next one is chosen
    for _ in 0..5 {
        match take(&app, &viewer).await? {
            Taken::This { path, why } => {
                let flash =
                    Flash { success: true, title: "This contact is now yours".to_owned(), lines: vec![line(why)] };
                flash::leave(&session, flash).await?;
                return Ok(page::to(&path));
            }
            Taken::Nothing => break,
            Taken::TooLate => {}
        }
    }
    let says = "Nothing in the organisation queue waits to be taken".to_owned();
    flash::leave(&session, Flash { success: false, title: says, lines: Vec::new() }).await?;
    Ok(page::to("/queues/organisation"))
}

enum Taken {
    This { path: String, why: String },
    Nothing,
    TooLate,
}

fn line(text: String) -> crate::flash::FlashLine {
    crate::flash::FlashLine { text, href: None, link: String::new() }
}

async fn take(app: &App, viewer: &Viewer) -> Result<Taken, AppError> {
    let now = app.clock.now();
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let chosen = sqlx::query!(
        r#"
        select c.crn,
               exists (select from referral r where r.contact_id = c.id and r.asked_by = $2
                       and r.answered is not null) as "answered!"
        from contact c
        where c.with_org = $1 and c.holder is null
        order by 2 desc, c.due, c.id
        limit 1
        for update of c skip locked
        "#,
        viewer.organisation_id(),
        viewer.id,
    )
    .fetch_optional(&mut *tx)
    .await?;
    let Some(chosen) = chosen else { return Ok(Taken::Nothing) };
    let contact = Contact::seen_by(&mut tx, viewer, &chosen.crn).await?;
    let hand = Hand { viewer: Some(viewer), at: now, house: &app.config.house };
    let given = Given { colleague: Some(viewer.id), ..Given::default() };
    match record(&mut tx, hand, &contact, Action::Assign, &given).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(Taken::This { path: contact.path(), why: why(&contact, chosen.answered, now) })
        }
        Err(Refused::Overtaken | Refused::Law(_)) => Ok(Taken::TooLate),
        Err(Refused::WasReset) => Err(AppError::WasReset),
        Err(Refused::Failed(error)) => Err(error),
        Err(other) => Err(AppError::Broken(format!("{other:?}").into())),
    }
}

fn why(contact: &Contact, answered: bool, now: time::OffsetDateTime) -> String {
    if answered {
        return "You had asked about it, and the answer is back.".to_owned();
    }
    match contact.due {
        Some(due) if overdue(due, now) => format!("It is {}, and nothing waiting is older.", due_words(due, now)),
        Some(due) => format!("It is due first: {}.", due_words(due, now)),
        None => String::new(),
    }
}
