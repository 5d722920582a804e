//! A contact in a list, as it is read.

use sqlx::Row as _;
use sqlx::postgres::PgRow;
use time::OffsetDateTime;

use crate::contacts::lifecycle::Status;
use crate::contacts::{known_status, with_words};
use crate::error::AppError;
use crate::session::Viewer;
use crate::trade::site_line::first_line;

/// A contact in a list.
#[derive(Debug)]
pub struct Row {
    pub id: i64,
    pub crn: String,
    pub kind: String,
    pub version: i32,
    pub status: Status,
    /// the first line of its address, and the town
    pub site: String,
    pub town: String,
    pub postcode: String,
    pub raised_by: String,
    pub received: OffsetDateTime,
    pub due: Option<OffsetDateTime>,
    pub closed: Option<OffsetDateTime>,
    pub with: String,
    pub is_mine: bool,
    /// what the CDSP asked for has come back
    pub is_answered: bool,
    pub ldz: String,
    pub msn: String,
    /// read where it is shown, and the viewer may know it
    pub own_reference: Option<String>,
    pub logged_by: Option<String>,
    /// where it stands in the list's order, as a cursor writes it
    pub key: String,
}

pub fn read(row: &PgRow, id: i64, viewer: &Viewer) -> Result<Row, AppError> {
    let text = |column: &str| row.try_get::<String, _>(column);
    let status = known_status(row.try_get("status")?)?;
    let (with_org, raised_by): (Option<i64>, i64) = (row.try_get("with_org")?, row.try_get("raised_by")?);
    let is_ours = [with_org, Some(raised_by)].contains(&viewer.organisation_id());
    // while others have it, a network knows that it is with the CDSP and no more
    let is_elsewhere = viewer.is_network() && !is_ours && !status.is_closed();
    let status = if is_elsewhere { Status::Aaca } else { status };
    let (number, name, sub) = (text("building_number")?, text("building_name")?, text("sub_building_name")?);
    let line = first_line(&[&sub, &name, &number, &text("plot_number")?, &text("street")?]);
    let with_name: Option<String> = row.try_get("with_name")?;
    let holder_name: Option<String> = row.try_get("holder_name")?;
    let holder: Option<i64> = row.try_get("holder")?;
    let organisation = viewer.organisation.as_ref().map(|organisation| organisation.name.as_str());
    // in one's own queue the organisation goes without saying
    let with = if holder.is_none() && with_name.as_deref() == organisation && !status.is_closed() {
        "Nobody yet".to_owned()
    } else {
        with_words(status, with_name.as_deref(), holder_name.as_deref())
    };
    Ok(Row {
        id,
        crn: text("crn")?,
        kind: text("contact_type")?,
        version: row.try_get("version")?,
        status,
        site: format!("{line}, {}", text("post_town")?),
        town: text("post_town")?,
        postcode: text("postcode")?,
        raised_by: text("raiser")?,
        received: row.try_get("received")?,
        due: row.try_get::<Option<_>, _>("due")?.filter(|_| !is_elsewhere),
        closed: row.try_get("closed")?,
        with,
        is_mine: holder == Some(viewer.id),
        is_answered: row.try_get::<Option<i64>, _>("asker")?.is_some() && !is_elsewhere,
        ldz: text("ldz")?,
        msn: text("msn")?,
        own_reference: row.try_get("own_reference")?,
        logged_by: row.try_get("logged_by")?,
        key: text("key")?,
    })
}
