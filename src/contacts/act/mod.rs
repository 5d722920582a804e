//! One room for each action: its form opens if the action is offered, is done once, and says how that ended.
//!
//! What the rooms share is here: [`show`] opens a form, [`submit`] does what it says. A [`Room`] adds its page and what
//! its form gives the writer.

mod add;
mod answer_clarification;
mod answer_visit;
mod assign;
mod banner;
mod begin;
pub mod changed;
mod resolve_invalid;
mod resolve_valid;
mod return_to_queue;
mod send_clarification;
mod send_visit;
mod stop;
mod withdraw;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use sqlx::PgConnection;
use tower_sessions::Session;

pub use self::add::Add;
pub use self::answer_clarification::AnswerClarification;
pub use self::answer_visit::AnswerVisit;
pub use self::assign::{Assign, Reassign};
use self::banner::banner;
pub use self::begin::{Begun, begin};
pub use self::resolve_invalid::ResolveInvalid;
pub use self::resolve_valid::ResolveValid;
pub use self::return_to_queue::Return;
pub use self::send_clarification::SendClarification;
pub use self::send_visit::SendVisit;
pub use self::stop::Stop;
pub use self::withdraw::Withdraw;
use crate::app::App;
use crate::contacts::Contact;
use crate::contacts::fields::question::Question;
use crate::contacts::journal::{Act, By, Input, Refused, record};
use crate::contacts::lifecycle::{Action, Refusal};
use crate::contacts::referral::Referral;
use crate::error::AppError;
use crate::flash;
use crate::form::Submitted;
use crate::forms::{Form, only_known_fields};
use crate::frame::Frame;
use crate::page;
use crate::session::{SignedIn, Viewer};
use crate::typed::Typed;

/// The room of an action: its form's fields, and what becomes of them.
pub trait Room: DeserializeOwned + Send + 'static {
    const ACTION: Action;

    /// What the form holds before anybody has typed into it.
    fn prefilled(_tx: &mut PgConnection, _contact: &Contact) -> impl Future<Output = Result<Typed, AppError>> + Send {
        async { Ok(Typed::default()) }
    }

    /// The page with the form, drawn.
    fn page(
        tx: &mut PgConnection,
        viewer: &Viewer,
        shown: Shown,
    ) -> impl Future<Output = Result<String, AppError>> + Send;

    /// What the form gives the writer; nothing once what is wrong stands at its field.
    fn input<'a>(
        tx: &mut PgConnection,
        app: &App,
        contact: &Contact,
        sent: &'a mut Submitted<Self>,
    ) -> impl Future<Output = Result<Option<Input<'a>>, AppError>> + Send;

    /// The field at which the form says that the writer refused, and what it says there.
    fn wrong(&self, _refused: &Refused, _contact: &Contact) -> Option<(&'static str, String)> {
        None
    }

    /// The form by which its photos and documents wait.
    fn evidence(_contact: &Contact) -> Option<Form> {
        None
    }
}

/// What every room's page shows.
pub struct Shown {
    pub frame: Frame,
    pub contact: Contact,
    /// the question or visit that waits for its answer; read only for the actions that answer one
    pub asked: Option<Referral>,
    pub form: Typed,
}

/// Opens the form, with what was typed into it before.
pub async fn show<R: Room>(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    Path(crn): Path<String>,
) -> Result<Response, Stop> {
    let mut begun = begin(&app, &viewer, &crn, R::ACTION, None, &Typed::default()).await?;
    let mut form = R::prefilled(&mut begun.tx, &begun.contact).await?;
    begun.restore(&viewer, R::ACTION, &mut form).await?;
    draw::<R>(begun, &viewer, form, StatusCode::OK).await
}

/// Does what the form says: 303 to the contact, 422 with what is wrong, or 409 if that is not possible any more.
pub async fn submit<R: Room>(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    session: Session,
    Path(crn): Path<String>,
    mut sent: Submitted<R>,
) -> Result<Response, Stop> {
    let mut begun = begin(&app, &viewer, &crn, R::ACTION, Some(sent.version), &sent.typed).await?;
    let Some(input) = R::input(&mut begun.tx, &app, &begun.contact, &mut sent).await? else {
        return draw::<R>(begun, &viewer, sent.typed, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let evidence = R::evidence(&begun.contact).map(|form| form.address());
    let by = By { viewer: Some(&viewer), at: app.clock.now(), terms: &app.config.terms };
    let act = Act { evidence: evidence.as_deref(), ..input.into() };
    let Err(refused) = record(&mut begun.tx, by, &begun.contact, act).await else {
        flash::leave_in(&mut begun.tx, &session, &banner(R::ACTION, &begun.contact, by.at)).await?;
        begun.tx.commit().await?;
        return Ok(page::to(&begun.contact.path()));
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
    draw::<R>(begun, &viewer, sent.typed, StatusCode::UNPROCESSABLE_ENTITY).await
}

/// Refuses a form with a field that is none of its questions.
fn only_questions<'a>(
    fields: &Map<String, Value>,
    questions: impl Iterator<Item = &'a Question>,
) -> Result<(), AppError> {
    let known: Vec<&str> = questions.map(|question| question.name).collect();
    only_known_fields(fields, |name| known.contains(&name))
}

async fn draw<R: Room>(begun: Begun, viewer: &Viewer, form: Typed, status: StatusCode) -> Result<Response, Stop> {
    let Begun { mut tx, contact, asked, frame } = begun;
    let html = R::page(&mut tx, viewer, Shown { frame, contact, asked, form }).await?;
    tx.commit().await?;
    Ok((status, Html(html)).into_response())
}
