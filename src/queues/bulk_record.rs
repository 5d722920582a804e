//! What the writer does to each of many contacts, so that one that can't be written leaves the others as they are.

use sqlx::{Acquire, PgConnection};

use crate::contacts::Contact;
use crate::contacts::journal::{Act, By, Input, Refused, free, record, record_moves};
use crate::error::AppError;

/// What came of one: who holds it now, or why nothing was done.
type Recorded = Result<Option<i64>, Refused>;

/// Does all of them, and answers what came of each, in the same order.
pub async fn record_all(
    tx: &mut PgConnection,
    by: By<'_>,
    acts: &[(&Contact, Input<'_>)],
    note: &str,
) -> Result<Vec<Recorded>, AppError> {
    if acts.is_empty() {
        return Ok(Vec::new());
    }
    if !acts.iter().all(|(_, input)| input.is_move()) {
        return one_by_one(tx, by, acts, note).await;
    }
    let mut within = tx.begin().await?;
    let moves: Vec<(&Contact, &Input<'_>)> = acts.iter().map(|(contact, input)| (*contact, input)).collect();
    match record_moves(&mut within, by, &moves, note).await {
        Ok(recorded) => {
            within.commit().await?;
            Ok(recorded)
        }
        Err(Refused::WasReset) => Err(AppError::WasReset),
        Err(refused) => {
            tracing::warn!(?refused, "contacts are moved one by one");
            within.rollback().await?;
            one_by_one(tx, by, acts, note).await
        }
    }
}

/// Each by itself, in the order of their ids, so that two who act on the same contacts never wait in a circle. What somebody
/// else acts on in this moment is left to them.
async fn one_by_one(
    tx: &mut PgConnection,
    by: By<'_>,
    acts: &[(&Contact, Input<'_>)],
    note: &str,
) -> Result<Vec<Recorded>, AppError> {
    let ids: Vec<i64> = acts.iter().map(|(contact, _)| contact.id).collect();
    let free = free(tx, &ids).await?;
    let mut recorded: Vec<Recorded> = acts.iter().map(|_| Err(Refused::Overtaken)).collect();
    let mut places: Vec<usize> = (0..acts.len()).filter(|place| free.contains(&ids[*place])).collect();
    places.sort_unstable_by_key(|place| ids[*place]);
    for place in places {
        let (contact, input) = &acts[place];
        let mut within = tx.begin().await?;
        recorded[place] = match record(&mut within, by, contact, Act { note, ..input.clone().into() }).await {
            Ok(holder) => {
                within.commit().await?;
                Ok(holder)
            }
            Err(Refused::WasReset) => return Err(AppError::WasReset),
            Err(refused) => {
                within.rollback().await?;
                match refused {
                    // what it needs is in somebody else's hands
                    Refused::Failed(AppError::Unavailable) => Err(Refused::Overtaken),
                    Refused::Failed(error) => return Err(error),
                    refused => Err(refused),
                }
            }
        };
    }
    Ok(recorded)
}
