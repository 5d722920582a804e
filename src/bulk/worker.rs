//! The worker: checks and adds the rows of every bulk, a few at a time and each bulk in turn. Every chunk is one
//! transaction as the person who sent the bulk, so walls and rights hold as if they did it by hand, and a stopped server
//! goes on exactly where it was. Any number of instances may work: one chunk is one instance's.

use std::collections::HashMap;
use std::future::Future;
use std::time::{Duration, Instant};

use serde_json::Value;
use sqlx::{Acquire, PgConnection};
use tokio::task::JoinSet;

use super::Sent;
use super::check::{Problem, Verdict, alikes, beside, by_rules, is_repeated, is_there, there};
use crate::app::App;
use crate::contacts::duplicates;
use crate::contacts::facts::facts_of_many;
use crate::contacts::fields::Details;
use crate::contacts::fields::Field;
use crate::contacts::journal::{By, Logged, Refused, log_many};
use crate::contacts::zone;
use crate::error::AppError;
use crate::session::{PersonRow, Viewer};

/// Rows of one transaction.
const CHECKED_AT_ONCE: i64 = 50;
const ADDED_AT_ONCE: i64 = 50;
/// How often it looks for what another instance has left.
const EVERY: Duration = Duration::from_secs(3);
/// So often in a row a turn may fail before its bulk is stopped; more often if only the database is busy.
pub const MOST_FAILURES: i32 = 5;
const MOST_BUSY: i32 = 50;

/// Runs until the program stops.
pub async fn run(app: App) {
    loop {
        let began = Instant::now();
        match round(&app).await {
            // as long a rest as half the work, for the pages that wait for the same database
            Ok(true) => tokio::time::sleep(began.elapsed() / 2).await,
            Ok(false) => {
                let _ = tokio::time::timeout(EVERY, app.bulk.notified()).await;
            }
            Err(error) => {
                tracing::error!(?error, "bulk logging had to stop for a moment");
                tokio::time::sleep(EVERY).await;
            }
        }
    }
}

/// A bulk that has rows to do, and who sent it.
struct Turn {
    key: String,
    viewer: Viewer,
}

/// Does the next chunk; false if there is none to do. A bulk whose turn fails goes to the end of the line.
pub async fn round(app: &App) -> Result<bool, AppError> {
    for turn in turns(app).await? {
        let (of, key) = (app.clone(), turn.key.clone());
        match guarded(async move { chunk(&of, &turn).await }).await {
            Ok(true) => return Ok(true),
            Ok(false) => {}
            Err(error) => failed(app, &key, &error).await?,
        }
    }
    Ok(false)
}

/// Lets no panic out: it is this turn's, not the worker's.
async fn guarded(turn: impl Future<Output = Result<bool, AppError>> + Send + 'static) -> Result<bool, AppError> {
    // a set, since it ends with who waits for it
    let mut one = JoinSet::new();
    one.spawn(turn);
    match one.join_next().await {
        Some(Ok(done)) => done,
        Some(Err(panic)) => Err(AppError::Broken(panic.into())),
        None => Ok(false),
    }
}

/// Puts a bulk whose turn has failed behind the others, and stops it if it fails every time.
async fn failed(app: &App, key: &str, error: &AppError) -> Result<(), AppError> {
    let most = if matches!(error, AppError::Unavailable) { MOST_BUSY } else { MOST_FAILURES };
    let failures = sqlx::query_scalar!(
        "update bulk set worked = $2, failures = failures + 1,
                state = case when failures + 1 >= $3 then 'stopped' else state end
         where key = $1 and state in ('checking', 'adding') returning failures",
        key,
        app.clock.now(),
        most
    )
    .fetch_optional(&app.db.owner)
    .await?;
    tracing::error!(?error, bulk = key, ?failures, "a turn of a bulk failed");
    Ok(())
}

