//! The contacts that are ticked in a list, whichever page of it they stand on.

use sqlx::PgConnection;

use crate::contacts::lifecycle::{Action, Position, decide};
use crate::contacts::types::ContactType;
use crate::contacts::{known_status, with_words};
use crate::error::AppError;
use crate::session::Viewer;
use crate::trade::site_line::first_line;

/// A contact that is ticked.
#[derive(Debug)]
pub struct TickedRow {
    pub crn: String,
    pub version: i32,
    pub contact_type: ContactType,
    pub site: String,
    pub with: String,
    /// the action is the viewer's to take on it now
    pub can: bool,
}

/// Of these CRNs, those that are with the viewer's organisation, by site; and whether this action is theirs to take.
pub async fn ticked(
    tx: &mut PgConnection,
    viewer: &Viewer,
    crns: &[String],
    action: Action,
) -> Result<Vec<TickedRow>, AppError> {
    let rows = sqlx::query!(
        r#"select c.crn, c.version, c.contact_type, c.status, c.raised_by, c.with_org, c.holder,
                  c.sub_building_name, c.building_name, c.building_number, c.plot_number, c.street, c.post_town,
                  c.postcode, w.name as "with_name?", h.name as "holder_name?"
           from contact c left join organisation w on w.id = c.with_org
           left join person h on h.id = c.holder and h.organisation_id = $2
           where c.crn = any($1) and c.with_org = $2
           order by c.postcode, c.street, c.building_number, c.plot_number, c.crn"#,
        crns,
        viewer.organisation_id()
    )
    .fetch_all(tx)
    .await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let status = known_status(&row.status)?;
        let position = Position {
            status: Some(status),
            raised_by: row.raised_by,
            // nobody withdraws what is ticked
            originator: 0,
            with_org: row.with_org,
            holder: row.holder,
            has_psc: false,
            withdrawn: false,
            latest: None,
        };
        let parts = [&row.sub_building_name, &row.building_name, &row.building_number, &row.plot_number, &row.street];
        let line = first_line(&parts.map(String::as_str));
        found.push(TickedRow {
            can: decide(action, &position, viewer.actor()).is_ok(),
            crn: row.crn,
            version: row.version,
            contact_type: ContactType::from_code(&row.contact_type)
                .ok_or_else(|| AppError::Broken(format!("contact type {} is not known", row.contact_type).into()))?,
            site: format!("{line}, {}, {}", row.post_town, row.postcode),
            with: with_words(status, row.with_name.as_deref(), row.holder_name.as_deref()),
        });
    }
    Ok(found)
}
