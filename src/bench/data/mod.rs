//! The data set of the benchmark: contacts as they are after five years at full size, or smaller. Loaded by COPY past
//! constraints, indexes and triggers, all of which are then put back, so that Postgres itself says whether it is lawful.

pub mod address;
mod contact;
mod copy;
mod crn;
mod lives;
mod searched;
mod site;
pub mod vocabulary;
mod zipf;

use std::time::Instant;

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use time::OffsetDateTime;

use self::copy::Sheets;
use self::crn::CrnMaker;
use crate::error::CommandError;

pub const ORGANISATIONS: i64 = 300;
pub const PASSWORD: &str = "measured with patience 7";

/// Organisation 1 is the CDSP, 2 to 5 the DNs, 6 to 20 IGTs, the rest Shippers; 21 raises a fifth of everything.
pub const CDSP: i64 = 1;
pub const BIGGEST: i64 = 21;
/// Raises little but an estate.
pub const BUILDER: i64 = 299;
/// A Shipper as most are.
pub const SMALL: i64 = 250;
/// Contacts of the estate; smaller data sets have none.
const ESTATE: i64 = 5_000;

/// People of an organisation: the first is a supervisor.
pub fn people_of(organisation: i64) -> std::ops::Range<i64> {
    let (from, count) = match organisation {
        CDSP => (1, 120),
        2..=5 => (121 + (organisation - 2) * 80, 80),
        BIGGEST => (441, 150),
        _ => {
            let place = if organisation < BIGGEST { organisation - 6 } else { organisation - 7 };
            // the others share what is left of the five thousand
            (591 + place * 15, 15)
        }
    };
    from..from + count
}

/// How many of this number of contacts are open: what an industry of that size has in its queues.
pub fn open_of(contacts: i64) -> i64 {
    (contacts * 9 / 10).min(6_000 + contacts / 40)
}

/// The numbers of those of the estate, which are open besides.
pub fn estate_of(contacts: i64) -> std::ops::Range<i64> {
    let upto = contacts - open_of(contacts) + 1;
    upto - if contacts >= 20 * ESTATE { ESTATE } else { 0 }..upto
}

/// Fills an empty, migrated database. Answers how many events there are.
pub async fn load(owner: &mut PgConnection, contacts: i64, now: OffsetDateTime) -> Result<u64, CommandError> {
    let started = Instant::now();
    people(owner).await?;
    let restore = copy::take_away(owner).await?;
    let crns = CrnMaker::of(owner).await?;
    let mut sheets = Sheets::default();
    let mut rng = fastrand::Rng::with_seed(7);
    for n in 1..=contacts {
        contact::write(&mut sheets, &mut rng, &crns.crn(n), n, contacts, now);
        if sheets.are_full() || n == contacts {
            sheets.pour(owner).await?;
        }
    }
    println!("  {contacts} contacts and {} events copied in {:.0?}", sheets.events, started.elapsed());
    for statement in restore {
        owner.execute(AssertSqlSafe(statement)).await?;
    }
    owner.execute(AssertSqlSafe(AFTERWARDS.to_owned())).await?;
    let wrong: i64 = sqlx::query_scalar(
        "select count(*) from contact c where c.version is distinct from
         (select max(e.version) from contact_event e where e.contact_id = c.id)",
    )
    .fetch_one(&mut *owner)
    .await?;
    let next: String = sqlx::query_scalar("select next_crn()").fetch_one(&mut *owner).await?;
    if next != crns.crn(contacts + 1).as_str() {
        return Err(CommandError("CRNs of the benchmark are not made as Postgres makes them".to_owned()));
    }
    if wrong > 0 {
        return Err(CommandError(format!("{wrong} contacts do not stand at their latest event")));
    }
    owner.execute("vacuum analyze").await?;
    println!("  constraints and indexes put back, all valid, after {:.0?}", started.elapsed());
    Ok(sheets.events)
}

const AFTERWARDS: &str = "
    select setval(pg_get_serial_sequence('contact', 'id'), (select max(id) from contact));
    select setval(pg_get_serial_sequence('person', 'id'), (select max(id) from person));
    select setval('crn_sequence', (select max(id) from contact));
    select count_afresh();
    insert into notification (person_id, contact_id, version, about, at)
    select holder, contact_id, version, action, at from contact_event
    where holder is not null and at > (select max(at) from contact_event) - interval '20 days'
    limit 100000";

async fn people(owner: &mut PgConnection) -> Result<(), CommandError> {
    let hash = crate::secret::hash_password(PASSWORD.to_owned())
        .await
        .map_err(|error| CommandError(format!("no password: {error:?}")))?;
    let mut tx = owner.begin().await?;
    sqlx::query(
        "insert into organisation (code, name, kind)
         select case when n = 1 then 'CDS' else chr((65 + n / 100)::integer) || lpad((n % 100)::text, 2, '0') end,
                case when n = 1 then 'Central Data Services' else 'Organisation ' || n end,
                case when n = 1 then 'CDSP' when n <= 5 then 'DN' when n <= 20 then 'IGT' else 'Shipper' end
         from generate_series(1, $1) n",
    )
    .bind(ORGANISATIONS)
    .execute(&mut *tx)
    .await?;
    for organisation in 1..=ORGANISATIONS {
        let ids = people_of(organisation);
        sqlx::query(
            "insert into person (id, organisation_id, account, name, supervisor, password_hash, terms_accepted)
             overriding system value
             select n, $1, 'person' || n, 'Person Number ' || n, n = $2, $4, now() from generate_series($2, $3) n",
        )
        .bind(organisation)
        .bind(ids.start)
        .bind(ids.end - 1)
        .bind(&hash)
        .execute(&mut *tx)
        .await?;
    }
    tx.commit().await?;
    Ok(())
}
