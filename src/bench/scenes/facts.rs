//! What the scenes have to know of the data set.

use sqlx::{AssertSqlSafe, PgConnection};

use crate::bench::data::{BIGGEST, CDSP, people_of};
use crate::error::CommandError;
use crate::seal::{Kind, Seal};

#[derive(Debug)]
pub struct Facts {
    /// the CRN of a contact as most are: closed, after a handful of events
    pub usual: String,
    /// of one with hundreds of events
    pub long: String,
    pub postcode: String,
    /// where the tenth and the last page of the CDSP's queue begin, and the place of the latter's first row
    pub tenth: String,
    pub last: String,
    pub last_place: i64,
    /// the CRN of the row at which the tenth page begins
    pub in_tenth: String,
    /// of the CDSP, and of the biggest Shipper, who holds most; supervisors left out
    pub busiest: i64,
    pub busiest_of_biggest: i64,
}

pub async fn usual_contact(owner: &mut PgConnection) -> Result<String, CommandError> {
    let sql = "select crn from contact where version between 3 and 7 order by version = 5 desc, id limit 1";
    Ok(sqlx::query_scalar(sql).fetch_one(owner).await?)
}

impl Facts {
    pub async fn read(owner: &mut PgConnection) -> Result<Facts, CommandError> {
        let usual = usual_contact(&mut *owner).await?;
        let long = "select crn from contact where version >= 500 limit 1";
        let long: String = sqlx::query_scalar(long).fetch_one(&mut *owner).await?;
        let postcode = "select postcode from contact where id = 500";
        let postcode: String = sqlx::query_scalar(postcode).fetch_one(&mut *owner).await?;
        let (tenth, in_tenth) = row_of_queue(owner, 449, false).await?;
        let (last, _) = row_of_queue(owner, 50, true).await?;
        let last_place: i64 = sqlx::query_scalar("select greatest(count(*) - 49, 1) from contact where with_org = $1")
            .bind(CDSP)
            .fetch_one(&mut *owner)
            .await?;
        let busiest = self::busiest(owner, CDSP).await?;
        let busiest_of_biggest = self::busiest(owner, BIGGEST).await?;
        Ok(Facts { usual, long, postcode, tenth, last, last_place, in_tenth, busiest, busiest_of_biggest })
    }
}

/// A row of the CDSP's queue as a cursor, so many from its beginning or end, and its CRN.
async fn row_of_queue(owner: &mut PgConnection, place: i64, from_end: bool) -> Result<(String, String), CommandError> {
    let down = if from_end { "desc" } else { "asc" };
    let sql = format!(
        "select (extract(epoch from due) * 1000000)::bigint::text, id, crn from contact
         where with_org = $1 order by due {down}, id {down} offset $2 limit 1"
    );
    let (key, id, crn): (String, i64, String) =
        sqlx::query_as(AssertSqlSafe(sql)).bind(CDSP).bind(place).fetch_one(&mut *owner).await?;
    Ok((format!("{key}~{}", seal(owner).await?.show(Kind::Contact, id)), crn))
}

/// Shows numbers as the server does.
pub async fn seal(owner: &mut PgConnection) -> Result<Seal, CommandError> {
    let sql = "insert into sealing_key (key) select sha256(gen_random_uuid()::text::bytea) on conflict do nothing";
    sqlx::query(sql).execute(&mut *owner).await?;
    let key: Vec<u8> = sqlx::query_scalar("select key from sealing_key").fetch_one(owner).await?;
    Ok(Seal::of(&key.try_into().map_err(|_| CommandError("the sealing key has not 32 bytes".to_owned()))?))
}

async fn busiest(owner: &mut PgConnection, organisation: i64) -> Result<i64, CommandError> {
    let sql =
        "select holder from contact where with_org = $1 and holder <> $2 group by 1 order by count(*) desc limit 1";
    Ok(sqlx::query_scalar(sql).bind(organisation).bind(people_of(organisation).start).fetch_one(owner).await?)
}
