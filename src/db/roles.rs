//! Whether the role that pages log in as is bound by row-level security, and stays so whatever they ask.

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection};

use super::access::explained;

fn refused(says: String) -> sqlx::Error {
    sqlx::Error::Configuration(says.into())
}

/// Logs in as pages do, and refuses a role that could see past the wall, in a sentence.
pub async fn check(pages: &PgConnectOptions) -> Result<(), sqlx::Error> {
    let user = pages.get_username().to_owned();
    let mut connection = match pages.connect().await {
        Ok(connection) => connection,
        Err(sqlx::Error::Database(error)) => {
            return Err(refused(format!(
                "Pages can’t log in to the database as {user}: {error}. As its owner run: alter role cms_web login; give it a \
                 password with psql’s \\password cms_web; and set CMS_PAGES_URL to the address with that role and password."
            )));
        }
        Err(error) => return Err(explained(error, pages)),
    };
    let found = sqlx::query!(
        r#"select session_user::text as "login!", pg_has_role(session_user, 'cms_web', 'USAGE') as "is_web!",
               coalesce((select string_agg(r.rolname, ', ' order by r.rolname) from pg_roles r
                   where pg_has_role(session_user, r.oid, 'MEMBER')
                     and (r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolreplication or r.rolname like 'pg\_%'
                          or exists (select from pg_class c
                                     where c.relowner = r.oid and c.relnamespace = 'public'::regnamespace)
                          or exists (select from pg_proc f
                                     where f.proowner = r.oid and f.pronamespace = 'public'::regnamespace)
                          or exists (select from pg_namespace n where n.nspowner = r.oid and n.nspname = 'public')
                          or exists (select from pg_database d where d.datdba = r.oid and d.datname = current_database()))
               ), '') as "becomes!",
               has_any_column_privilege(session_user, 'door_key', 'select')
               or has_any_column_privilege(session_user, 'sealing_key', 'select')
               or has_sequence_privilege(session_user, 'entered_person', 'update')
               or has_sequence_privilege(session_user, 'entered_rights', 'update')
               or has_function_privilege(session_user, 'let_in(bigint)', 'execute') as "has_keys!""#
    )
    .fetch_one(&mut connection)
    .await?;
    connection.close().await?;
    if !found.becomes.is_empty() {
        return Err(refused(format!(
            "Pages log in to the database as {}, which is or can become {}: row-level security would not bind them. Set \
             CMS_PAGES_URL to the address with the role cms_web, which is a member of nothing.",
            found.login, found.becomes
        )));
    }
    if !found.is_web {
        return Err(refused(format!(
            "Pages log in to the database as {}, which has none of the rights of cms_web. Set CMS_PAGES_URL to the address \
             with the role cms_web.",
            found.login
        )));
    }
    if found.has_keys {
        return Err(refused(format!(
            "Pages log in to the database as {}, which may read its keys or say who enters: take from that role and from \
             public what no migration granted.",
            found.login
        )));
    }
    Ok(())
}
