//! One room for each action: the form that stands in the contact's page, and what it gives the writer.
//!
//! The page draws a room's form ([`Room::panel`]) and hands back what was sent ([`Room::input`]); how a form opens and
//! how it is done is the same for all of them, and stands with the page (`contacts/show/acting.rs`).

mod add;
mod answer_clarification;
mod answer_visit;
mod assign;
mod banner;
mod begin;
pub mod changed;
mod panel;
mod resolve_invalid;
mod resolve_valid;
mod return_to_queue;
mod send_clarification;
mod send_visit;
mod stop;
mod withdraw;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use sqlx::PgConnection;

pub use self::add::Add;
pub use self::answer_clarification::AnswerClarification;
pub use self::answer_visit::AnswerVisit;
pub use self::assign::{Assign, Reassign};
pub use self::banner::banner;
pub use self::begin::{Begun, begin, restored};
pub use self::panel::{Panel, Shown, Then};
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
use crate::contacts::journal::{Input, Refused};
use crate::contacts::lifecycle::Action;
use crate::error::AppError;
use crate::form::Submitted;
use crate::forms::{Form, only_known_fields};
use crate::session::Viewer;
use crate::texts;
use crate::typed::Typed;

/// The room of an action: its form's fields, and what becomes of them.
pub trait Room: DeserializeOwned + Send + 'static {
    const ACTION: Action;

    /// What the form holds before anybody has typed into it.
    fn prefilled(_tx: &mut PgConnection, _contact: &Contact) -> impl Future<Output = Result<Typed, AppError>> + Send {
        async { Ok(Typed::default()) }
    }

    /// The form, drawn: a section of the contact's page.
    fn panel(
        tx: &mut PgConnection,
        viewer: &Viewer,
        shown: Shown<'_>,
    ) -> impl Future<Output = Result<Panel, AppError>> + Send;

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

/// The form of an action that stands in the contact's page from the start; nothing for those that are opened by their own
/// address only, since they are rare or read more than the page does.
pub async fn standing(
    action: Action,
    tx: &mut PgConnection,
    viewer: &Viewer,
    shown: Shown<'_>,
) -> Result<Option<Panel>, AppError> {
    match action {
        Action::SendClarification => untouched::<SendClarification>(tx, viewer, shown, "").await.map(Some),
        Action::AnswerClarification => untouched::<AnswerClarification>(tx, viewer, shown, "").await.map(Some),
        Action::SendVisit => untouched::<SendVisit>(tx, viewer, shown, "").await.map(Some),
        Action::AnswerVisit => untouched::<AnswerVisit>(tx, viewer, shown, "").await.map(Some),
        Action::ResolveValid => untouched::<ResolveValid>(tx, viewer, shown, "").await.map(Some),
        Action::ResolveInvalid => untouched::<ResolveInvalid>(tx, viewer, shown, "").await.map(Some),
        Action::Log
        | Action::Assign
        | Action::Reassign
        | Action::Return
        | Action::Allocate
        | Action::CloseNoReply
        | Action::Release
        | Action::Undo
        | Action::Withdraw
        | Action::Add
        | Action::Note
        | Action::LogPsc => Ok(None),
    }
}

/// The form as it opens: filled in as far as is known, with what was typed into it before, and with the saved text of this
/// key.
pub async fn untouched<R: Room>(
    tx: &mut PgConnection,
    viewer: &Viewer,
    mut shown: Shown<'_>,
    text: &str,
) -> Result<Panel, AppError> {
    shown.action = R::ACTION;
    shown.form = R::prefilled(tx, shown.contact).await?;
    shown.kept = restored(tx, viewer, shown.contact, R::ACTION, &mut shown.form).await?;
    texts::insert(&mut shown.form, &shown.texts, text);
    // what is half written is in view
    shown.is_open |= shown.kept.is_some();
    R::panel(tx, viewer, shown).await
}

/// Refuses a form with a field that is none of its questions.
fn only_questions<'a>(
    fields: &Map<String, Value>,
    questions: impl Iterator<Item = &'a Question>,
) -> Result<(), AppError> {
    let known: Vec<&str> = questions.map(|question| question.name).collect();
    only_known_fields(fields, |name| known.contains(&name))
}
