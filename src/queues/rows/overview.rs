//! What a home page shows of contacts, in one statement, so in one round trip: how many each list has, what waits for this
//! person, and what they did last.

use serde::Deserialize;
use sqlx::types::Json;
use sqlx::{PgConnection, Postgres, QueryBuilder, Row as _};
use time::OffsetDateTime;

use super::{Conditions, count};
use crate::contacts::lifecycle::Status;
use crate::error::AppError;
use crate::queues::filter::Filter;
use crate::session::Viewer;
use crate::trade::site_line::first_line;

/// Lines of what waits, and of what was done last.
const TASKS: i64 = 10;
const RECENT: i64 = 5;
/// Acts among which the latest contacts are looked for.
const LATEST_ACTS: i64 = 40;

/// A contact on the home page.
#[derive(Debug, Deserialize)]
pub struct Task {
    pub crn: String,
    status: String,
    parts: [String; 5],
    post_town: String,
    pub postcode: String,
    /// seconds since 1970
    due: Option<i64>,
    at: Option<i64>,
}

impl Task {
    pub fn status(&self) -> Option<Status> {
        Status::parse(&self.status)
    }

    /// The site on one line, as lists show it.
    pub fn site(&self) -> String {
        let parts: [&str; 5] = std::array::from_fn(|at| self.parts[at].as_str());
        format!("{}, {}", first_line(&parts), self.post_town)
    }

    pub fn due(&self) -> Option<OffsetDateTime> {
        self.due.and_then(|due| OffsetDateTime::from_unix_timestamp(due).ok())
    }

    /// When this person did something about it.
    pub fn at(&self) -> Option<OffsetDateTime> {
        self.at.and_then(|at| OffsetDateTime::from_unix_timestamp(at).ok())
    }
}

#[derive(Debug)]
pub struct Overview {
    /// how many each of the filters means
    pub counts: Vec<i64>,
    /// what waits for this person, what has to be done first on top
    pub tasks: Vec<Task>,
    pub recent: Vec<Task>,
    /// what was said in the trial; nought for whom it is not for
    pub feedback: i64,
}

pub async fn overview(
    tx: &mut PgConnection,
    viewer: &Viewer,
    filters: &[Filter],
    now: OffsetDateTime,
) -> Result<Overview, AppError> {
    let mut sql = QueryBuilder::<Postgres>::new("select array[");
    for (at, filter) in filters.iter().enumerate() {
        sql.push(if at == 0 { "" } else { ", " });
        count::expression(&mut sql, &Conditions::of(viewer, filter, now));
    }
    sql.push("]::bigint[] as counts, ");
    tasks(&mut sql, viewer);
    sql.push(" as tasks, ");
    recent(&mut sql, viewer);
    sql.push(" as recent, ");
    sql.push(if viewer.facilitator { "(select count(*) from feedback where state = 'new')" } else { "0::bigint" });
    sql.push(" as feedback");
    let row = sql.build().fetch_one(tx).await?;
    let tasks = |column: &str| Ok::<_, AppError>(row.try_get::<Json<Vec<Task>>, _>(column)?.0);
    Ok(Overview {
        counts: row.try_get("counts")?,
        tasks: tasks("tasks")?,
        recent: tasks("recent")?,
        feedback: row.try_get("feedback")?,
    })
}

/// What a contact `c` shows there.
const SHOWN: &str = "c.id, c.crn, c.status, c.due, array[c.sub_building_name, c.building_name, c.building_number, \
    c.plot_number, c.street] as parts, c.post_town, c.postcode";
const AS_JSON: &str = "'crn', t.crn, 'status', t.status, 'parts', t.parts, 'post_town', t.post_town, \
    'postcode', t.postcode, 'due', extract(epoch from t.due)::bigint";

/// Clarifications and visits to answer, then, at the CDSP, answers that came back to who asked, then the rest they hold;
/// each by its due time.
fn tasks(sql: &mut QueryBuilder<Postgres>, viewer: &Viewer) {
    let organisation = viewer.organisation_id();
    let first = if viewer.is_cdsp() { [None, None] } else { [Some(Status::Dcaa), Some(Status::Svda)] };
    sql.push("(select coalesce(json_agg(json_build_object(")
        .push(AS_JSON)
        .push(") order by t.turn, t.due, t.id), '[]') from (");
    sql.push("select * from (");
    for (turn, status) in first.into_iter().flatten().enumerate() {
        sql.push(format!("(select {SHOWN}, {turn} as turn from contact c where c.holder = ")).push_bind(viewer.id);
        sql.push(" and c.with_org = ").push_bind(organisation);
        sql.push(" and c.status = ").push_bind(status.code());
        sql.push(format!(" order by c.due, c.id limit {TASKS}) union all "));
    }
    if viewer.is_cdsp() {
        sql.push(format!("(select {SHOWN}, 0 as turn from contact c where c.asker = ")).push_bind(viewer.id);
        sql.push(" and c.with_org = ").push_bind(organisation);
        sql.push(format!(" and c.holder is null order by c.due, c.id limit {TASKS}) union all "));
    }
    // of work that is neither there is nothing elsewhere
    sql.push(format!("(select {SHOWN}, 2 as turn from contact c where c.holder = ")).push_bind(viewer.id);
    sql.push(" and c.with_org = ").push_bind(organisation).push(" and ").push_bind(viewer.is_cdsp());
    sql.push(format!(" order by c.due, c.id limit {TASKS})) as each order by turn, due, id limit {TASKS}) as t)"));
}

/// The contacts that this person logged or acted on last.
fn recent(sql: &mut QueryBuilder<Postgres>, viewer: &Viewer) {
    sql.push("(select coalesce(json_agg(json_build_object(").push(AS_JSON);
    sql.push(", 'at', extract(epoch from t.at)::bigint) order by t.at desc, t.id), '[]') from (select ").push(SHOWN);
    sql.push(", e.at from (select contact_id, max(at) as at from (select e.contact_id, e.at from contact_event e where e.actor = ");
    sql.push_bind(viewer.id);
    sql.push(format!(
        " order by e.at desc limit {LATEST_ACTS}) as acts group by contact_id order by 2 desc limit {RECENT}) as e \
         join contact c on c.id = e.contact_id) as t)"
    ));
}
