//! A form that is opened again comes back as it was typed.

use sqlx::PgConnection;

use crate::error::AppError;
use crate::forms::Fields;
use crate::frame::{Frame, RestoredDraft};
use crate::session::Viewer;
use crate::trade::working_time::show_time;
use crate::typed::Typed;

/// Puts what is kept of this form into it, field by field, and has the frame say so. Fields that the draft does not
/// have stay as they are.
pub async fn restore(
    tx: &mut PgConnection,
    viewer: &Viewer,
    frame: &mut Frame,
    address: &str,
    form: &mut Typed,
) -> Result<(), AppError> {
    // the session has said whether there is any draft at all
    if !viewer.drafts {
        return Ok(());
    }
    let row = sqlx::query!(
        "select fields, saved, expired, version from draft where person_id = $1 and form = $2 and done is null",
        viewer.id,
        address
    )
    .fetch_optional(tx)
    .await?;
    let Some(row) = row else { return Ok(()) };
    let fields: Fields = serde_json::from_value(row.fields).map_err(|error| AppError::Broken(error.into()))?;
    // a tick that was taken away is not sent at all
    form.untick();
    for (name, value) in fields {
        form.set(name, value);
    }
    frame.kept = Some(RestoredDraft {
        address: address.to_owned(),
        saved: show_time(row.saved),
        expired: row.expired,
        version: row.version,
        is_stale: false,
    });
    Ok(())
}

/// What is kept of a form that goes on in steps, for its next page.
pub async fn load(tx: &mut PgConnection, viewer: &Viewer, address: &str) -> Result<Option<Typed>, AppError> {
    let fields = sqlx::query_scalar!(
        "select fields from draft where person_id = $1 and form = $2 and done is null",
        viewer.id,
        address
    )
    .fetch_optional(tx)
    .await?;
    let Some(fields) = fields else { return Ok(None) };
    let fields: Fields = serde_json::from_value(fields).map_err(|error| AppError::Broken(error.into()))?;
    let mut typed = Typed::default();
    for (name, value) in fields {
        typed.set(name, value);
    }
    Ok(Some(typed))
}

/// Lets go of a form whose last page has done its work, in the transaction of that work.
pub async fn close(tx: &mut PgConnection, viewer: &Viewer, address: &str) -> Result<(), AppError> {
    sqlx::query!(
        "update draft set done = $3, fields = '[]' where person_id = $1 and form = $2",
        viewer.id,
        address,
        crate::clock::Clock::System.now()
    )
    .execute(tx)
    .await?;
    Ok(())
}
