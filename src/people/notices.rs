//! What others did to one's account: links made, roles given and taken, names changed, and what waits for one's yes. It stands on the page of
//! notifications.

use sqlx::PgConnection;

use crate::error::AppError;
use crate::seal::Kind;
use crate::session::Viewer;
use crate::trade::working_time::show_time;

/// The most that the page shows of those that are read.
const FEW: i64 = 20;
/// The most that it shows of those that are not: the others come once these are read.
const MANY: i64 = 100;

/// Those that a page shows.
#[derive(Debug, Default)]
pub struct Notices {
    pub shown: Vec<Notice>,
    /// how many more are unread
    pub more: i64,
}

impl Notices {
    /// The unread ones that are shown, as the form has them by which they are read.
    pub fn unread(&self) -> String {
        let unread = self.shown.iter().filter(|notice| notice.is_unread).map(|notice| notice.key.as_str());
        unread.collect::<Vec<_>>().join(".")
    }
}

/// One of them.
#[derive(Debug)]
pub struct Notice {
    key: String,
    pub says: String,
    pub href: &'static str,
    pub when: String,
    pub is_unread: bool,
}

pub async fn read(tx: &mut PgConnection, viewer: &Viewer) -> Result<Notices, AppError> {
    let rows = sqlx::query!(
        r#"select id as "id!", about as "about!", detail as "detail!", by_whom as "by_whom!", at as "at!",
                  is_unread as "is_unread!", unread as "unread!"
           from ((select *, true as is_unread, count(*) over () as unread from account_notice
                  where person_id = $1 and read is null order by at desc, id desc limit $2)
                 union all
                 (select *, false, 0 from account_notice
                  where person_id = $1 and read is not null order by at desc, id desc limit $3)) n
           order by at desc, id desc"#,
        viewer.id,
        MANY,
        FEW
    )
    .fetch_all(tx)
    .await?;
    let unread = rows.iter().map(|row| row.unread).max().unwrap_or_default();
    let shown = rows
        .into_iter()
        .map(|row| {
            let (says, href) = says(&row.about, &row.detail, &row.by_whom);
            let key = viewer.seal.show(Kind::Notice, row.id);
            Notice { key, says, href, when: show_time(row.at), is_unread: row.is_unread }
        })
        .collect();
    Ok(Notices { shown, more: (unread - MANY).max(0) })
}

/// Those that the page showed are read, and no others.
pub async fn mark(tx: &mut PgConnection, viewer: &Viewer, shown: &str) -> Result<(), AppError> {
    let shown: Vec<i64> = shown.split('.').filter_map(|key| viewer.seal.open(Kind::Notice, key)).collect();
    sqlx::query!(
        "update account_notice set read = now() where person_id = $1 and read is null and id = any($2)",
        viewer.id,
        &shown
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
