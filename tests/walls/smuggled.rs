//! What a statement that was smuggled into a page could do: become somebody else, or the owner. It sees what the page sees.

use cms::contacts::lifecycle::Status;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use super::with_canaries;
use crate::world::World;

/// Tables whose rows are somebody's.
const TABLES: [&str; 14] = [
    "contact",
    "contact_event",
    "contact_note",
    "contact_mprn",
    "mnc",
    "raiser_note",
    "site_contact",
    "referral",
    "person",
    "notification",
    "session",
    "draft",
    "contact_words",
    "evidence",
];

/// How many rows of each table are seen now, and who is looking; nothing where Postgres refuses to say.
async fn seen(connection: &mut PgConnection) -> Option<String> {
    let counts: Vec<String> = TABLES.iter().map(|table| format!("(select count(*) from {table})")).collect();
    let sql = format!(
        "select concat_ws(' ', session_user, viewer(), viewer_organisation(), viewer_sees_all(), viewer_is_cdsp(), {})",
        counts.join(", ")
    );
    match sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(connection).await {
        Ok(seen) => Some(seen),
        Err(error) => {
            // nobody ever entered here, or row-level security was switched off and so refuses
            let code = error.as_database_error().and_then(|error| error.code().map(|code| code.to_string()));
            assert!(matches!(code.as_deref(), Some("55000" | "42501")), "{error}");
            None
        }
    }
}

/// Statements with which one would try, for a person of another organisation.
fn tries(other: i64) -> Vec<String> {
    let proof = "x".repeat(32);
    let mut all: Vec<String> = [
        "set_config('role', 'none', false)",
        "set_config('role', 'none', true)",
        "set_config('role', 'cms', false)",
        "set_config('session_authorization', 'cms', false)",
        "set_config('session_authorization', 'default', false)",
        "set_config('row_security', 'off', false)",
        "set_config('cms.sees_all', 'yes', true), set_config('cms.sees_all', 'yes', false)",
        "set_config('cms.rights', 'cdsp facilitator officer supervisor', false)",
        "set_config('cms.entered', 'yes', false)",
        "set_config('cms.person', '{other}', false), set_config('cms.organisation', '1', false)",
        "setval('entered_person', {other})",
        "setval('entered_rights', 31)",
        "nextval('entered_person')",
        "setval('at_the_desk', 1)",
        "enter({other})",
        "enter({other}, '')",
        "enter({other}, null)",
        "enter({other}, '{proof}')",
        "let_in({other})",
        "key from door_key",
        "key from sealing_key",
        "enter({other}, sha256(key || int8send({other}))) from door_key",
        "sit_at_the_desk('{proof}')",
        "session_create('\\x01', {other}, '', '')",
        "know_browser({other}, null, '\\x03')",
        "password_hash from person",
        "pg_read_file('/etc/passwd')",
    ]
    .iter()
    .map(|call| format!("select {call}").replace("{other}", &other.to_string()).replace("{proof}", &proof))
    .collect();
    all.extend(
        [
            "set role none",
            "reset role",
            "set role cms",
            "set session authorization cms",
            "reset session authorization",
            "set row_security = off",
            "set local cms.entered = 'yes'",
            "set cms.entered = 'yes'; set cms.sees_all = 'yes'",
            "discard sequences",
            "alter role cms_web superuser",
            "alter role cms_web bypassrls",
            "grant cms to cms_web",
            "create role cms_more in role cms",
            "create function public.viewer() returns bigint language sql as 'select 1'",
            "alter table contact disable row level security",
            "drop policy raised_or_sent_or_all on contact",
            "insert into session (id_hash, person_id, browser, ends) values ('\\x02', 1, '', now() + interval '1 hour')",
            "update person set security_officer = true",
        ]
        .map(str::to_owned),
    );
    all
}

