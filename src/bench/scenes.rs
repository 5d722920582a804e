//! What is measured: pages that are read again and again, and forms that are each sent once.

use std::sync::{Arc, Mutex};

use sqlx::PgConnection;

use super::client::{Asks, Forms};
use super::data::{BIGGEST, CDSP, people_of};
use crate::error::CommandError;

#[derive(Debug, Clone)]
enum What {
    Page(String),
    Assign,
    TakeNext,
    AssignHundred,
    Log,
}

/// One measurement.
#[derive(Debug, Clone)]
pub struct Scene {
    name: String,
    accounts: Vec<String>,
    connections: usize,
    encoding: &'static str,
    what: What,
}

impl Scene {
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
        matches!(self.what, What::Page(_))
    }

    /// What its connections ask.
    pub async fn asks(&self, owner: &mut PgConnection, cookies: &[String]) -> Result<Asks, CommandError> {
        let forms = match &self.what {
            What::Page(path) => return Ok(Asks::Page(path.clone())),
            What::Assign => assigns(owner, 4_000).await?,
            What::TakeNext => {
                let waiting: i64 =
                    sqlx::query_scalar("select count(*) / 2 from contact where with_org = $1 and holder is null")
                        .bind(CDSP)
                        .fetch_one(owner)
                        .await?;
                let form = |_| ("/queues/next".to_owned(), vec![("epoch".to_owned(), "1".to_owned())]);
                (0..waiting.min(2_560)).map(form).collect()
            }
            What::AssignHundred => hundreds(owner).await?,
            What::Log => logs(800),
        };
        let _ = cookies;
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
pub async fn all(owner: &mut PgConnection, connections: usize) -> Result<Vec<Scene>, CommandError> {
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
    let busiest: i64 = sqlx::query_scalar(
        "select holder from contact where with_org = $1 and holder <> $2 group by 1 order by count(*) desc limit 1",
    )
    .bind(CDSP)
    .bind(people_of(CDSP).start)
    .fetch_one(&mut *owner)
    .await?;
    let cdsp = accounts(CDSP, connections);
    let page = |name: &str, path: String| Scene {
        name: name.to_owned(),
        accounts: cdsp.clone(),
        connections,
        encoding: "identity",
        what: What::Page(path),
    };
    let queue = "/queues/organisation?view=all";
    let form = |name: &str, accounts: Vec<String>, connections, what| Scene {
        name: name.to_owned(),
        accounts,
        connections,
        encoding: "identity",
        what,
    };
    Ok(vec![
        page("queue, first page", queue.to_owned()),
        Scene { encoding: "br", ..page("queue, first page, brotli", queue.to_owned()) },
        page("queue, tenth page", format!("{queue}&after={tenth}")),
        page("queue, last page", format!("{queue}&after={last}")),
        Scene { accounts: vec![format!("person{busiest}")], ..page("my queue", "/queues/mine?view=all".to_owned()) },
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
        Scene { encoding: "br", ..page("contact, 5 events, brotli", format!("/contacts/{usual}")) },
        page("contact, 500 events", format!("/contacts/{long}")),
        Scene {
            accounts: accounts(CDSP, 0).into_iter().chain(["person1".to_owned()]).collect(),
            ..page("home, supervisor", "/".to_owned())
        },
        Scene { accounts: accounts(BIGGEST, connections), ..page("home, biggest Shipper", "/".to_owned()) },
        Scene {
            accounts: accounts(BIGGEST, connections),
            ..page("raised by us", "/queues/raised?view=all".to_owned())
        },
        Scene { accounts: accounts(2, connections), ..page("queue of a network", queue.to_owned()) },
        Scene {
            accounts: accounts(2, connections),
            ..page("search by a network: common word", "/search?q=road".to_owned())
        },
        Scene { accounts: vec!["person1".to_owned()], ..page("workload", "/workload".to_owned()) },
        form("assign", cdsp.clone(), connections, What::Assign),
        form("assign 100 ticked", cdsp, 1, What::AssignHundred),
        form("log (form and submit)", accounts(BIGGEST, connections), connections, What::Log),
        form("take next, 64 takers", accounts(CDSP, 64), 64, What::TakeNext),
    ])
}

/// Unassigned contacts from the far end of the queue, each to one colleague.
async fn assigns(owner: &mut PgConnection, most: i64) -> Result<Forms, CommandError> {
    let rows: Vec<(String, i32)> = sqlx::query_as(
        "select crn, version from contact where with_org = $1 and holder is null order by due desc, id limit
         least($2, (select count(*) / 4 from contact where with_org = $1 and holder is null))",
    )
    .bind(CDSP)
    .bind(most)
    .fetch_all(owner)
    .await?;
    let colleague = (people_of(CDSP).start + 100).to_string();
    let form = |(crn, version): (String, i32)| {
        let fields = [("epoch", "1"), ("version", &version.to_string()), ("colleague", &colleague)];
        (format!("/contacts/{crn}/assign"), fields.map(|(n, v)| (n.to_owned(), v.to_owned())).to_vec())
    };
    Ok(rows.into_iter().map(form).collect())
}

async fn hundreds(owner: &mut PgConnection) -> Result<Forms, CommandError> {
    let rows = assigns(owner, 1_000).await?;
    let colleague = (people_of(CDSP).start + 101).to_string();
    let mut forms = Forms::new();
    for chunk in rows.into_iter().collect::<Vec<_>>().chunks(100).filter(|chunk| chunk.len() == 100) {
        let mut fields = vec![
            ("epoch".to_owned(), "1".to_owned()),
            ("act".to_owned(), "assign".to_owned()),
            ("colleague".to_owned(), colleague.clone()),
            ("back".to_owned(), "/queues/organisation?view=all".to_owned()),
        ];
        for (path, form) in chunk {
            let crn = path.split('/').nth(2).unwrap_or_default();
            fields.push(("tick".to_owned(), format!("{crn}.{}", form[1].1)));
        }
        forms.push_back(("/queues/organisation/act".to_owned(), fields));
    }
    Ok(forms)
}

/// A form and its check page for each contact.
fn logs(how_many: usize) -> Forms {
    let mut forms = Forms::new();
    for n in 0..how_many {
        let key = crate::secret::token();
        let number = (n % 300).to_string();
        let fields = [
            ("epoch", "1"),
            ("key", &key),
            ("building_number", &number),
            ("street", "Quarry Lane"),
            ("post_town", "LEEDS"),
            ("postcode", "LS1 4DY"),
            ("market_sector", "D"),
            ("why", "New house."),
        ];
        forms.push_back(("/contacts/new/mnc".to_owned(), fields.map(|(n, v)| (n.to_owned(), v.to_owned())).to_vec()));
    }
    forms
}
