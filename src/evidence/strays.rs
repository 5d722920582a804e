//! What is cleared away: files that wait for a form that nobody will submit, and objects without a row.

use sqlx::PgPool;

use crate::app::App;

/// One round of the background job. What waits goes after 30 days, as drafts do, or after a day without its draft:
/// longer than any session in which the form may still stand open.
pub async fn sweep(app: &App) -> Result<(), sqlx::Error> {
    waiting(&app.db.owner).await?;
    #[cfg(feature = "s3")]
    if let crate::storage::Storage::Bucket(bucket) = &app.evidence
        && let Err(error) = bucket.sweep(&app.db.owner, app.clock.now()).await
    {
        tracing::error!(?error, "the bucket could not be swept");
    }
    Ok(())
}

async fn waiting(owner: &PgPool) -> Result<(), sqlx::Error> {
    let gone = sqlx::query!(
        "delete from evidence e
         where e.contact_id is null
           and (e.created < now() - interval '30 days'
                or (e.created < now() - interval '1 day'
                    and not exists (select from draft d where d.person_id = e.person_id and d.form = e.form
                                    and d.done is null)))"
    )
    .execute(owner)
    .await?
    .rows_affected();
    if gone > 0 {
        tracing::info!(files = gone, "evidence that nobody claimed was cleared away");
    }
    Ok(())
}
