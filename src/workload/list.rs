//! `/workload`: people by what they hold, what of it is due today or overdue, the oldest of it, and what they have
//! closed or answered this week; first what nobody has.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use sqlx::PgConnection;
use time::{Duration, OffsetDateTime, Time};
use tower_sessions::Session;

use super::supervisors_only;
use crate::app::App;
use crate::contacts::lifecycle::Status;
use crate::error::AppError;
use crate::frame::Frame;
use crate::page;
use crate::queues::{Due, Filter, Queue, With};
use crate::secret::fingerprint;
use crate::session::SignedIn;
use crate::trade::words::thousands;
use crate::trade::working_time::{age_words, at_london, london_date, london_day, show_date};

/// A row of the board.
#[derive(Debug, Default)]
pub struct Load {
    /// `None`: what nobody has
    pub id: Option<i64>,
    pub account: String,
    pub name: String,
    pub assigned: i64,
    pub due_today: i64,
    pub overdue: i64,
    pub oldest: Option<OffsetDateTime>,
    pub done: i64,
    pub away: Option<Away>,
}

/// Somebody who is away, and who gets what would be allocated to them.
#[derive(Debug, Clone)]
pub struct Away {
    pub until: OffsetDateTime,
    pub covered_by: String,
}

impl Away {
    /// What a page showed of the cover, of nobody's too.
    pub fn shown(away: Option<&Away>) -> String {
        let until = away.map(|away| away.until.unix_timestamp().to_string()).unwrap_or_default();
        fingerprint(&[&until, away.map_or("", |away| &away.covered_by)])
    }

    pub fn words(&self) -> String {
        format!("away until {}, covered by {}", show_date(self.until), self.covered_by)
    }
}

#[derive(Template)]
#[template(path = "workload/list.html")]
struct WorkloadPage {
    frame: Frame,
    loads: Vec<Load>,
    now: OffsetDateTime,
}

impl WorkloadPage {
    /// Percent of what the person has who has most.
    fn bar(&self, count: &i64) -> i64 {
        let most =
            self.loads.iter().filter(|load| load.id.is_some()).map(|load| load.assigned).max().unwrap_or(0).max(1);
        (count * 100 + most - 1) / most
    }

    /// Those of a row, narrowed.
    fn list(&self, load: &Load, due: Option<Due>) -> String {
        let with = load.id.map_or(With::Nobody, |_| With::Person(load.account.clone()));
        Filter { with, due, ..Filter::of(Queue::Organisation) }.path()
    }

    fn assigned(&self, load: &Load) -> String {
        self.list(load, None)
    }

    fn due_today(&self, load: &Load) -> String {
        self.list(load, Some(Due::Today))
    }

    fn overdue(&self, load: &Load) -> String {
        self.list(load, Some(Due::Overdue))
    }

    fn age(&self, load: &Load) -> String {
        load.oldest.map_or_else(|| "–".to_owned(), |oldest| age_words(oldest, self.now))
    }

    fn total(&self) -> [String; 4] {
        let sum = |of: fn(&Load) -> i64| thousands(self.loads.iter().map(of).sum::<i64>().unsigned_abs());
        [sum(|l| l.assigned), sum(|l| l.due_today), sum(|l| l.overdue), sum(|l| l.done)]
    }
}

pub async fn show(State(app): State<App>, SignedIn(viewer): SignedIn, session: Session) -> Result<Response, AppError> {
    let organisation = supervisors_only(&viewer)?;
    let frame = Frame::with_flash(&app, &viewer, "/workload", &session).await?;
    let now = app.clock.now();
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let loads = read(&mut tx, organisation, now).await?;
    drop(tx);
    page::ok(&WorkloadPage { frame, loads, now })
}

/// The board: nobody first, then people by name. A week begins on Monday in London.
pub async fn read(tx: &mut PgConnection, organisation: i64, now: OffsetDateTime) -> Result<Vec<Load>, AppError> {
    let (_, tonight) = london_day(now);
    let today = london_date(now);
    let monday =
        at_london(today - Duration::days(i64::from(today.weekday().number_days_from_monday())), Time::MIDNIGHT);
    let unheld: Vec<String> = Status::ALL
        .into_iter()
        .filter(|status| !status.is_held() && !status.is_closed())
        .map(|status| status.code().to_owned())
        .collect();
    let rows = sqlx::query!(
        r#"
        with done as (
            select e.actor, count(*) as n from contact_event e
            where e.actor_org = $1 and e.at >= $4
              and e.action in ('resolve-valid', 'resolve-invalid', 'answer-visit', 'answer-clarification')
            group by e.actor
        )
        select null::bigint as "id?", '' as "account!", 'Nobody yet' as "name!",
               (select coalesce(sum(t.n), 0)::bigint from tally t
                where t.side = 'with' and t.organisation_id = $1 and t.status = any($5)) as "assigned!",
               (select count(*) from contact c
                where c.with_org = $1 and c.holder is null and c.due >= $2 and c.due < $3) as "today!",
               (select count(*) from contact c where c.with_org = $1 and c.holder is null and c.due < $2) as "overdue!",
               (select min(c.received) from contact c where c.with_org = $1 and c.holder is null) as "oldest?",
               0::bigint as "done!", null::timestamptz as "until?", null as "covered_by?"
        union all
        select p.id, p.account, p.name, coalesce(held.n, 0)::bigint,
               (select count(*) from contact c
                where c.holder = p.id and c.with_org = $1 and c.due >= $2 and c.due < $3 and held.n > 0),
               (select count(*) from contact c where c.holder = p.id and c.with_org = $1 and c.due < $2 and held.n > 0),
               -- by its holder alone, as its index is: who holds a contact works where it is
               (select c.received from contact c where c.holder = p.id order by c.received limit 1),
               coalesce(done.n, 0), v.until, x.name
        from (select p.id, p.account, p.name from person p where p.organisation_id = $1 and p.disabled is null order by p.name, p.id) p
        left join (select t.person_id, sum(t.n) as n from held_tally t where t.organisation_id = $1 group by 1) held
            on held.person_id = p.id
        left join done on done.actor = p.id
        left join cover v on v.person_id = p.id and v.until >= $2
        left join person x on x.id = v.covered_by
        "#,
        organisation,
        now,
        tonight,
        monday,
        &unheld
    )
    .fetch_all(tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Load {
            id: row.id,
            account: row.account,
            name: row.name,
            assigned: row.assigned,
            due_today: row.today,
            overdue: row.overdue,
            oldest: row.oldest,
            done: row.done,
            away: row.until.zip(row.covered_by).map(|(until, covered_by)| Away { until, covered_by }),
        })
        .collect())
}
