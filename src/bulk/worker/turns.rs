//! Whose turn it is: the bulks that have rows to do, each with the person who sent it.

use serde_json::Value;

use crate::app::App;
use crate::error::AppError;
use crate::session::{Organisation, OrganisationKind, Viewer};

/// A bulk that has rows to do, and who sent it.
pub struct Turn {
    pub key: String,
    pub viewer: Viewer,
}

/// The bulks to work on, the longest untouched first. A bulk whose sender may not log any more is stopped.
pub async fn turns(app: &App) -> Result<Vec<Turn>, AppError> {
    let rows = sqlx::query!(
        r#"
        select b.key, b.sitting, b.epoch, p.id, p.account, p.name, p.supervisor, p.disabled is null as "active!",
               o.id as organisation_id, o.code, o.name as organisation, o.kind, h.epoch as epoch_now
        from bulk b join person p on p.id = b.person_id join organisation o on o.id = b.organisation_id, house h
        where b.state in ('checking', 'adding') order by b.worked limit 20
        "#
    )
    .fetch_all(&app.db.owner)
    .await?;
    let mut turns = Vec::new();
    for row in rows {
        let kind: OrganisationKind =
            serde_json::from_value(Value::String(row.kind)).map_err(|e| AppError::Broken(e.into()))?;
        if !row.active || row.epoch != row.epoch_now || kind == OrganisationKind::Cdsp {
            sqlx::query!(
                "update bulk set state = 'stopped', failures = 0 where key = $1 and state in ('checking', 'adding')",
                row.key
            )
            .execute(&app.db.owner)
            .await?;
            tracing::info!(bulk = row.key, "a bulk was stopped, since its sender may not go on");
            continue;
        }
        let viewer = Viewer {
            id: row.id,
            account: row.account,
            name: row.name,
            supervisor: row.supervisor,
            facilitator: false,
            sitting: row.sitting,
            epoch: row.epoch,
            organisation: Some(Organisation { id: row.organisation_id, code: row.code, name: row.organisation, kind }),
            ..Viewer::system()
        };
        turns.push(Turn { key: row.key, viewer });
    }
    Ok(turns)
}