/// Whose turn it is, the longest untouched first. What nobody may do any more is stopped.
async fn turns(app: &App) -> Result<Vec<Turn>, AppError> {
    let rows = sqlx::query!(
        r#"
        select b.key, b.sitting, b.epoch, p.id, p.account, p.name, p.demo, p.supervisor, p.security_officer,
               p.disabled is null as "active!",
               o.id as organisation_id, o.code, o.name as organisation, o.kind, h.epoch as epoch_now
        from bulk b join person p on p.id = b.person_id join organisation o on o.id = b.organisation_id, house h
        where b.state in ('checking', 'adding') order by b.worked limit 20
        "#
    )
    .fetch_all(&app.db.owner)
    .await?;
    let mut turns = Vec::new();
    for row in rows {
        let person = PersonRow {
            id: row.id,
            account: row.account,
            name: row.name,
            demo: row.demo,
            supervisor: row.supervisor,
            security_officer: row.security_officer,
            facilitator: false,
            organisation_id: Some(row.organisation_id),
            organisation_code: Some(row.code),
            organisation_name: Some(row.organisation),
            organisation_kind: Some(row.kind),
            epoch: row.epoch,
        };
        let viewer = Viewer { sitting: row.sitting, ..Viewer::of(person)? };
        if !row.active || row.epoch != row.epoch_now || !viewer.raises() {
            sqlx::query!(
                "update bulk set state = 'stopped', failures = 0 where key = $1 and state in ('checking', 'adding')",
                row.key
            )
            .execute(&app.db.owner)
            .await?;
            tracing::info!(bulk = row.key, "a bulk was stopped, since its sender may not go on");
            continue;
        }
        turns.push(Turn { key: row.key, viewer });
    }
    Ok(turns)
}

