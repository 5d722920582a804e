//! What is measured: pages that are read again and again, and forms that are each sent once.

use std::sync::{Arc, Mutex};

use sqlx::PgConnection;

use super::data::{BIGGEST, CDSP, people_of};
use super::forms;
use super::load::Asks;
use crate::error::CommandError;

#[derive(Debug, Clone)]
enum MeasuredAct {
    Page(String),
    Assign,
    TakeNext,
    AssignHundred,
    Log,
}

/// One measurement.
#[derive(Debug, Clone)]
pub struct Measurement {
    name: String,
    accounts: Vec<String>,
    connections: usize,
    encoding: &'static str,
    act: MeasuredAct,
}

impl Measurement {
    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn accounts(&self) -> &[String] {
        &self.accounts
    }

    pub fn connections(&self) -> usize {
        self.connections
    }

    pub fn encoding(&self) -> &'static str {
        self.encoding
    }

    pub fn is_page(&self) -> bool {
        matches!(self.act, MeasuredAct::Page(_))
    }

    /// What its connections ask.
    pub async fn asks(&self, owner: &mut PgConnection) -> Result<Asks, CommandError> {
        let forms = match &self.act {
            MeasuredAct::Page(path) => return Ok(Asks::Page(path.clone())),
            MeasuredAct::Assign => forms::assigns(owner, 4_000).await?,
            MeasuredAct::TakeNext => forms::next(owner).await?,
            MeasuredAct::AssignHundred => forms::hundreds(owner).await?,
            MeasuredAct::Log => forms::logs(800),
        };
        Ok(Asks::Forms(Arc::new(Mutex::new(forms))))
    }
}

fn accounts(organisation: i64, how_many: usize) -> Vec<String> {
    people_of(organisation).skip(1).take(how_many).map(|id| format!("person{id}")).collect()
}

/// A contact as most are: closed, after a handful of events.
pub async fn usual_contact(owner: &mut PgConnection) -> Result<String, CommandError> {
    Ok(sqlx::query_scalar(
        "select crn from contact where version between 3 and 7 order by version = 5 desc, id limit 1",
    )
    .fetch_one(owner)
    .await?)
}

/// Everything that is measured, in order.
pub async fn all(owner: &mut PgConnection, connections: usize) -> Result<Vec<Measurement>, CommandError> {
    let usual = usual_contact(owner).await?;
    let long: String =
        sqlx::query_scalar("select crn from contact where version >= 500 limit 1").fetch_one(&mut *owner).await?;
    let postcode: String =
        sqlx::query_scalar("select postcode from contact where id = 500").fetch_one(&mut *owner).await?;
    let cursor = "select (extract(epoch from due) * 1000000)::bigint::text || '~' || id from contact
                  where with_org = $1 order by due %, id % offset $2 limit 1";
    let key = |backwards: bool| cursor.replace('%', if backwards { "desc" } else { "asc" });
    let tenth: String =
        sqlx::query_scalar(sqlx::AssertSqlSafe(key(false))).bind(CDSP).bind(449_i64).fetch_one(&mut *owner).await?;
    let last: String =
        sqlx::query_scalar(sqlx::AssertSqlSafe(key(true))).bind(CDSP).bind(50_i64).fetch_one(&mut *owner).await?;
    let last_place: i64 = sqlx::query_scalar("select greatest(count(*) - 49, 1) from contact where with_org = $1")
        .bind(CDSP)
        .fetch_one(&mut *owner)
        .await?;
    let busiest: i64 = sqlx::query_scalar(
        "select holder from contact where with_org = $1 and holder <> $2 group by 1 order by count(*) desc limit 1",
    )
    .bind(CDSP)
    .bind(people_of(CDSP).start)
    .fetch_one(&mut *owner)
    .await?;
    let cdsp = accounts(CDSP, connections);
    let page = |name: &str, path: String| Measurement {
        name: name.to_owned(),
        accounts: cdsp.clone(),
        connections,
        encoding: "identity",
        act: MeasuredAct::Page(path),
    };
    let queue = "/queues/organisation?view=all";
    let form = |name: &str, accounts: Vec<String>, connections, act| Measurement {
        name: name.to_owned(),
        accounts,
        connections,
        encoding: "identity",
        act,
    };
    Ok(vec![
        page("queue, first page", queue.to_owned()),
        Measurement { encoding: "br", ..page("queue, first page, brotli", queue.to_owned()) },
        // as the links of the pages before write it
        page("queue, tenth page", format!("{queue}&after={tenth}&place=451")),
        page("queue, last page", format!("{queue}&after={last}&place={last_place}")),
        Measurement {
            accounts: vec![format!("person{busiest}")],
            ..page("my queue", "/queues/mine?view=all".to_owned())
        },
        page("filtered: unassigned", "/queues/organisation?with=nobody".to_owned()),
        page("filtered: LDZ, status, overdue", "/queues/organisation?ldz=NT&status=AACA&due=overdue".to_owned()),
        page("filtered: raised by the biggest", "/queues/organisation?by=A21".to_owned()),
        page("sorted by received", "/queues/organisation?sort=received".to_owned()),
        page("sorted by status", "/queues/organisation?sort=status".to_owned()),
        page("sorted by with", "/queues/organisation?sort=with".to_owned()),
        page("search in queue: common word", "/queues/organisation?q=road".to_owned()),
        page("search: rare word", "/queues/all?q=zanzibar".to_owned()),
        page("search: common word", "/queues/all?q=road".to_owned()),
        page("search: postcode", format!("/queues/all?q={}", postcode.replace(' ', "+"))),
        page("search: CRN", format!("/queues/all?q={usual}")),
        page("contact, 5 events", format!("/contacts/{usual}")),
        Measurement { encoding: "br", ..page("contact, 5 events, brotli", format!("/contacts/{usual}")) },
        page("contact, 500 events", format!("/contacts/{long}")),
        Measurement {
            accounts: accounts(CDSP, 0).into_iter().chain(["person1".to_owned()]).collect(),
            ..page("home, supervisor", "/".to_owned())
        },
        Measurement { accounts: accounts(BIGGEST, connections), ..page("home, biggest Shipper", "/".to_owned()) },
        Measurement {
            accounts: accounts(BIGGEST, connections),
            ..page("raised by us", "/queues/raised?view=all".to_owned())
        },
        Measurement { accounts: accounts(2, connections), ..page("queue of a network", queue.to_owned()) },
        Measurement {
            accounts: accounts(2, connections),
            ..page("search by a network: common word", "/search?q=road".to_owned())
        },
        Measurement { accounts: vec!["person1".to_owned()], ..page("workload", "/workload".to_owned()) },
        form("assign", cdsp.clone(), connections, MeasuredAct::Assign),
        form("assign 100 ticked", cdsp, 1, MeasuredAct::AssignHundred),
        form("log (form and submit)", accounts(BIGGEST, connections), connections, MeasuredAct::Log),
        form("take next, 64 takers", accounts(CDSP, 64), 64, MeasuredAct::TakeNext),
    ])
}