#[tokio::test]
async fn a_smuggled_statement_sees_no_more_than_its_page() {
    let world = World::new().await;
    for status in [Status::Aaca, Status::Svda] {
        with_canaries(&world, status).await;
    }
    let other = world.person_id("cdsp.supervisor").await;
    let people = "select md5(string_agg(p::text, ',' order by id)) from person p";
    let before_all: String = sqlx::query_scalar(people).fetch_one(world.owner()).await.unwrap();
    for account in ["birch.agent", "alder.agent"] {
        let viewer = world.viewer(account).await.id;
        for attempt in tries(other) {
            // within the transaction of a page, whether the attempt fails or not
            let mut tx = world.app.db.as_viewer(viewer).await.unwrap();
            let before = seen(&mut tx).await;
            let mut inner = tx.begin().await.unwrap();
            if inner.execute(sqlx::raw_sql(AssertSqlSafe(attempt.clone()))).await.is_ok() {
                let after = seen(&mut inner).await;
                assert!(after.is_none() || after == before, "{account}: {attempt}: {after:?}");
            }
            inner.rollback().await.unwrap();
            assert!(before.is_some());
            drop(tx);
            // and on its connection when the page is done, where nobody is looking
            let mut connection = world.app.db.web.acquire().await.unwrap().detach();
            let before = seen(&mut connection).await;
            assert!(before.is_some());
            let _refused = connection.execute(sqlx::raw_sql(AssertSqlSafe(attempt.clone()))).await;
            let after = seen(&mut connection).await;
            assert!(after.is_none() || after == before, "{account} outside: {attempt}: {after:?}");
            connection.close().await.unwrap();
        }
    }
    let after_all: String = sqlx::query_scalar(people).fetch_one(world.owner()).await.unwrap();
    assert_eq!(before_all, after_all);
    let sessions: i64 = sqlx::query_scalar("select count(*) from session where id_hash in ('\\x01', '\\x02')")
        .fetch_one(world.owner())
        .await
        .unwrap();
    assert_eq!(sessions, 0);
    let browsers: i64 =
        sqlx::query_scalar("select count(*) from known_browser").fetch_one(world.owner()).await.unwrap();
    assert_eq!(browsers, 0);
}

#[tokio::test]
async fn a_page_asks_for_no_hash_of_a_password() {
    let world = World::new().await;
    let viewer = world.viewer("birch.agent").await.id;
    let asks = "select hash from sign_in_begin('cdsp.supervisor', '\\x01', '192.0.2.1', '192.0.2.1', null, null)";
    let mut tx = world.app.db.as_viewer(viewer).await.unwrap();
    for refused in [tx.execute(asks).await, world.app.db.web.execute(asks).await] {
        let code = refused.unwrap_err().as_database_error().and_then(|error| error.code().map(|code| code.to_string()));
        assert!(matches!(code.as_deref(), Some("55000" | "42501")), "{code:?}");
    }
    let hash: Option<String> = sqlx::query_scalar(asks).fetch_one(&world.app.db.auth).await.unwrap();
    assert!(hash.is_some(), "the desk signs nobody in");
}

#[tokio::test]
async fn no_page_settles_who_signed_in() {
    let world = World::new().await;
    world.stranger().post("/sign-in", &[("account", "cdsp.supervisor"), ("password", "a wrong one")]).await;
    let attempt = "update sign_in_attempt set failed = false returning id";
    let attempt: i64 = sqlx::query_scalar(attempt).fetch_one(world.owner()).await.unwrap();
    let viewer = world.viewer("birch.agent").await.id;
    for settles in ["right({id})", "wrong({id}, 'cdsp.supervisor')"] {
        let sql = format!("select sign_in_was_{}", settles.replace("{id}", &attempt.to_string()));
        let mut tx = world.app.db.as_viewer(viewer).await.unwrap();
        for refused in
            [tx.execute(AssertSqlSafe(sql.clone())).await, world.app.db.web.execute(AssertSqlSafe(sql)).await]
        {
            let error = refused.unwrap_err();
            let code = error.as_database_error().and_then(|error| error.code().map(|code| code.to_string()));
            assert!(matches!(code.as_deref(), Some("55000" | "42501")), "{error}");
        }
    }
}

#[tokio::test]
async fn proofs_are_not_shown_to_others_that_work_with_the_database() {
    let world = World::new().await;
    let viewer = world.viewer("alder.agent").await.id;
    // a transaction that has just begun, and the looks of a page next to it
    let entered = world.app.db.as_viewer(viewer).await.unwrap();
    let mut other = world.app.db.as_viewer(viewer).await.unwrap();
    let shown: Vec<String> = sqlx::query_scalar(
        "select query from pg_stat_activity where usename = session_user and pid <> pg_backend_pid() and datname = current_database()",
    )
    .fetch_all(&mut *other)
    .await
    .unwrap();
    assert!(!shown.is_empty());
    assert!(shown.iter().all(|query| !query.contains("enter(")), "{shown:?}");
    drop(entered);
}

#[tokio::test]
async fn who_entered_is_forgotten_with_the_transaction() {
    let world = World::new().await;
    let viewer = world.viewer("cdsp.agent").await.id;
    let mut tx = world.app.db.as_viewer(viewer).await.unwrap();
    let who: Option<i64> = sqlx::query_scalar("select viewer()").fetch_one(&mut *tx).await.unwrap();
    assert_eq!(who, Some(viewer));
    tx.execute(sqlx::raw_sql("commit; begin; set local cms.entered = 'yes'")).await.unwrap();
    let who: Option<i64> = sqlx::query_scalar("select viewer()").fetch_one(&mut *tx).await.unwrap();
    assert_eq!(who, None, "a later transaction of the same connection believed it");
}

