//! What the rooms of all actions share: open the form if the action is offered, do it once, say how it ended.

pub mod answer_clarification;
pub mod answer_visit;
pub mod assign;
pub mod changed;
pub mod resolve_invalid;
pub mod resolve_valid;
pub mod return_to_queue;
pub mod send_clarification;
pub mod send_visit;

use axum::response::Response;
use sqlx::{Postgres, Transaction};
use tower_sessions::Session;

use crate::app::App;
use crate::contacts::Contact;
use crate::contacts::journal::{Act, By, Refused, record};
use crate::contacts::lifecycle::{Action, Refusal, UNDOABLE, decide};
use crate::contacts::referral::Referral;
use crate::drafts::restore;
use crate::error::AppError;
use crate::flash::{self, Flash, Undo};
use crate::frame::Frame;
use crate::page;
use crate::session::Viewer;
use crate::typed::Typed;

/// A contact on which its viewer is about to act, inside the transaction in which it was read.
pub struct Acting {
    pub tx: Transaction<'static, Postgres>,
    pub contact: Contact,
    /// the question or visit that waits for its answer; read only for the actions that answer one
    pub asked: Option<Referral>,
    pub frame: Frame,
}

impl Acting {
    /// Reads the contact and makes sure that the action is this person's to take now; else answers why not.
    /// `version` is the one the form was drawn from, `None` when the form is only being opened.
    pub async fn begin(
        app: &App,
        viewer: &Viewer,
        crn: &str,
        action: Action,
        version: Option<i32>,
        typed: &Typed,
    ) -> Result<Result<Acting, Response>, AppError> {
        let mut tx = app.db.as_viewer(viewer.id).await?;
        let answers = matches!(action, Action::AnswerClarification | Action::AnswerVisit);
        let (contact, asked) = if answers {
            let (contact, extras) = Contact::seen_whole(&mut tx, viewer, crn).await?;
            (contact, extras.referrals.into_iter().find(Referral::is_open))
        } else {
            (Contact::seen_by(&mut tx, viewer, crn).await?, None)
        };
        let frame = Frame::new(app, Some(viewer), &contact.path());
        let stale = version.is_some_and(|version| version != contact.version);
        let refused = decide(action, &contact.position(), viewer.actor()).err();
        match refused {
            None if !stale => Ok(Ok(Acting { tx, contact, asked, frame })),
            Some(Refusal::NotYours) if !stale => Err(AppError::Forbidden(not_yours(action, &contact).into())),
            _ => {
                let page = changed::page(app, &mut tx, viewer, &contact.crn, version, action, typed).await?;
                Ok(Err(page))
            }
        }
    }

    /// What was typed into the action's form before is back in it.
    pub async fn restore(&mut self, viewer: &Viewer, action: Action, form: &mut Typed) -> Result<(), AppError> {
        let address = format!("{}/{}", self.contact.path(), action.slug());
        restore(&mut self.tx, viewer, &mut self.frame, &address, form).await?;
        let Some(kept) = self.frame.kept.as_mut() else { return Ok(()) };
        kept.is_stale = kept.version != self.contact.version;
        if !kept.is_stale || action != Action::AnswerClarification {
            return Ok(());
        }
        // details that somebody has corrected since stay as they are now
        let corrected = sqlx::query_scalar!(
            r#"select distinct c ->> 'field' as "field!"
               from (select changes from contact_event where contact_id = $1 and version > $2
                     union all
                     select changes from site_contact_change where contact_id = $1 and version > $2) as later,
                    jsonb_array_elements(changes) as c"#,
            self.contact.id,
            kept.version
        )
        .fetch_all(&mut *self.tx)
        .await?;
        let now = self.contact.details.to_typed();
        for field in corrected {
            form.set(&*field, now.value(&field));
        }
        Ok(())
    }

    /// Does it. `Ok(Err(_))` is what the form's own page should say; everything else is already an answer.
    pub async fn finish(
        mut self,
        app: &App,
        session: &Session,
        viewer: &Viewer,
        act: Act<'_>,
        typed: &Typed,
    ) -> Result<Done, AppError> {
        let action = act.input.action();
        let by = By { viewer: Some(viewer), at: app.clock.now(), terms: &app.config.terms };
        match record(&mut self.tx, by, &self.contact, act).await {
            Ok(_) => {
                flash::leave_in(&mut self.tx, session, &said(action, &self.contact, by.at)).await?;
                self.tx.commit().await?;
                Ok(Done::Answer(page::to(&self.contact.path())))
            }
            Err(refused) => {
                // nothing of a refused action stays
                self.tx.rollback().await?;
                Self::refused(self.contact, self.frame, app, viewer, action, refused, typed).await
            }
        }
    }

    async fn refused(
        contact: Contact,
        frame: Frame,
        app: &App,
        viewer: &Viewer,
        action: Action,
        refused: Refused,
        typed: &Typed,
    ) -> Result<Done, AppError> {
        match refused {
            Refused::Overtaken | Refused::Law(Refusal::NotFromHere) => {
                let mut tx = app.db.as_viewer(viewer.id).await?;
                let since = Some(contact.version);
                let page = changed::page(app, &mut tx, viewer, &contact.crn, since, action, typed).await?;
                Ok(Done::Answer(page))
            }
            Refused::Law(Refusal::NotYours) => Err(AppError::Forbidden(not_yours(action, &contact).into())),
            Refused::WasReset => Err(AppError::WasReset),
            Refused::Failed(error) => Err(error),
            form => Ok(Done::Again(Box::new(contact), frame, form)),
        }
    }
}

/// How an action ended.
#[expect(clippy::large_enum_variant, reason = "there is one for each request, for a moment")]
pub enum Done {
    Answer(Response),
    /// the form's page must say why, with everything typed
    Again(Box<Contact>, Frame, Refused),
}

/// Opens a form or answers why not.
#[macro_export]
macro_rules! begin_or_answer {
    ($acting:expr) => {
        match $acting {
            Ok(acting) => acting,
            Err(answer) => return Ok(answer),
        }
    };
}

fn not_yours(action: Action, contact: &Contact) -> String {
    format!(
        "“{}” is for {}. Contact {} is with {}.",
        action.label(),
        action.rule().who.words(),
        contact.crn,
        contact.with_words()
    )
}

/// What the green banner says after an action.
fn said(action: Action, contact: &Contact, now: time::OffsetDateTime) -> Flash {
    let undoable = UNDOABLE.contains(&action).then(|| Undo::of(&[(contact.crn.clone(), contact.version + 1)], now));
    let title = match action {
        Action::Assign | Action::Reassign => format!("Contact {} assigned", contact.crn),
        Action::Return => format!("Contact {} returned to the organisation queue", contact.crn),
        Action::SendClarification => format!("Data clarification sent for contact {}", contact.crn),
        Action::AnswerClarification => format!("Data clarification answered for contact {}", contact.crn),
        Action::SendVisit => format!("Site visit sent for contact {}", contact.crn),
        Action::AnswerVisit => format!("Site visit answered for contact {}", contact.crn),
        Action::ResolveValid => format!("Contact {} resolved as valid", contact.crn),
        Action::ResolveInvalid => format!("Contact {} resolved as invalid", contact.crn),
        Action::Log | Action::LogPsc | Action::Allocate | Action::CloseNoReply | Action::Release | Action::Undo => {
            contact.crn.clone()
        }
    };
    Flash { success: true, title, undo: undoable.flatten(), ..Flash::default() }
}
