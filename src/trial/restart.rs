//! The trial set back to its sample data: accounts, register and story as on the first day.

use std::net::IpAddr;

use sqlx::PgConnection;

use super::{cast, only_a_trial, password_hash, story};
use crate::app::App;
use crate::error::AppError;
use crate::session::Viewer;

/// In one transaction: whoever reads meanwhile sees all of the old data or all of the new.
pub async fn restart(app: &App, by: &Viewer, address: IpAddr) -> Result<i64, AppError> {
    let now = app.clock.now();
    let mut tx = app.db.owner.begin().await?;
    sqlx::query!("set local lock_timeout = '10s'").execute(&mut *tx).await?;
    let mine = sqlx::query_scalar!(r#"select pg_try_advisory_xact_lock(hashtextextended('cms trial', 0)) as "mine!""#)
        .fetch_one(&mut *tx)
        .await?;
    if !mine {
        return Err(AppError::Conflict(
            "Somebody else is resetting the trial at this moment. Look again in a few seconds.".into(),
        ));
    }
    only_a_trial(&mut tx).await?;
    if sqlx::query_scalar!("select epoch from installation").fetch_one(&mut *tx).await? != by.epoch {
        return Err(AppError::WasReset);
    }
    let (hash, _) = password_hash(&mut tx, &app.config).await?;
    clear(&mut tx).await?;
    let accounts: Vec<String> = cast::people().map(|(account, ..)| account).collect();
    sqlx::query!("delete from person where account <> all($1)", &accounts).execute(&mut *tx).await?;
    cast::settle(&mut tx, &hash).await?;
    sqlx::query!("update installation set epoch = epoch + 1, last_reset = $1, last_reset_by = $2", now, signature(by))
        .execute(&mut *tx)
        .await?;
    story::tell(&mut tx, &app.config.terms, app.config.trial_seed, now).await?;
    sqlx::query!(
        "insert into security_event (event, account, address, detail) values ('trial_reset', $1, $2, $3)",
        by.account,
        address.to_string(),
        by.used_by
    )
    .execute(&mut *tx)
    .await?;
    let made = sqlx::query_scalar!(r#"select count(*) as "made!" from contact"#).fetch_one(&mut *tx).await?;
    tx.commit().await?;
    tracing::info!(contacts = made, "the trial was reset");
    Ok(made)
}

/// Empties what the story fills. Writers wait, readers don't: a truncate would shut them out until the story is told.
async fn clear(tx: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(
        "select pg_advisory_xact_lock(hashtextextended('cms chase', 0));
         -- in the order in which a page takes them, so that neither waits for the other
         lock table bulk, bulk_row, bulk_made, person, contact, contact_event, raiser_note, site_contact, contact_mprn,
             site_contact_change, referral, contact_network, notification, event_note, duplicate_note, evidence, draft,
             meter_point, meter_point_event, cover, saved_filter, saved_text, selection,
             contact_note in share row exclusive mode;
         alter table contact_event disable trigger history_is_never_rewritten;
         alter table meter_point_event disable trigger history_is_never_rewritten;
         delete from bulk;
         delete from bulk_made;
         delete from evidence where contact_id is not null or form like '/contacts/C%';
         delete from draft d where is_of_a_contact(d);
         delete from selection;
         delete from saved_filter;
         delete from saved_text;
         delete from cover;
         delete from event_note;
         delete from contact_note;
         delete from duplicate_note;
         delete from notification;
         delete from contact_network;
         delete from referral;
         delete from site_contact_change;
         delete from site_contact;
         delete from raiser_note;
         delete from contact_mprn;
         delete from meter_point_event;
         delete from meter_point;
         delete from contact_event;
         -- and with each its body
         delete from contact;
         set constraints all immediate;
         alter table contact_event enable trigger history_is_never_rewritten;
         alter table meter_point_event enable trigger history_is_never_rewritten;
         set constraints all deferred",
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Who did it, as the page says it: the account is shared, so with the name of who uses it.
fn signature(by: &Viewer) -> String {
    if by.used_by.is_empty() { by.name.clone() } else { format!("{} ({})", by.name, by.used_by) }
}
