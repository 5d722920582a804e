//! Notes between members of one organisation. A note is no event of its contact: others see those, and it must not make
//! anybody's form stale.

use sqlx::PgConnection;

use super::{By, Refused};
use crate::contacts::Contact;
use crate::contacts::lifecycle::{Action, Refusal, decide};

/// What is noted, and whom it tells.
#[derive(Debug, Clone)]
pub struct Note<'a> {
    pub body: &'a str,
    /// colleagues whom it names
    pub named: &'a [i64],
}

/// Writes a note for the viewer's own organisation.
pub async fn note(tx: &mut PgConnection, by: By<'_>, contact: &Contact, given: &Note<'_>) -> Result<(), Refused> {
    decide(Action::Note, &contact.position(), by.actor()).map_err(Refused::Law)?;
    let viewer = by.viewer.ok_or(Refused::Law(Refusal::NotYours))?;
    let id = crate::secret::token();
    let written = sqlx::query!(
        "insert into contact_note (id, contact_id, organisation_id, author, used_by, body, at)
         select $1, $2, $3, $4, $5, $6, $7 where (select epoch from installation) = $8",
        id,
        contact.id,
        viewer.organisation_id(),
        viewer.id,
        viewer.used_by,
        given.body,
        by.at,
        viewer.epoch,
    )
    .execute(&mut *tx)
    .await?;
    if written.rows_affected() == 0 {
        return Err(Refused::WasReset);
    }
    if !given.named.is_empty() {
        sqlx::query!("select tell_named($1, $2)", id, given.named).execute(tx).await?;
    }
    Ok(())
}
