//! `/queues/{queue}/act`: assign, take or return the contacts that are ticked. Each row has its own outcome.

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use tower_sessions::Session;

use super::list::draw;
use super::{Filter, Queue};
use crate::app::App;
use crate::contacts::Contact;
use crate::contacts::journal::{Given, Hand, Refused, record};
use crate::contacts::lifecycle::{Action, Refusal};
use crate::error::AppError;
use crate::flash::{self, Flash, FlashLine};
use crate::form::Submitted;
use crate::frame::Frame;
use crate::page;
use crate::session::{SignedIn, Viewer};
use crate::trade::words::plural;

/// The most that one act takes.
const MOST: usize = 200;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Act {
    #[serde(default, rename = "act")]
    what: String,
    #[serde(default)]
    colleague: String,
    /// address of the list, to come back to
    #[serde(default)]
    back: String,
}

/// What to do with each row.
enum Deed {
    Give { to: i64, name: String },
    Return,
}

pub async fn submit(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    session: Session,
    Path(queue): Path<String>,
    sent: Submitted<Act>,
) -> Result<Response, AppError> {
    let queue =
        Queue::parse(&queue).filter(|queue| queue.is_work() && queue.is_for(&viewer)).ok_or(AppError::NotFound)?;
    let query = sent.form.back.split_once('?').map_or("", |(_, query)| query);
    let filter = Filter::parse(queue, query)?;
    let mut form = sent.typed;
    let ticked = ticked(&sent.ticks)?;
    if ticked.is_empty() {
        form.wrong("results", "Select at least one contact");
    }
    let deed = deed(&app, &viewer, &sent.form).await?;
    if deed.is_none() {
        form.wrong("colleague", "Choose a colleague");
    }
    let (Some(deed), false) = (deed, form.has_errors()) else {
        let frame = Frame::new(&app, Some(&viewer), &format!("/queues/{}", queue.slug()));
        let ticked = ticked.into_iter().map(|(crn, _)| crn).collect();
        return draw(&app, viewer, frame, filter, form, ticked).await;
    };
    let mut done = 0;
    let mut lines = Vec::new();
    for (crn, version) in &ticked {
        match one(&app, &viewer, crn, *version, &deed).await? {
            None => done += 1,
            Some(says) => {
                lines.push(FlashLine { text: says, href: Some(format!("/contacts/{crn}")), link: crn.clone() });
            }
        }
    }
    flash::leave(&session, said(&deed, done, lines, &viewer)).await?;
    let back = match &filter.cursor {
        Some(cursor) => filter.page_path(cursor),
        None => filter.path(),
    };
    Ok(page::to(&back))
}

/// The rows ticked: CRN and the version that the list showed.
fn ticked(ticks: &[String]) -> Result<Vec<(String, i32)>, AppError> {
    if ticks.len() > MOST {
        return Err(AppError::BadRequest(format!("At most {MOST} contacts can be worked on at once.").into()));
    }
    let read = |tick: &String| {
        let (crn, version) = tick.split_once('.')?;
        Some((crn.to_owned(), version.parse().ok()?))
    };
    ticks
        .iter()
        .map(|tick| {
            read(tick).ok_or_else(|| AppError::BadRequest("A ticked row can’t be read. Open the queue again.".into()))
        })
        .collect()
}

async fn deed(app: &App, viewer: &Viewer, form: &Act) -> Result<Option<Deed>, AppError> {
    match form.what.as_str() {
        "mine" => Ok(Some(Deed::Give { to: viewer.id, name: "you".to_owned() })),
        "return" => Ok(Some(Deed::Return)),
        "assign" => {
            let Ok(id) = form.colleague.parse::<i64>() else { return Ok(None) };
            let mut tx = app.db.as_viewer(viewer.id).await?;
            let colleagues = crate::contacts::assign::active_colleagues(&mut tx, viewer).await?;
            tx.commit().await?;
            Ok(colleagues.into_iter().find(|(known, _)| *known == id).map(|(to, name)| Deed::Give { to, name }))
        }
        _ => Err(AppError::BadRequest("The list has no such act.".into())),
    }
}

/// One row in a transaction of its own; `Some` says why it was not done.
async fn one(app: &App, viewer: &Viewer, crn: &str, version: i32, deed: &Deed) -> Result<Option<String>, AppError> {
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let contact = match Contact::seen_by(&mut tx, viewer, crn).await {
        Ok(contact) => contact,
        Err(AppError::NotFound) => return Ok(Some("There is no such contact.".to_owned())),
        Err(error) => return Err(error),
    };
    let (action, given) = match deed {
        Deed::Return => (Action::Return, Given::default()),
        Deed::Give { to, .. } => {
            let action = if contact.status.is_held() { Action::Reassign } else { Action::Assign };
            (action, Given { colleague: Some(*to), ..Given::default() })
        }
    };
    if contact.version != version {
        return Ok(Some(format!("Not done: it is with {} now.", contact.with_words())));
    }
    let hand = Hand { viewer: Some(viewer), at: app.clock.now(), house: &app.config.house };
    match record(&mut tx, hand, &contact, action, &given).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(None)
        }
        Err(Refused::Failed(error)) => Err(error),
        Err(Refused::WasReset) => Err(AppError::WasReset),
        Err(Refused::Overtaken) => Ok(Some("Not done: somebody else acted on it in the same moment.".to_owned())),
        Err(Refused::NoSuchColleague) => Ok(Some(format!("Not done: it is with {} already.", contact.with_words()))),
        Err(Refused::Law(Refusal::NotFromHere)) => Ok(Some(match deed {
            Deed::Return => "Not done: it is in the organisation queue already.".to_owned(),
            Deed::Give { .. } => format!("Not done: it is with {}.", contact.with_words()),
        })),
        Err(_) => Ok(Some(format!(
            "Not done: it is with {}, and only they or a supervisor may move it.",
            contact.with_words()
        ))),
    }
}

fn said(deed: &Deed, done: u64, lines: Vec<FlashLine>, viewer: &Viewer) -> Flash {
    let what = match deed {
        Deed::Return => "returned to the organisation queue".to_owned(),
        Deed::Give { to, .. } if *to == viewer.id => "assigned to you".to_owned(),
        Deed::Give { name, .. } => format!("assigned to {name}"),
    };
    let title = match (done, lines.len()) {
        (0, _) => format!("Nothing was {what}"),
        (done, 0) => format!("{} {what}", plural(done, "contact")),
        (done, not) => {
            format!("{} {what}. {not} {} not", plural(done, "contact"), if not == 1 { "was" } else { "were" })
        }
    };
    Flash { success: done > 0, title, lines }
}
