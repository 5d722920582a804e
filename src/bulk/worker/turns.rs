//! Whose turn it is: the bulks that have rows to do, each with the person who sent it.

use crate::app::App;
use crate::error::AppError;
use crate::session::{PersonRow, Viewer};

/// A bulk that has rows to do, and who sent it.
pub struct Turn {
    pub key: String,
    pub viewer: Viewer,
}

/// The bulks to work on, the longest untouched first. A bulk whose sender may not log any more is stopped.
pub async fn turns(app: &App) -> Result<Vec<Turn>, AppError> {
    let rows = sqlx::query!(
        r#"
        select b.key, b.used_by, b.epoch, p.id, p.account, p.name, p.demo, p.supervisor, p.security_officer,
               p.disabled is null as "active!",
               o.id as organisation_id, o.code, o.name as organisation, o.kind, i.epoch as epoch_now
        from bulk b join person p on p.id = b.person_id join organisation o on o.id = b.organisation_id, installation i
        where b.state in ('checking', 'adding') order by b.worked limit 20
        "#
    )
    .fetch_all(&app.db.owner)
    .await?;
    let mut turns = Vec::new();
    for row in rows {
        let person = PersonRow {
            id: row.id,
            account: row.account,
            name: row.name,
            demo: row.demo,
            supervisor: row.supervisor,
            security_officer: row.security_officer,
            facilitator: false,
            organisation_id: Some(row.organisation_id),
            organisation_code: Some(row.code),
            organisation_name: Some(row.organisation),
            organisation_kind: Some(row.kind),
            epoch: row.epoch,
        };
        // a shared account is counted by session, and this is one of its own
        let session = format!("of bulks of person {}", row.id);
        let viewer = Viewer { used_by: row.used_by, session, ..Viewer::of(person)? };
        if !row.active || row.epoch != row.epoch_now || !viewer.raises() {
            sqlx::query!(
                "update bulk set state = 'stopped', failures = 0 where key = $1 and state in ('checking', 'adding')",
                row.key
            )
            .execute(&app.db.owner)
            .await?;
            tracing::info!(bulk = row.key, "a bulk was stopped, since its sender may not go on");
            continue;
        }
        turns.push(Turn { key: row.key, viewer });
    }
    Ok(turns)
}
