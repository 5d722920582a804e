//! The rows of a list with everything of each that its reader may see, for a file: read in portions by key, so that a
//! file of any size holds no transaction open and is not held in memory.

use serde_json::Value;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Postgres, QueryBuilder, Row as _};
use time::{Date, OffsetDateTime};

use super::{CONTACT, Conditions, order, row};
use crate::contacts::fields::spec::Column;
use crate::contacts::types::{ContactType, reason};
use crate::download::Cell;
use crate::error::AppError;
use crate::queues::filter::{Cursor, Filter};
use crate::session::Viewer;
use crate::trade::dates::show_typed;
use crate::trade::working_time::{due_words, working_days_between};

/// The columns that every contact fills: first those of the screen, then the site. Site contacts are never exported.
const SHARED: [&str; 29] = [
    "CRN",
    "Type",
    "Status",
    "Status name",
    "Site",
    "Postcode",
    "Raised by",
    "Received",
    "Age in days",
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
];

/// The columns of a file: those of all contacts, those of the types in it, and what the raiser wrote.
pub fn columns(filter: &Filter) -> Vec<&'static str> {
    let why = types(filter).first().map_or("Why", |known| known.spec().why.to_others);
    let why = if types(filter).len() == 1 { why } else { "Why" };
    SHARED
        .into_iter()
        .chain(own_columns(filter).map(|(_, column)| column.title))
        .chain(["Raiser’s reference", why])
        .collect()
}

/// The types of which contacts may be in a list.
fn types(filter: &Filter) -> &[ContactType] {
    filter.contact_type.as_ref().map_or(ContactType::ALL, std::slice::from_ref)
}

/// Rows read at a time.
const PORTION: i64 = 1_000;

/// The next portion after the cursor, each row as its cells, and where the one after begins.
pub async fn portion(
    tx: &mut PgConnection,
    viewer: &Viewer,
    filter: &Filter,
    after: Option<&Cursor>,
    now: OffsetDateTime,
) -> Result<(Vec<Vec<Cell>>, Option<Cursor>), AppError> {
    let filter = &Filter { cursor: after.cloned(), size: PORTION, ..filter.clone() };
    let conditions = Conditions::look_up(&mut *tx, viewer, filter, now).await?;
    // what stands beside a row is looked up for the rows of the portion only, which keep their order
    let mut sql = QueryBuilder::<Postgres>::new(format!(
        "with page as materialized (select {CONTACT}, r.name as raiser, w.name as with_name, h.name as holder_name, \
         null::text as logged_by, "
    ));
    sql.push(order::shown_key(viewer, &conditions.filter)).push(" as key");
    order::next(&mut sql, &conditions, PORTION)?;
    sql.push(
        ") select c.*, case when c.closed_reason is null then '' else closed_remarks(c.id) end as closed_remarks, \
         old.crn as old_crn, n.own_reference, n.why, b.body, \
         (select m.mprn from contact_mprn m where m.contact_id = c.id and m.role = 'created') as mprn_created \
         from (select page.*, row_number() over () as place from page) c \
         left join contact_body b on b.contact_id = c.id left join raiser_note n on n.contact_id = c.id and (c.raised_by = ",
    );
    let (organisation, sees_all) = (viewer.organisation_id(), viewer.sees_all());
    sql.push_bind(organisation).push(" or ").push_bind(sees_all);
    sql.push(") left join contact old on old.id = c.psc_of and (old.raised_by = ").push_bind(organisation);
    sql.push(" or ").push_bind(sees_all).push(") order by c.place");
    let found = sql.build().fetch_all(tx).await?;
    // what was looked up goes on, however little of it is left by the other conditions
    let mut next = conditions.hits.beyond(&viewer.seal, false);
    let mut rows = Vec::with_capacity(found.len());
    for (place, one) in found.iter().enumerate() {
        let id: i64 = one.try_get("id")?;
        let shown = row::read(one, id, viewer)?;
        rows.push(cells(one, &shown, filter, now)?);
        if place + 1 == usize::try_from(PORTION).unwrap_or(1_000) {
            next = Some(Cursor::at(&viewer.seal, shown.key, id, false));
        }
    }
    Ok((rows, next))
}

fn cells(one: &PgRow, shown: &row::Row, filter: &Filter, now: OffsetDateTime) -> Result<Vec<Cell>, AppError> {
    let text = |column: &str| one.try_get::<String, _>(column).map(Cell::Text);
    let maybe =
        |column: &str| one.try_get::<Option<String>, _>(column).map(|text| Cell::Text(text.unwrap_or_default()));
    let words = |text: &str| Cell::Text(text.to_owned());
    let closed_because = one.try_get::<Option<String>, _>("closed_reason")?;
    let mut cells = vec![
        words(&shown.crn),
        words(&shown.kind),
        words(shown.status.code()),
        words(shown.status.name()),
        words(&shown.site),
        words(&shown.postcode),
        words(&shown.raised_by),
        Cell::Time(shown.received),
        Cell::Number(working_days_between(shown.received, shown.closed.unwrap_or(now)).max(0)),
        Cell::time(shown.due),
        words(&shown.due.map(|due| due_words(due, now)).unwrap_or_default()),
        words(&shown.with),
        Cell::time(shown.closed),
        maybe("mprn_created")?,
        words(closed_because.as_deref().map(reason).unwrap_or_default()),
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
    ];
    let contact_type = ContactType::from_code(&shown.kind);
    let mut details = contact_type.unwrap_or(ContactType::ALL[0]).details();
    if let (Some(known), Some(body)) = (contact_type, one.try_get::<Option<Value>, _>("body")?) {
        known.read(&body, &mut details).map_err(|error| AppError::Broken(error.into()))?;
    }
    for (owner, column) in own_columns(filter) {
        cells.push(if Some(owner) == contact_type { (column.cell)(&details) } else { words("") });
    }
    cells.extend([maybe("own_reference")?, maybe("why")?]);
    Ok(cells)
}

/// The columns that types add to the details which all share.
fn own_columns(filter: &Filter) -> impl Iterator<Item = (ContactType, &'static Column)> {
    types(filter).iter().flat_map(|known| known.spec().columns.iter().map(move |column| (*known, column)))
}

/// The day of a file's name.
pub fn file_day(day: Date) -> String {
    show_typed(day).replace('/', "-")
}
