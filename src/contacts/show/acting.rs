//! `/contacts/{crn}/{action}`: the contact's page with the action's form open; and what becomes of a form that was sent.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use tower_sessions::Session;

use super::offered::Offered;
use super::whole::Whole;
use crate::app::App;
use crate::contacts::act::{Begun, Room, Shown, Stop, banner, begin, untouched};
use crate::contacts::journal::{Act, By, Refused, record};
use crate::contacts::lifecycle::Refusal;
use crate::flash::{self, Flash};
use crate::form::Submitted;
use crate::frame::Frame;
use crate::page;
use crate::queues::{Filter, Queue, next};
use crate::session::{SignedIn, Viewer};
use crate::texts;
use crate::trade::Crn;
use crate::typed::Typed;

#[derive(Debug, Deserialize)]
pub struct Asked {
    /// key of a saved text to put in
    #[serde(default)]
    text: String,
}

/// What was sent to the form.
enum Sent<'a> {
    Nothing { text: &'a str },
    Refused(Typed),
}

/// Opens the form, with what was typed into it before.
pub async fn show<R: Room>(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    Path(crn): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Stop> {
    let begun = begin(&app, &viewer, &crn, R::ACTION, None, &Typed::default()).await?;
    draw::<R>(&app, begun, viewer, Sent::Nothing { text: &asked.text }).await
}

/// Does what the form says: 303 to the contact, or to where its person goes on; 422 with what is wrong, or 409 if that is
/// not possible any more.
pub async fn submit<R: Room>(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    session: Session,
    Path(crn): Path<String>,
    mut sent: Submitted<R>,
) -> Result<Response, Stop> {
    let mut begun = begin(&app, &viewer, &crn, R::ACTION, Some(sent.version), &sent.typed).await?;
    let Some(input) = R::input(&mut begun.tx, &app, &begun.contact, &mut sent).await? else {
        return draw::<R>(&app, begun, viewer, Sent::Refused(sent.typed)).await;
    };
    let evidence = R::evidence(&begun.contact).map(|form| form.address());
    let by = By { viewer: Some(&viewer), at: app.clock.now(), terms: &app.config.terms };
    let act = Act { evidence: evidence.as_deref(), ..input.into() };
    let Err(refused) = record(&mut begun.tx, by, &begun.contact, act).await else {
        let mut done = banner(R::ACTION, &begun.contact, by.at);
        done.take_next = viewer.organisation.is_some();
        flash::leave_in(&mut begun.tx, &session, &done).await?;
        begun.tx.commit().await?;
        let here = begun.contact.path();
        return Ok(page::to(&after(&app, &viewer, &session, &sent.then, &done).await.unwrap_or(here)));
    };
    // nothing of a refused action stays
    let mut begun = begun.afresh(&app, &viewer).await?;
    if let Refused::Overtaken | Refused::Law(Refusal::NotFromHere) = refused {
        return begun.changed(&app, &viewer, R::ACTION, &sent.typed).await;
    }
    let Some((field, says)) = sent.form.wrong(&refused, &begun.contact) else {
        return Err(begun.refused(R::ACTION, refused));
    };
    sent.typed.wrong(field, says);
    draw::<R>(&app, begun, viewer, Sent::Refused(sent.typed)).await
}

/// Where the button that was pressed leads, if not back: to the next best contact, or the next of the list that is walked.
async fn after(app: &App, viewer: &Viewer, session: &Session, then: &str, done: &Flash) -> Option<String> {
    if then == "next" && viewer.organisation.is_some() {
        let whole = Filter::of(Queue::Organisation);
        // what was done stays done, whatever becomes of the next
        let taken = next::take(app, viewer, session, &whole, Some(done)).await;
        return taken.inspect_err(|error| tracing::error!(?error, "the next contact could not be taken")).ok();
    }
    Crn::parse(then).ok().map(|next| format!("/contacts/{}", next.as_str()))
}

/// The contact's page with this form open: as it opens, or as it was sent and refused.
async fn draw<R: Room>(app: &App, begun: Begun, viewer: Viewer, sent: Sent<'_>) -> Result<Response, Stop> {
    let Begun { mut tx, contact } = begun;
    let whole = Whole::read(app, &mut tx, &viewer, &contact.crn).await?;
    let frame = Frame::new(app, Some(&viewer), &whole.contact.path());
    let mut shown = Shown::new(&whole.contact, R::ACTION, &frame, whole.then(&viewer));
    shown.is_open = true;
    shown.texts = texts::offered(&mut tx, &viewer, R::ACTION, Some(&whole.contact)).await?;
    let (panel, form, status) = match sent {
        Sent::Nothing { text } => {
            (untouched::<R>(&mut tx, &viewer, shown, text).await?, Typed::default(), StatusCode::OK)
        }
        Sent::Refused(form) => {
            shown.form = form.clone();
            (R::panel(&mut tx, &viewer, shown).await?, form, StatusCode::UNPROCESSABLE_ENTITY)
        }
    };
    tx.commit().await?;
    let offered = Offered { panels: vec![panel], opened: Some(R::ACTION), ..Offered::of(&whole.contact, &viewer) };
    Ok(whole.draw(app, viewer, frame, offered, form, status)?)
}
