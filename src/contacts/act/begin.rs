//! The first step of every action: the contact is read, and the action is this person's to take now.

use axum::response::Response;
use sqlx::{Postgres, Transaction};

use super::{Stop, changed};
use crate::app::App;
use crate::contacts::Contact;
use crate::contacts::journal::Refused;
use crate::contacts::lifecycle::{Action, Refusal, decide};
use crate::contacts::referral::Referral;
use crate::drafts::restore;
use crate::error::AppError;
use crate::frame::Frame;
use crate::session::Viewer;
use crate::typed::Typed;

/// A contact on which its viewer is about to act, inside the transaction in which it was read.
pub struct Begun {
    pub tx: Transaction<'static, Postgres>,
    pub contact: Contact,
    /// the question or visit that waits for its answer; read only for the actions that answer one
    pub asked: Option<Referral>,
    pub frame: Frame,
}

/// Reads the contact and makes sure that the action is this person's to take now; else answers why not.
/// `version` is the one the form was drawn from, `None` when the form is only being opened.
pub async fn begin(
    app: &App,
    viewer: &Viewer,
    crn: &str,
    action: Action,
    version: Option<i32>,
    typed: &Typed,
) -> Result<Begun, Stop> {
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let answers = matches!(action, Action::AnswerClarification | Action::AnswerVisit);
    let (contact, asked) = if answers {
        let (contact, extras) = Contact::seen_whole(&mut tx, viewer, crn).await?;
        (contact, extras.referrals.into_iter().find(Referral::is_open))
    } else {
        (Contact::seen_by(&mut tx, viewer, crn).await?, None)
    };
    let is_stale = version.is_some_and(|version| version != contact.version);
    match decide(action, &contact.position(), viewer.actor()) {
        Ok(_) if !is_stale => {
            let frame = Frame::new(app, Some(viewer), &contact.path());
            Ok(Begun { tx, contact, asked, frame })
        }
        Err(Refusal::NotYours) if !is_stale => Err(not_yours(action, &contact).into()),
        Ok(_) | Err(Refusal::NotYours | Refusal::NotFromHere) => {
            Err(changed::page(app, &mut tx, viewer, &contact.crn, version, action, typed).await?.into())
        }
    }
}

impl Begun {
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

    /// The same in a transaction that has nothing of what was tried.
    pub async fn afresh(self, app: &App, viewer: &Viewer) -> Result<Begun, AppError> {
        self.tx.rollback().await?;
        let tx = app.db.as_viewer(viewer.id).await?;
        Ok(Begun { tx, ..self })
    }

    /// The page for somebody who was too late.
    pub async fn changed(
        &mut self,
        app: &App,
        viewer: &Viewer,
        action: Action,
        typed: &Typed,
    ) -> Result<Response, Stop> {
        let since = Some(self.contact.version);
        Ok(changed::page(app, &mut self.tx, viewer, &self.contact.crn, since, action, typed).await?)
    }

    /// The page for a refusal that has no place in the form.
    pub fn refused(&self, action: Action, refused: Refused) -> Stop {
        match refused {
            Refused::Law(Refusal::NotYours) => not_yours(action, &self.contact).into(),
            refused => AppError::from(refused).into(),
        }
    }
}

fn not_yours(action: Action, contact: &Contact) -> AppError {
    AppError::Forbidden(
        format!(
            "“{}” is for {}. Contact {} is with {}.",
            action.label(),
            action.rule().who.words(),
            contact.crn,
            contact.with_words()
        )
        .into(),
    )
}
