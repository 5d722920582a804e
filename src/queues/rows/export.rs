//! The rows of a list with everything of each that its reader may see, for a file: read in portions by key, so that a
//! file of any size holds no transaction open and is not held in memory.

use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Postgres, QueryBuilder, Row as _};
use time::{Date, OffsetDateTime};

use super::{beyond, conditions, direction, from, row, shown_key, sort_key};
use crate::contacts::fields::Field;
use crate::contacts::types::reason;
use crate::error::AppError;
use crate::queues::{Cursor, Filter};
use crate::session::Viewer;
use crate::trade::dates::show_typed;
use crate::trade::working_time::{age_words, due_words, show_time};

/// The columns of a file: first those of the screen, then the details. Site contacts are never exported.
pub const COLUMNS: [&str; 33] = [
    "CRN",
    "Type",
    "Status",
    "Status name",
    "Site",
    "Postcode",
    "Raised by",
    "Received",
    "Age",
    "Due",
    "Due in words",
    "With",
    "Closed",
    "MPRN created",
    "Closed as invalid because",
    "Remarks on closing",
    "PSC of",
    "LDZ (proposed)",
    "Sub-building name",
    "Building name",
    "Building number",
    "Plot number",
    "Street",
    "Dependent street",
    "Locality",
    "Post town",
    "County",
    "UPRN",
    "Meter serial number",
    "Market sector",
    "AQ (kWh)",
    "Raiser’s reference",
    "Why no MPRN is thought to exist",
];

/// So many are read at a time.
const PORTION: i64 = 1_000;

/// The next portion after the cursor, each row as its cells, and where the one after begins.
pub async fn portion(
    tx: &mut PgConnection,
    viewer: &Viewer,
    filter: &Filter,
    after: Option<&Cursor>,
    now: OffsetDateTime,
) -> Result<(Vec<Vec<String>>, Option<Cursor>), AppError> {
    let key = sort_key(filter);
    let mut sql = QueryBuilder::<Postgres>::new(
        "select c.*, r.name as raiser, w.name as with_name, h.name as holder_name, \
         old.crn as old_crn, n.own_reference, n.why, mnc.market_sector, mnc.aq_kwh, \
         (select m.mprn from contact_mprn m where m.contact_id = c.id and m.role = 'created') as mprn_created, ",
    );
    sql.push(shown_key(filter)).push(" as key");
    from(&mut sql, viewer);
    let (organisation, sees_all) = (viewer.organisation_id(), viewer.sees_all());
    sql.push(
        " left join mnc on mnc.contact_id = c.id left join raiser_note n on n.contact_id = c.id and (c.raised_by = ",
    )
    .push_bind(organisation);
    sql.push(" or ").push_bind(sees_all);
    sql.push(") left join contact old on old.id = c.psc_of and (old.raised_by = ").push_bind(organisation);
    sql.push(" or ").push_bind(sees_all).push(")");
    conditions::push(&mut sql, viewer, filter, now);
    if let Some(cursor) = after {
        beyond(&mut sql, filter, cursor, false)?;
    }
    let order = direction(filter, false);
    sql.push(format!(" order by {key}{order}, c.id{order} limit {PORTION}"));
    let found = sql.build().fetch_all(tx).await?;
    let mut next = None;
    let mut rows = Vec::with_capacity(found.len());
    for (place, one) in found.iter().enumerate() {
        let id: i64 = one.try_get("id")?;
        let shown = row::read(one, id, viewer)?;
        rows.push(cells(one, &shown, now)?);
        if place + 1 == usize::try_from(PORTION).unwrap_or(1_000) {
            next = Some(Cursor { key: shown.key, id, backwards: false });
        }
    }
    Ok((rows, next))
}

fn cells(one: &PgRow, shown: &row::Row, now: OffsetDateTime) -> Result<Vec<String>, sqlx::Error> {
    let text = |column: &str| one.try_get::<String, _>(column);
    let maybe = |column: &str| one.try_get::<Option<String>, _>(column).map(Option::unwrap_or_default);
    let day = |at: Option<OffsetDateTime>| at.map(show_time).unwrap_or_default();
    let number = |column: &str| one.try_get::<Option<i64>, _>(column);
    let closed_because = one.try_get::<Option<String>, _>("closed_reason")?;
    Ok(vec![
        shown.crn.clone(),
        shown.kind.clone(),
        shown.status.code().to_owned(),
        shown.status.name().to_owned(),
        shown.site.clone(),
        shown.postcode.clone(),
        shown.raised_by.clone(),
        show_time(shown.received),
        age_words(shown.received, shown.closed.unwrap_or(now)),
        day(shown.due),
        shown.due.map(|due| due_words(due, now)).unwrap_or_default(),
        shown.with.clone(),
        day(shown.closed),
        maybe("mprn_created")?,
        closed_because.as_deref().map(reason).unwrap_or_default().to_owned(),
        text("closed_remarks")?,
        maybe("old_crn")?,
        text("ldz")?,
        text("sub_building_name")?,
        text("building_name")?,
        text("building_number")?,
        text("plot_number")?,
        text("street")?,
        text("dependent_street")?,
        text("locality")?,
        text("post_town")?,
        text("county")?,
        text("uprn")?,
        text("msn")?,
        Field::MarketSector.input().shown(&maybe("market_sector")?),
        number("aq_kwh")?.map(|aq| aq.to_string()).unwrap_or_default(),
        maybe("own_reference")?,
        maybe("why")?,
    ])
}

/// The day of a file's name.
pub fn file_day(day: Date) -> String {
    show_typed(day).replace('/', "-")
}
