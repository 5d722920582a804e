//! How many photos and documents may wait for their form: of a person, and of an organisation, whose people share what there is.

use sqlx::PgConnection;

use crate::error::AppError;
use crate::limits::table::WAITING;
use crate::limits::{OF_A_ROOM, limited};
use crate::session::Viewer;
use crate::trade::words::thousands;

/// Whether one more may wait, or what says why not, with the time until the first is removed by itself.
pub async fn for_one_more(tx: &mut PgConnection, viewer: &Viewer) -> Result<(), AppError> {
    let waits = sqlx::query!(
        r#"select mine as "mine!", mine_leaves as "mine_leaves!", ours as "ours!", ours_leaves as "ours_leaves!"
           from evidence_waiting()"#
    )
    .fetch_one(tx)
    .await?;
    let most_of_all = WAITING.organisation * if viewer.demo { OF_A_ROOM } else { 1 };
    let (many, whose, leaves) = if waits.mine >= i64::from(WAITING.person) {
        (waits.mine, "yours", waits.mine_leaves)
    } else if waits.ours >= i64::from(most_of_all) {
        (waits.ours, "your organisation", waits.ours_leaves)
    } else {
        return Ok(());
    };
    let many = thousands(many.unsigned_abs());
    let says = format!(
        "{many} photos and documents of {whose} wait for forms that have not been sent. Send those forms, or remove some."
    );
    Err(limited(&WAITING, says, leaves.unsigned_abs()))
}