#[tokio::test]
async fn a_role_that_can_become_the_owner_serves_no_pages() {
    let world = World::new().await;
    world.app.db.check_pages().await.unwrap();
    let login = format!("pages_{}", std::process::id());
    let run = async |sql: &str| {
        world.owner().execute(sqlx::raw_sql(AssertSqlSafe(sql.replace("LOGIN", &login)))).await.unwrap();
    };
    let check = async |who: &str| {
        let pages = world.url.replace("user=cms&", &format!("user={who}&"));
        assert_ne!(pages, world.url);
        let access = cms::db::Access { pages: Some(pages), ..cms::db::Access::from(&world.url) };
        let db = cms::db::Db::with_owner(world.owner().clone(), access, 1).await.unwrap();
        db.check_pages().await.map_err(|error| error.to_string())
    };
    // the owner
    let pages = cms::db::Access { pages: Some(world.url.clone()), ..cms::db::Access::from(&world.url) };
    let as_owner = cms::db::Db::with_owner(world.owner().clone(), pages, 1).await.unwrap();
    assert!(as_owner.check_pages().await.unwrap_err().to_string().contains("row-level security would not bind"));
    run("create role LOGIN login in role cms_web").await;
    check(&login).await.unwrap();
    for (give, take, says) in [
        ("grant cms to LOGIN", "revoke cms from LOGIN", "can become cms"),
        ("alter role LOGIN bypassrls", "alter role LOGIN nobypassrls", "or can become pages_"),
        ("alter role LOGIN createrole", "alter role LOGIN nocreaterole", "or can become pages_"),
        ("grant pg_read_all_data to LOGIN", "revoke pg_read_all_data from LOGIN", "pg_read_all_data"),
        ("alter role LOGIN noinherit", "alter role LOGIN inherit", "none of the rights of cms_web"),
        ("grant select on door_key to LOGIN", "revoke select on door_key from LOGIN", "may read its keys"),
        (
            "grant usage on sequence at_the_desk to LOGIN; grant update on sequence entered_person to LOGIN",
            "revoke all on sequence at_the_desk, entered_person from LOGIN",
            "may read its keys",
        ),
        ("alter role LOGIN nologin", "alter role LOGIN login", "alter role cms_web login"),
    ] {
        run(give).await;
        let refused = check(&login).await.unwrap_err();
        assert!(refused.contains(says), "{give}: {refused}");
        run(take).await;
    }
    check(&login).await.unwrap();
    run("drop role LOGIN").await;
}

#[tokio::test]
async fn no_queue_opens_with_anothers_filter() {
    let world = World::new().await;
    let (amy, rival) = (world.person_id("alder.agent").await, world.person_id("birch.agent").await);
    let kept = "insert into saved_filter (organisation_id, person_id, queue, name, query)
                select organisation_id, id, 'raised', 'mine', 'q=SECRET' from person where id = $1 returning id";
    let filter: i64 = sqlx::query_scalar(kept).bind(amy).fetch_one(world.owner()).await.unwrap();
    for (person, may) in [(amy, true), (rival, false)] {
        let mut tx = world.app.db.as_viewer(person).await.unwrap();
        let opens = "insert into default_filter (person_id, queue, filter_id) values ($1, 'raised', $2)";
        let opens = sqlx::query(opens).bind(person).bind(filter).execute(&mut *tx).await;
        assert_eq!(opens.is_ok(), may, "{opens:?}");
    }
}

/// What happened at the doors is written by pages too: with whose page it was, and nothing that only the desk knows of.
#[tokio::test]
async fn pages_forge_nothing_of_what_happened_at_the_doors() {
    let world = World::new().await;
    let amy = world.person_id("alder.agent").await;
    for forged in [
        "insert into security_event (event, account, address) values ('authn_login_success', 'cdsp.agent', '192.0.2.1')",
        "insert into security_event (event, account, minute) values ('authn_password_check_fail', 'cdsp.agent', now())",
        "select note_repeated('authn_password_check_fail', 'cdsp.agent', '192.0.2.1')",
    ] {
        let mut tx = world.app.db.as_viewer(amy).await.unwrap();
        let refused = sqlx::raw_sql(sqlx::AssertSqlSafe(forged)).execute(&mut *tx).await.unwrap_err();
        assert_eq!(refused.as_database_error().unwrap().code().as_deref(), Some("42501"), "{forged}");
    }
    let event = "insert into security_event (at, event, account, times, by_whom)
                 values ('2020-01-01', 'authn_link_made', 'cdsp.agent', 99, 'cdsp.lso')";
    assert!(sqlx::raw_sql(event).execute(&world.app.db.web).await.is_err(), "nobody has entered");
    let mut tx = world.app.db.as_viewer(amy).await.unwrap();
    sqlx::raw_sql(event).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    let written: (String, i32, bool) =
        sqlx::query_as("select by_whom, times, at > now() - interval '1 minute' from security_event")
            .fetch_one(world.owner())
            .await
            .unwrap();
    assert_eq!(written, ("alder.agent".to_owned(), 1, true), "whose page it was, and when");
}
