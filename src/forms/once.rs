//! The same form answers the same thing: what makes something is done once, however often it is sent.

use sqlx::PgConnection;

use crate::session::Viewer;

/// Whether the form has not been done before, in the transaction that does it; a second that comes meanwhile waits. `once`
/// is the digest of what was sent; none for a form without a key.
pub async fn is_first(tx: &mut PgConnection, viewer: &Viewer, once: Option<&[u8]>) -> Result<bool, sqlx::Error> {
    let Some(once) = once else { return Ok(true) };
    let added = sqlx::query!(
        "insert into done_once (person_id, digest) values ($1, $2) on conflict do nothing",
        viewer.id,
        once
    )
    .execute(tx)
    .await?;
    Ok(added.rows_affected() == 1)
}
