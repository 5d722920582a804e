//! Whose work is moved, to whom, and what it is.

use sqlx::PgConnection;

use super::list::{Load, read};
use super::supervisors_only;
use crate::app::App;
use crate::error::AppError;
use crate::people::active_colleagues;
use crate::session::Viewer;
use crate::trade::chosen::{self, Choice};

/// Whose work it is, and the colleague who was chosen for it.
pub async fn both(
    tx: &mut PgConnection,
    app: &App,
    viewer: &Viewer,
    account: &str,
    typed: &str,
) -> Result<(Load, Result<Choice, String>), AppError> {
    let organisation = supervisors_only(viewer)?;
    let loads = read(tx, organisation, app.clock.now()).await?;
    let whose =
        loads.into_iter().find(|load| load.id.is_some() && load.account == account).ok_or(AppError::NotFound)?;
    let mut colleagues = active_colleagues(tx, viewer).await?;
    colleagues.retain(|one| Some(one.id) != whose.id);
    let to = chosen::meant(&colleagues, typed).ok_or_else(|| chosen::ask("Choose a colleague", &colleagues));
    Ok((whose, to))
}

/// What they hold, by due time: CRN and version.
pub async fn held(
    tx: &mut PgConnection,
    viewer: &Viewer,
    holder: Option<i64>,
    most: i64,
) -> Result<Vec<(String, i32)>, AppError> {
    let rows = sqlx::query!(
        "select crn, version from contact where holder = $1 and with_org = $2 order by due, id limit $3",
        holder,
        viewer.organisation_id(),
        most
    )
    .fetch_all(tx)
    .await?;
    Ok(rows.into_iter().map(|row| (row.crn, row.version)).collect())
}
