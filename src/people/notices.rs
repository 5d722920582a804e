//! What others did to one's account: links made, roles given and taken, names changed, and what waits for one's yes. It stands on the page of
//! notifications.

use sqlx::PgConnection;

use crate::error::AppError;
use crate::session::Viewer;
use crate::trade::working_time::show_time;

/// The most that the page shows.
const FEW: i64 = 20;

/// One of them.
#[derive(Debug)]
pub struct Notice {
    pub says: String,
    pub href: &'static str,
    pub when: String,
    pub is_unread: bool,
}

pub async fn read(tx: &mut PgConnection, viewer: &Viewer) -> Result<Vec<Notice>, AppError> {
    let rows = sqlx::query!(
        r#"select about, detail, by_whom, at, read is null as "is_unread!" from account_notice where person_id = $1
           order by at desc, id desc limit $2"#,
        viewer.id,
        FEW
    )
    .fetch_all(tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let (says, href) = says(&row.about, &row.detail, &row.by_whom);
            Notice { says, href, when: show_time(row.at), is_unread: row.is_unread }
        })
        .collect())
}

/// All that the page showed is read.
pub async fn mark(tx: &mut PgConnection, viewer: &Viewer, shown_at: i64) -> Result<(), AppError> {
    sqlx::query!(
        "update account_notice set read = now()
         where person_id = $1 and read is null and at <= to_timestamp($2::bigint / 1000.0)",
        viewer.id,
        shown_at
    )
    .execute(tx)
    .await?;
    Ok(())
}

fn says(about: &str, detail: &str, by: &str) -> (String, &'static str) {
    match about {
        "link" => (format!("{by} made a one-use link with which your password can be set"), "/account"),
        "given" => (format!("{by} gave you a role: {detail}"), "/account"),
        "taken" => (format!("{by} took a role from you: {detail}"), "/account"),
        "named" => (
            format!(
                "Your account name is now {detail}, since it begins with your organisation’s code; the old one signs you in for 90 days more"
            ),
            "/account",
        ),
        "renamed" => (
            format!(
                "{detail}, since account names begin with your organisation’s code; the old one signs them in for 90 days more"
            ),
            "/people",
        ),
        "asked" => (format!("{by} asks for a new role, which waits for your yes: {detail}"), "/people"),
        "yes" => (format!("{by} approved the new role: {detail}"), "/people"),
        _ => (format!("{by} refused the new role: {detail}"), "/people"),
    }
}
