//! `cms check`: compares every number that home pages and queues show with a full count of the same list, person by
//! person, as that person is shown it. Counts that lie are found here before somebody plans by them.

use time::OffsetDateTime;

use super::lists::lists;
use super::rows::Count;
use super::{Filter, Queue, rows};
use crate::db::Db;
use crate::error::{AppError, CommandError};
use crate::session::{PersonRow, Viewer};

/// One sentence if all agree; else the lists that don't, as a failure.
pub async fn run(db: &Db, now: OffsetDateTime) -> Result<String, CommandError> {
    let (counted, wrong) =
        compare(db, now).await.map_err(|error| CommandError(format!("The counts could not be compared: {error:?}")))?;
    if wrong.is_empty() {
        return Ok(format!("{counted} counts compared with full counts: all agree."));
    }
    Err(CommandError(format!("{} of {counted} counts are wrong:\n{}", wrong.len(), wrong.join("\n"))))
}

/// How many counts were compared, and what is wrong.
pub async fn compare(db: &Db, now: OffsetDateTime) -> Result<(usize, Vec<String>), AppError> {
    let (mut counted, mut wrong) = (0, Vec::new());
    for viewer in viewers(db).await? {
        let queues = [Queue::Organisation, Queue::Mine, Queue::Raised, Queue::All];
        let whole = queues.into_iter().filter(|queue| queue.is_for(&viewer)).map(Filter::of);
        let filters: Vec<Filter> = lists(&viewer).into_iter().map(|(_, filter)| filter).chain(whole).collect();
        for filter in &filters {
            counted += 1;
            if let Some(says) = differs(db, &viewer, filter, now).await? {
                wrong.push(says);
            }
        }
    }
    Ok((counted, wrong))
}

/// What is wrong with one count. While others work the two may be of different moments, so that only a difference that
/// stays is one.
async fn differs(db: &Db, viewer: &Viewer, filter: &Filter, now: OffsetDateTime) -> Result<Option<String>, AppError> {
    let mut says = None;
    for _ in 0..3 {
        let mut tx = db.as_viewer(viewer.id).await?;
        let shown = rows::counts(&mut tx, viewer, std::slice::from_ref(filter), now).await?[0];
        let full = rows::full_count(&mut tx, viewer, filter, now).await?;
        if Count::of(filter, shown) == Count::of(filter, full) {
            return Ok(None);
        }
        says = Some(format!("{}: {} shows {shown}, and there are {full}", viewer.account, filter.path()));
    }
    Ok(says)
}

/// Everybody who can see a count. Of an organisation's people two at most: one supervisor, and whoever holds most.
async fn viewers(db: &Db) -> Result<Vec<Viewer>, AppError> {
    let rows = sqlx::query_as!(
        PersonRow,
        r#"
        select p.id, p.account, p.name, p.demo, p.supervisor, p.security_officer, p.facilitator,
               o.id as "organisation_id?", o.code as "organisation_code?", o.name as "organisation_name?",
               o.kind as "organisation_kind?", i.epoch
        from person p left join organisation o on o.id = p.organisation_id cross join installation i
        where p.disabled is null and p.id in (
            select distinct on (x.organisation_id, x.supervisor) x.id from person x where x.disabled is null
            order by x.organisation_id, x.supervisor, (select count(*) from contact c where c.holder = x.id) desc, x.id)
        order by p.id
        "#
    )
    .fetch_all(&db.owner)
    .await?;
    rows.into_iter().map(Viewer::of).collect()
}
