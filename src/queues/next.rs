//! `/queues/next`: take the next best contact of the organisation's queue, within the filter one works by, and say why
//! this one.
//!
//! First what comes back with the answer to a question or visit that the taker sent, then by due time, so what is
//! overdue before the rest. Rows that somebody else is taking in this moment are passed over: nobody waits, and
//! nothing goes to two people.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use time::OffsetDateTime;
use tower_sessions::Session;

use super::{Filter, Queue, rows};
use crate::app::App;
use crate::contacts::Contact;
use crate::contacts::journal::{By, Input, Refused, record};
use crate::error::AppError;
use crate::flash::{self, Flash, FlashLine, Undo};
use crate::form::Submitted;
use crate::page;
use crate::session::{SignedIn, Viewer};
use crate::trade::working_time::{due_words, overdue};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Next {
    /// the list that was looked at: its filter narrows what is taken
    #[serde(default)]
    back: String,
}

enum NextTaken {
    This(String),
    Nothing,
    TooLate,
}

pub async fn submit(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    session: Session,
    sent: Submitted<Next>,
) -> Result<Response, AppError> {
    if viewer.organisation.is_none() {
        return Err(AppError::Forbidden("Taking contacts is for members of an organisation.".into()));
    }
    let mut filter = Filter::of(Queue::Organisation);
    if sent.form.back.starts_with("/queues/organisation?") {
        filter = Filter::parse_path(&sent.form.back)?;
    }
    Ok(page::to(&take(&app, &viewer, &session, &filter, None).await?))
}

/// Takes the next best contact and leaves word why it is this one, after what was done before. Answers where that leads:
/// to the contact, or to the list in which nothing waits.
pub async fn take(
    app: &App,
    viewer: &Viewer,
    session: &Session,
    filter: &Filter,
    done: Option<&Flash>,
) -> Result<String, AppError> {
    // between choosing and taking somebody may be faster: then the next one is chosen
    for _ in 0..20 {
        match try_taking(app, viewer, session, filter, done).await? {
            NextTaken::This(path) => return Ok(path),
            NextTaken::Nothing => break,
            NextTaken::TooLate => {}
        }
    }
    let nothing = if filter.is_whole() {
        "Nothing in the organisation queue waits to be taken"
    } else {
        "Nothing that matches these filters waits to be taken"
    };
    let said = match done {
        Some(done) => Flash { lines: vec![FlashLine::from(format!("{nothing}."))], ..done.clone() },
        None => Flash { title: nothing.to_owned(), ..Flash::default() },
    };
    flash::leave(session, said).await?;
    Ok(filter.here())
}

async fn try_taking(
    app: &App,
    viewer: &Viewer,
    session: &Session,
    filter: &Filter,
    done: Option<&Flash>,
) -> Result<NextTaken, AppError> {
    let now = app.clock.now();
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let Some((crn, answered)) = rows::best(&mut tx, viewer, filter, now).await? else { return Ok(NextTaken::Nothing) };
    let contact = Contact::seen_by(&mut tx, viewer, &crn).await?;
    let by = By { viewer: Some(viewer), at: now, terms: &app.config.terms };
    match record(&mut tx, by, &contact, Input::Assign(viewer.id)).await {
        Ok(_) => {
            let before = done.map(|done| FlashLine::from(format!("{}.", done.title))).into_iter();
            let said = Flash {
                success: true,
                title: "This contact is now yours".to_owned(),
                lines: before.chain([FlashLine::from(why(&contact, answered, now))]).collect(),
                undo: Undo::of(&[(contact.crn.clone(), contact.version + 1)], now),
                ..Flash::default()
            };
            flash::leave_in(&mut tx, session, &said).await?;
            tx.commit().await?;
            Ok(NextTaken::This(contact.path()))
        }
        Err(Refused::Overtaken | Refused::Law(_)) => Ok(NextTaken::TooLate),
        Err(refused) => Err(refused.into()),
    }
}

fn why(contact: &Contact, answered: bool, now: OffsetDateTime) -> String {
    if answered {
        return "You had asked about it, and the answer is back.".to_owned();
    }
    match contact.due {
        Some(due) if overdue(due, now) => format!("It is {}, and nothing waiting is older.", due_words(due, now)),
        Some(due) => format!("It is due first: {}.", due_words(due, now)),
        None => String::new(),
    }
}
