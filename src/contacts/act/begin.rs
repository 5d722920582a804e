//! The first step of every action: the contact is read, and the action is this person's to take now.

use axum::response::Response;
use sqlx::{PgConnection, Postgres, Transaction};

use super::{Stop, changed};
use crate::app::App;
use crate::contacts::Contact;
use crate::contacts::journal::Refused;
use crate::contacts::lifecycle::{Action, Refusal, decide};
use crate::drafts::restore;
use crate::error::AppError;
use crate::frame::{Frame, RestoredDraft};
use crate::session::Viewer;
use crate::typed::Typed;

/// A contact on which its viewer is about to act, inside the transaction in which it was read.
pub struct Begun {
    pub tx: Transaction<'static, Postgres>,
    pub contact: Contact,
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
    let contact = Contact::seen_by(&mut tx, viewer, crn).await?;
    let is_stale = version.is_some_and(|version| version != contact.version);
    match decide(action, &contact.position(), viewer.actor()) {
        Ok(_) if !is_stale => Ok(Begun { tx, contact }),
        Err(Refusal::NotYours) if !is_stale => Err(not_yours(action, &contact).into()),
        Ok(_) | Err(Refusal::NotYours | Refusal::NotFromHere) => {
            Err(changed::page(app, &mut tx, viewer, &contact.crn, version, action, typed).await?.into())
        }
    }
}

impl Begun {
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

/// Puts back into the action's form what was typed into it before; answers what is to be said of that.
pub async fn restored(
    tx: &mut PgConnection,
    viewer: &Viewer,
    contact: &Contact,
    action: Action,
    form: &mut Typed,
) -> Result<Option<RestoredDraft>, AppError> {
    let address = format!("{}/{}", contact.path(), action.slug());
    let mut frame = Frame::default();
    restore(tx, viewer, &mut frame, &address, form).await?;
    let Some(mut kept) = frame.kept else { return Ok(None) };
    kept.is_stale = kept.version != contact.version;
    if kept.is_stale {
        // details that somebody has corrected since stay as they are now; other forms have none
        let corrected = sqlx::query_scalar!(
            r#"select distinct c ->> 'field' as "field!"
               from (select changes from contact_event where contact_id = $1 and version > $2
                     union all
                     select changes from site_contact_change where contact_id = $1 and version > $2) as later,
                    jsonb_array_elements(changes) as c"#,
            contact.id,
            kept.version
        )
        .fetch_all(&mut *tx)
        .await?;
        let now = contact.details.to_typed();
        for field in corrected {
            form.set(&*field, now.value(&field));
        }
    }
    Ok(Some(kept))
}

fn not_yours(action: Action, contact: &Contact) -> AppError {
    AppError::Forbidden(
        format!(
            "“{}” is for {}. Contact {} {}.",
            action.label(),
            action.rule().who.words(),
            contact.crn,
            contact.stands()
        )
        .into(),
    )
}
