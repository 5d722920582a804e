//! One chunk of a bulk: a few rows checked or added, and the bulk's figures, in one transaction.

use sqlx::PgConnection;

use super::turns::Turn;
use super::{add, check};
use crate::app::App;
use crate::bulk::job::known_type;
use crate::error::AppError;

/// One chunk of this bulk; false if another instance is at it, or nothing is left.
pub async fn chunk(app: &App, turn: &Turn) -> Result<bool, AppError> {
    let Turn { key, viewer } = turn;
    let mut tx = app.db.as_viewer(viewer.id).await?;
    // first of all, so that a reset waits for the chunk to end, and no chunk for a reset
    let mine = sqlx::query!(
        r#"
        update bulk b set worked = $3, failures = 0
        from (select key from bulk where key = $1 and person_id = $2 and state in ('checking', 'adding')
              for update skip locked) as mine
        where b.key = mine.key
        returning b.state, b.checked, b.added, b.rows, b.with_asked, b.adds, b.contact_type
        "#,
        key,
        viewer.id,
        app.clock.now()
    )
    .fetch_optional(&mut *tx)
    .await?;
    let Some(mine) = mine else { return Ok(false) };
    let contact_type = known_type(&mine.contact_type)?;
    if mine.state == "checking" {
        let done = check::check(app, &mut tx, viewer, (key, contact_type), mine.checked).await?;
        let state = match done.last >= mine.rows {
            true if mine.adds => "adding",
            true => "checked",
            false => "checking",
        };
        sqlx::query!(
            "update bulk set checked = least($2, rows), state = $3, not_looked_up = not_looked_up + $4 where key = $1",
            key,
            done.last,
            state,
            done.not_looked_up
        )
        .execute(&mut *tx)
        .await?;
    } else {
        let last = add::add(app, &mut tx, viewer, (key, contact_type), mine.added, mine.with_asked).await?;
        let state = if last.is_none() { "done" } else { "adding" };
        sqlx::query!("update bulk set added = $2, state = $3 where key = $1", key, last.unwrap_or(mine.rows), state)
            .execute(&mut *tx)
            .await?;
        if last.is_none() {
            tracing::info!(event = "bulk_done", rows = mine.rows, "a bulk was added");
        }
    }
    count(&mut tx, key).await?;
    tx.commit().await?;
    Ok(true)
}

/// Counts verdicts and contacts afresh: no number is carried on from before.
async fn count(tx: &mut PgConnection, key: &str) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update bulk b set good = n.good, asked = n.asked, there = n.there, bad = n.bad, made = n.made
         from (select count(*) filter (where verdict = 'good') as good, count(*) filter (where verdict = 'ask') as asked,
                      count(*) filter (where verdict = 'there') as there, count(*) filter (where verdict = 'bad') as bad,
                      count(*) filter (where made) as made
               from bulk_row where bulk_key = $1) as n
         where b.key = $1",
        key
    )
    .execute(tx)
    .await?;
    Ok(())
}
