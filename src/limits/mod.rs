//! What a person, an organisation and a client may have of what others need too: one table ([`table`]), shown in the help and in
//! the README. What holds for hours is counted in Postgres, for all instances ([`spend`]); what is done at once is counted by
//! each instance for itself ([`hold`]).

pub mod requests;
pub mod table;

use std::time::Duration;

use sqlx::PgConnection;

use self::table::{Limit, Within};
use crate::app::App;
use crate::error::AppError;
use crate::fair_line::Place;
use crate::session::Viewer;
use crate::trade::words::plural;

/// Uses so much of what the viewer may have, in a transaction of its own, or refuses with the time until there is as much.
pub async fn spend(app: &App, viewer: &Viewer, limit: &'static Limit, cost: i64) -> Result<(), AppError> {
    let mut tx = app.db.as_viewer(viewer.id).await?;
    spend_in(&mut tx, viewer, limit, cost, None).await?;
    tx.commit().await?;
    Ok(())
}

/// The same in the transaction of a short page. What was asked for in the same word is free for as long as the limit counts.
pub async fn spend_in(
    tx: &mut PgConnection,
    viewer: &Viewer,
    limit: &'static Limit,
    cost: i64,
    word: Option<&str>,
) -> Result<(), AppError> {
    let missing = sqlx::query_scalar!(
        r#"select spend($1, $2, $3, $4, $5, $6, $7) as "missing!""#,
        limit.slug,
        cost,
        i64::from(limit.person),
        i64::from(limit.organisation),
        limit.within.seconds(),
        viewer.session,
        word
    )
    .fetch_one(tx)
    .await?;
    match u64::try_from(missing) {
        Ok(0) | Err(_) => Ok(()),
        Ok(missing) => Err(refused(limit, missing)),
    }
}

/// One line in the log where something was left out, and nothing refused.
pub fn left_out(limit: &'static Limit, seconds: u64) {
    tracing::warn!(event = "limit_reached", limit = limit.slug, seconds, "less was told than was asked for");
}

/// Each of these words uses one, in their order; answers the time until there is one again for each that can't be had.
pub async fn spend_each(
    tx: &mut PgConnection,
    viewer: &Viewer,
    limit: &'static Limit,
    words: &[String],
) -> Result<Vec<u64>, AppError> {
    let missing = sqlx::query_scalar!(
        r#"select spend($1, 1, $2, $3, $4, $5, w.word) as "missing!"
           from (select u.word from unnest($6::text[]) with ordinality as u (word, place) order by u.place) as w"#,
        limit.slug,
        i64::from(limit.person),
        i64::from(limit.organisation),
        limit.within.seconds(),
        viewer.session,
        words
    )
    .fetch_all(tx)
    .await?;
    Ok(missing.into_iter().map(|seconds| u64::try_from(seconds).unwrap_or_default()).collect())
}

/// Of whoever is about to be let in and has no session yet.
pub async fn spend_at_the_door(app: &App, person: i64, limit: &'static Limit) -> Result<(), AppError> {
    let mut tx = app.db.as_viewer(person).await?;
    let missing = sqlx::query_scalar!(
        r#"select spend($1, 1, case when p.demo then $2::bigint else $3::bigint end, 0, $4, $5, null) as "missing!"
           from person p where p.id = viewer()"#,
        limit.slug,
        i64::from(limit.person * OF_A_ROOM),
        i64::from(limit.person),
        limit.within.seconds(),
        // of a shared account, where sessions are counted
        format!("of person {person}")
    )
    .fetch_optional(&mut *tx)
    .await?;
    tx.commit().await?;
    match missing.map(u64::try_from) {
        Some(Ok(missing @ 1..)) => Err(refused(limit, missing)),
        _ => Ok(()),
    }
}

/// Places for one thing that is done at once: the viewer's, and the organisation's.
#[derive(Debug)]
pub struct Places {
    _own: Option<Place>,
    _organisations: Option<Place>,
}

/// A place of the viewer's and one of the organisation's, or a refusal if there is none for a while.
pub async fn hold(app: &App, viewer: &Viewer, limit: &'static Limit, longest: Duration) -> Result<Places, AppError> {
    let full = |seconds| refused(limit, seconds);
    let own = match limit.person {
        0 => None,
        most => Some(app.at_once.take(limit.slug, whom(viewer), most as usize, longest).await.map_err(full)?),
    };
    let organisations = match (limit.organisation, viewer.organisation_id()) {
        (0, _) | (_, None) => None,
        (most, Some(organisation)) => {
            let most = if viewer.demo { most * OF_A_ROOM } else { most };
            let whom = format!("organisation {organisation}");
            Some(app.at_once.take(limit.slug, whom, most as usize, longest).await.map_err(full)?)
        }
    };
    Ok(Places { _own: own, _organisations: organisations })
}

/// How much more the organisation of a shared account has; Postgres says the same (`0053_limits.sql`).
pub const OF_A_ROOM: u32 = 20;

/// Who is counted: the person, or, where a whole room uses one account, the session.
fn whom(viewer: &Viewer) -> String {
    if viewer.demo { format!("session {}", viewer.session) } else { format!("person {}", viewer.id) }
}

/// The refusal, with one line in the log.
pub fn refused(limit: &'static Limit, seconds: u64) -> AppError {
    let wait = match (limit.within, seconds) {
        (Within::AtOnce, _) => "Try again in a moment.".to_owned(),
        (Within::Kept, seconds) => format!("Room comes by itself in {}.", plural(seconds.div_ceil(86_400), "day")),
        (_, 0..=90) => "Try again in a minute.".to_owned(),
        (_, seconds) if seconds < 5_400 => format!("Try again in {} minutes.", seconds.div_ceil(60)),
        (_, seconds) => format!("Try again in {} hours.", seconds.div_ceil(3_600)),
    };
    limited(limit, format!("{} {wait}", limit.says), seconds)
}

/// The same in other words.
pub fn limited(limit: &'static Limit, says: String, seconds: u64) -> AppError {
    tracing::warn!(
        event = "limit_reached",
        status = 429,
        limit = limit.slug,
        seconds,
        "more was asked for than one may have"
    );
    AppError::Limited(says.into(), seconds)
}