/// One chunk of this bulk; false if another instance is at it, or nothing is left.
async fn chunk(app: &App, turn: &Turn) -> Result<bool, AppError> {
    let Turn { key, viewer } = turn;
    let mut tx = app.db.as_viewer(viewer.id).await?;
    // first of all, so that a reset waits for the chunk to end, and no chunk for a reset
    let mine = sqlx::query!(
        r#"
        update bulk b set worked = $3, failures = 0
        from (select key from bulk where key = $1 and person_id = $2 and state in ('checking', 'adding')
              for update skip locked) as mine
        where b.key = mine.key
        returning b.state, b.checked, b.added, b.rows, b.with_asked, b.adds
        "#,
        key,
        viewer.id,
        app.clock.now()
    )
    .fetch_optional(&mut *tx)
    .await?;
    let Some(mine) = mine else { return Ok(false) };
    if mine.state == "checking" {
        let last = check(app, &mut tx, viewer, key, mine.checked).await?;
        let state = match last >= mine.rows {
            true if mine.adds => "adding",
            true => "checked",
            false => "checking",
        };
        sqlx::query!("update bulk set checked = least($2, rows), state = $3 where key = $1", key, last, state)
            .execute(&mut *tx)
            .await?;
    } else {
        let last = add(app, &mut tx, viewer, key, mine.added, mine.with_asked).await?;
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

/// Counts verdicts and contacts afresh: no number is ever carried on.
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

/// Checks the rows after this one; answers the last that is checked.
async fn check(app: &App, tx: &mut PgConnection, viewer: &Viewer, key: &str, after: i32) -> Result<i32, AppError> {
    let rows = sqlx::query!(
        "select row, line, fields, site from bulk_row where bulk_key = $1 and row > $2 order by row limit $3",
        key,
        after,
        CHECKED_AT_ONCE
    )
    .fetch_all(&mut *tx)
    .await?;
    let Some(last) = rows.last().map(|row| row.row) else { return Ok(i32::MAX) };
    let details: Vec<Details> = rows.iter().map(|row| Sent::of_json(row.line, &row.fields).details()).collect();
    let sites: Vec<Vec<u8>> = rows.iter().map(|row| row.site.clone()).collect();
    let facts = facts_of_many(app, &mut *tx, &details).await?;
    let there = there(&mut *tx, viewer.organisation_id().unwrap_or_default(), &details).await?;
    let mut earlier: HashMap<Vec<u8>, i32> = sqlx::query!(
        r#"select site, min(line) as "line!" from bulk_row
           where bulk_key = $1 and site = any($2) and row <= $3 and verdict in ('good', 'ask') group by site"#,
        key,
        &sites,
        after
    )
    .fetch_all(&mut *tx)
    .await?
    .into_iter()
    .map(|row| (row.site, row.line))
    .collect();
    let mut verdicts: Vec<(Verdict, Vec<Problem>, Option<String>)> = Vec::with_capacity(rows.len());
    for (place, row) in rows.iter().enumerate() {
        let (verdict, problems) = by_rules(&details[place], &facts[place]);
        verdicts.push(if verdict == Verdict::Bad {
            (verdict, problems, None)
        } else if let Some(crn) = there.get(&place) {
            (Verdict::There, vec![is_there(crn)], Some(crn.clone()))
        } else if let Some(line) = earlier.get(&row.site) {
            (Verdict::There, vec![is_repeated(usize::try_from(*line).unwrap_or_default())], None)
        } else {
            earlier.insert(row.site.clone(), row.line);
            let (verdict, problems) = beside(&mut *tx, viewer, &details[place], verdict, problems).await?;
            (verdict, problems, None)
        });
    }
    let numbers: Vec<i32> = rows.iter().map(|row| row.row).collect();
    note(tx, key, &numbers, &verdicts).await?;
    Ok(last)
}

/// Writes what came of rows that made no contact.
async fn note(
    tx: &mut PgConnection,
    key: &str,
    rows: &[i32],
    verdicts: &[(Verdict, Vec<Problem>, Option<String>)],
) -> Result<(), sqlx::Error> {
    let codes: Vec<String> = verdicts.iter().map(|(verdict, ..)| verdict.code().to_owned()).collect();
    let problems: Vec<Value> =
        verdicts.iter().map(|(_, problems, _)| Value::Array(problems.iter().map(Problem::as_json).collect())).collect();
    let crns: Vec<String> = verdicts.iter().map(|(.., crn)| crn.clone().unwrap_or_default()).collect();
    sqlx::query!(
        "update bulk_row r set verdict = v.verdict, problems = v.problems, crn = nullif(v.crn, '')
         from unnest($2::integer[], $3::text[], $4::jsonb[], $5::text[]) as v (row, verdict, problems, crn)
         where r.bulk_key = $1 and r.row = v.row",
        key,
        rows,
        &codes,
        &problems,
        &crns
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// The reason that is kept with a contact that looks the same as another and was added all the same.
const CONFIRMED: &str = "Confirmed by its sender for all rows of the bulk that were asked about";

/// A row that is to become a contact.
struct ToAdd {
    row: i32,
    details: Details,
    whole: Vec<u8>,
    /// how many look the same, as its sender was told
    alikes: usize,
}

/// Adds the good rows after this one; answers the last that is added, or nothing if that was all.
async fn add(
    app: &App,
    tx: &mut PgConnection,
    viewer: &Viewer,
    key: &str,
    after: i32,
    with_asked: bool,
) -> Result<Option<i32>, AppError> {
    let rows = sqlx::query!(
        "select row, line, fields, whole, problems from bulk_row
         where bulk_key = $1 and row > $2 and not made and (verdict = 'good' or (verdict = 'ask' and $3))
         order by row limit $4",
        key,
        after,
        with_asked,
        ADDED_AT_ONCE
    )
    .fetch_all(&mut *tx)
    .await?;
    let Some(last) = rows.last().map(|row| row.row) else { return Ok(None) };
    let mut rows: Vec<ToAdd> = rows
        .into_iter()
        .map(|row| {
            let said: Vec<Problem> = row.problems.as_array().into_iter().flatten().map(Problem::of_json).collect();
            let details = Sent::of_json(row.line, &row.fields).details();
            ToAdd { row: row.row, details, whole: row.whole, alikes: alikes(&said) }
        })
        .collect();
    // logged since it was checked, by hand or by another bulk
    let details: Vec<Details> = rows.iter().map(|row| row.details.clone()).collect();
    let there = there(&mut *tx, viewer.organisation_id().unwrap_or_default(), &details).await?;
    if !there.is_empty() {
        let mut places: Vec<&usize> = there.keys().collect();
        places.sort_unstable();
        let numbers: Vec<i32> = places.iter().map(|place| rows[**place].row).collect();
        let verdicts: Vec<_> = places
            .iter()
            .map(|place| (Verdict::There, vec![is_there(&there[*place])], Some(there[*place].clone())))
            .collect();
        note(&mut *tx, key, &numbers, &verdicts).await?;
        rows =
            rows.into_iter().enumerate().filter(|(place, _)| !there.contains_key(place)).map(|(_, row)| row).collect();
    }
    if let Err(refused) = make(app, tx, viewer, key, &rows).await? {
        tracing::warn!(?refused, "a chunk of a bulk is added row by row");
        for row in rows.chunks(1) {
            if let Err(refused) = make(app, tx, viewer, key, row).await? {
                let came = why_not(tx, viewer, &row[0], &refused).await?;
                note(tx, key, &[row[0].row], &[came]).await?;
            }
        }
    }
    Ok(Some(last))
}

/// What came of a row that could not be added by itself.
async fn why_not(
    tx: &mut PgConnection,
    viewer: &Viewer,
    row: &ToAdd,
    refused: &Refused,
) -> Result<(Verdict, Vec<Problem>, Option<String>), AppError> {
    let details = std::slice::from_ref(&row.details);
    if let Some(crn) = there(tx, viewer.organisation_id().unwrap_or_default(), details).await?.remove(&0) {
        return Ok((Verdict::There, vec![is_there(&crn)], Some(crn)));
    }
    tracing::error!(?refused, "a row of a bulk could not be added");
    let says = "It could not be added. Send it again; if it fails again, tell support";
    Ok((Verdict::Bad, vec![Problem::plain(says)], None))
}

/// Makes contacts of rows and notes their CRNs, all of them or none. What stops the whole transaction is an error; what
/// one row may be the cause of is answered.
async fn make(
    app: &App,
    tx: &mut PgConnection,
    viewer: &Viewer,
    key: &str,
    rows: &[ToAdd],
) -> Result<Result<(), Refused>, AppError> {
    if rows.is_empty() {
        return Ok(Ok(()));
    }
    let mut within = tx.begin().await?;
    let details: Vec<Details> = rows.iter().map(|row| row.details.clone()).collect();
    let postcodes: Vec<&str> = details.iter().map(|details| details.get(Field::Postcode)).collect();
    let zones = zone::of_many(&mut within, &postcodes).await?;
    let keys: Vec<String> = rows.iter().map(|row| format!("{key}.{}", row.row)).collect();
    let given: Vec<Logged<'_>> = rows
        .iter()
        .zip(&zones)
        .zip(&keys)
        .map(|((row, zone), key)| Logged { details: &row.details, ldz: zone.code(), form_key: key, psc_of: None })
        .collect();
    let by = By { viewer: Some(viewer), at: app.clock.now(), terms: &app.config.terms };
    let crns = match log_many(&mut within, by, &given).await {
        Ok(crns) => crns,
        Err(Refused::Failed(AppError::Unavailable)) => return Err(AppError::Unavailable),
        Err(Refused::WasReset) => return Err(AppError::WasReset),
        Err(refused) => {
            within.rollback().await?;
            return Ok(Err(refused));
        }
    };
    for (row, crn) in rows.iter().zip(&crns).filter(|(row, _)| row.alikes > 0) {
        duplicates::note(&mut within, crn, row.alikes, CONFIRMED).await?;
    }
    let (numbers, wholes): (Vec<i32>, Vec<Vec<u8>>) = rows.iter().map(|row| (row.row, row.whole.clone())).unzip();
    sqlx::query!(
        "update bulk_row r set made = true, crn = m.crn from unnest($2::integer[], $3::text[]) as m (row, crn)
         where r.bulk_key = $1 and r.row = m.row",
        key,
        &numbers,
        &crns
    )
    .execute(&mut *within)
    .await?;
    let noted = sqlx::query!(
        "insert into bulk_made (organisation_id, whole, crn)
         select $1, w.whole, w.crn from unnest($2::bytea[], $3::text[]) as w (whole, crn) order by w.whole
         on conflict do nothing",
        viewer.organisation_id(),
        &wholes,
        &crns
    )
    .execute(&mut *within)
    .await?;
    if noted.rows_affected() != rows.len() as u64 {
        // an equal row was added in this very moment: the next look finds it
        within.rollback().await?;
        return Ok(Err(Refused::LoggedAlready));
    }
    within.commit().await?;
    Ok(Ok(()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_an_error_of_its_turn() {
        let caught = guarded(async { panic!("this row was too much") }).await;
        assert!(matches!(caught, Err(AppError::Broken(_))));
        assert!(guarded(async { Ok(true) }).await.unwrap());
    }
}
