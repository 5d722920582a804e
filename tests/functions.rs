//! The functions that read past row-level security: there are these and no others, and each does only what it says.
//! And the queries of every day find their indexes as the web role.

use sqlx::{AssertSqlSafe, Executor, PgConnection, Row};

use crate::world::World;

/// Every SECURITY DEFINER function of ours. One that is added here needs its test below.
const KNOWN: [&str; 91] = [
    // tests/contacts/added.rs
    "addition_is_lawful",
    "announcements_now",
    // tests/people/second_yes.rs
    "by_viewer",
    "claim_evidence",
    "close_draft",
    // tests/walls/columns.rs
    "closed_remarks",
    // tests/people/confirm.rs
    "confirm_session",
    "contact_at_latest_event",
    "contact_points_at_latest_event",
    "contacts_with_mprn",
    // tests/search.rs
    "contacts_with_words",
    "count_afresh",
    "count_contact",
    "count_held",
    // tests/contacts/stored.rs
    "created_mprn_is_of_a_valid_contact",
    // tests/people/second_yes.rs
    "decide_roles",
    "disable_person",
    // tests/limits.rs
    "draft_has_room",
    "enable_person",
    // tests/people/rights.rs
    "end_other_sessions",
    "end_session",
    "end_sessions",
    "enter",
    // tests/matrix/walls.rs
    "event_used_by",
    // tests/walls/smuggled.rs
    "events_are_stamped",
    "evidence_at",
    "evidence_has_room",
    // tests/evidence/limits.rs
    "evidence_waiting",
    "fold_tally",
    // tests/search/words.rs
    "follow_networks",
    "follow_words",
    "follow_work_words",
    // tests/contacts/withdrawn.rs
    "forget_what_made_it",
    "has_active_people",
    "is_active_person",
    // tests/search/words.rs
    "keep_work_words",
    // tests/people/throttle.rs
    "know_browser",
    // tests/people/second_yes.rs
    "last_of_a_role",
    // tests/matrix/walls.rs
    "last_reset_by",
    "let_in",
    // tests/people/second_yes.rs
    "link_was_made",
    "made_a_link",
    "make_person_link",
    // tests/contacts/stored.rs
    "meter_point_at_latest_event",
    // tests/contacts/duplicates.rs
    "meter_points_like",
    "next_crn",
    // tests/people/throttle.rs
    "note_repeated",
    // tests/people/second_yes.rs
    "notices_name_colleagues_only",
    // tests/people/rights.rs
    "officer_holds",
    // tests/walls/smuggled.rs
    "only_the_desk_makes_sessions",
    "only_the_desk_settles",
    "open_late",
    "open_with_words",
    // tests/people/confirm.rs
    "own_password_is_common",
    // tests/people/confirm.rs
    "password_is_common",
    // tests/people/second_yes.rs
    "pending_roles",
    "people_in_turn",
    "person_of_link",
    "raised_by_viewer",
    "receiver",
    // tests/people/second_yes.rs
    "request_stands",
    // tests/people/rights.rs
    "rights_have_changed",
    // tests/people/second_yes.rs
    "role_deciders",
    // tests/people/second_yes.rs
    "role_has_changed",
    "save_draft",
    "seal_late",
    "sent_to_viewer",
    // tests/people/confirm.rs
    "session_begin",
    "session_create",
    "session_end",
    "session_flash",
    // tests/people/confirm.rs
    "session_is_confirmed",
    "session_load",
    "session_renew",
    "session_save",
    "set_own_password",
    "set_person_roles",
    // tests/people/throttle.rs
    "shared_account",
    "sign_in_begin",
    // tests/people/throttle.rs
    "sign_in_never_was",
    "sign_in_was_right",
    // tests/people/throttle.rs
    "sign_in_was_wrong",
    // tests/walls/smuggled.rs
    "sit_at_the_desk",
    // tests/limits.rs
    "spend",
    "tell",
    // tests/contacts/notes.rs
    "tell_named",
    // tests/people/second_yes.rs
    "unread_of_account",
    "use_person_link",
    "viewer_may_ring",
    "why_ended",
    // tests/contacts/withdrawn.rs
    "withdrawn_by_its_originator",
];

#[tokio::test]
async fn only_the_named_functions_read_past_the_wall_and_none_can_be_hijacked() {
    let world = World::new().await;
    let found: Vec<(String, bool)> = sqlx::query_as(
        "select proname::text, coalesce(proconfig::text like '%search_path=public, pg_temp%', false) from pg_proc
         where prosecdef and pronamespace = 'public'::regnamespace order by 1",
    )
    .fetch_all(world.owner())
    .await
    .unwrap();
    let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, KNOWN);
    assert!(found.iter().all(|(_, fixed)| *fixed), "a search path is left open: {found:?}");
}

/// One value of one statement, as the web role of this account.
async fn ask<T: for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres>>(
    world: &World,
    account: &str,
    sql: &str,
) -> T {
    let viewer = world.viewer(account).await;
    let mut tx = world.app.db.as_viewer(viewer.id).await.unwrap();
    let value =
        (&mut *tx as &mut PgConnection).fetch_one(sqlx::query(AssertSqlSafe(sql.to_owned()))).await.unwrap().get(0);
    tx.commit().await.unwrap();
    value
}

#[tokio::test]
async fn the_viewer_is_who_the_transaction_says_and_disabled_people_are_nobody() {
    let world = World::new().await;
    let alder = world.organisation_id("ALD").await;
    assert_eq!(ask::<i64>(&world, "alder.agent", "select viewer_organisation()").await, alder);
    assert!(ask::<bool>(&world, "cdsp.agent", "select viewer_is_cdsp() and viewer_sees_all()").await);
    assert!(ask::<bool>(&world, "facilitator", "select viewer_is_facilitator() and viewer_sees_all()").await);
    assert!(ask::<bool>(&world, "alder.lso", "select viewer_is_security_officer() and not viewer_sees_all()").await);
    sqlx::query("update person set disabled = now()").execute(world.owner()).await.unwrap();
    for account in ["alder.agent", "cdsp.agent", "facilitator", "alder.lso"] {
        let nobody =
            "select viewer_organisation() is null and not viewer_sees_all() and not viewer_is_security_officer()";
        assert!(ask::<bool>(&world, account, nobody).await, "{account}");
    }
}

#[tokio::test]
async fn sessions_are_saved_loaded_and_ended_by_their_hash_alone() {
    let world = World::new().await;
    let amy = world.person_id("alder.agent").await;
    let run = |sql: String| {
        let auth = world.app.db.auth.clone();
        async move { auth.fetch_one(sqlx::query(AssertSqlSafe(sql))).await.unwrap() }
    };
    run(format!("select session_create('\\x01', {amy}, 'Priya', 'Test')")).await;
    run("select session_create('\\x02', 999999, '', '')".to_owned()).await;
    let sessions: i64 = sqlx::query_scalar("select count(*) from session").fetch_one(world.owner()).await.unwrap();
    assert_eq!(sessions, 1, "nobody has no session");
    run("select session_save('\\x01', '{\"a\": 1}')".to_owned()).await;
    let row = run("select holds->>'a', who->>'account', who->>'used_by' from session_load('\\x01')".to_owned()).await;
    assert_eq!((row.get::<&str, _>(0), row.get::<&str, _>(1), row.get::<&str, _>(2)), ("1", "alder.agent", "Priya"));
    run("select session_end('\\x01')".to_owned()).await;
    run("select session_save('\\x01', '{\"a\": 2}')".to_owned()).await;
    let row = run("select holds is null from session_load('\\x01')".to_owned()).await;
    assert!(row.get::<bool, _>(0), "saving brought an ended session back");
}

#[tokio::test]
async fn passwords_and_sessions_of_others_are_out_of_reach() {
    let world = World::new().await;
    world.sign_in("birch.agent").await;
    world.sign_in("alder.agent").await;
    let (birch, amy) = (world.person_id("birch.agent").await, world.person_id("alder.agent").await);
    ask::<()>(&world, "alder.lso", &format!("select end_sessions({birch})")).await;
    ask::<()>(&world, "alder.agent2", &format!("select end_sessions({amy})")).await;
    assert_eq!(sqlx::query_scalar::<_, i64>("select count(*) from session").fetch_one(world.owner()).await.unwrap(), 2);
    ask::<()>(&world, "alder.lso", &format!("select end_sessions({amy})")).await;
    assert_eq!(sqlx::query_scalar::<_, i64>("select count(*) from session").fetch_one(world.owner()).await.unwrap(), 1);
    sqlx::query("insert into person_link (token_hash, person_id, ends) select '\\x09', $1, now() + interval '1 hour'")
        .bind(birch)
        .execute(world.owner())
        .await
        .unwrap();
    for (account, whose) in [("alder.agent", amy), ("alder.lso", birch), ("alder.lso", amy)] {
        let made = format!("select make_person_link({whose}, '\\x01', now() + interval '1 hour')");
        assert!(!ask::<bool>(&world, account, &made).await, "{account} made a link it may not");
    }
    let open: bool = sqlx::query_scalar("select used is null from person_link").fetch_one(world.owner()).await.unwrap();
    assert!(open, "another organisation's officer ended a link");
    let before: String = sqlx::query_scalar("select string_agg(password_hash, ',' order by id) from person")
        .fetch_one(world.owner())
        .await
        .unwrap();
    ask::<()>(&world, "alder.agent", "select set_own_password('x')").await;
    let after: String = sqlx::query_scalar("select string_agg(password_hash, ',' order by id) from person")
        .fetch_one(world.owner())
        .await
        .unwrap();
    assert_eq!(before, after, "the trial's password was changed");
}

#[tokio::test]
async fn roles_and_access_are_changed_by_an_officer_of_the_same_organisation_alone() {
    let world = World::new().await;
    let id = async |account: &str| world.person_id(account).await;
    let (agent, rival, officer) = (id("alder.agent").await, id("birch.agent").await, id("alder.lso").await);
    let digest = async || -> String {
        sqlx::query_scalar("select md5(string_agg(p::text, ',' order by id)) from person p")
            .fetch_one(world.owner())
            .await
            .unwrap()
    };
    let before = digest().await;
    for (account, whose) in
        [("alder.agent", agent), ("alder.lso", rival), ("alder.supervisor", agent), ("cdsp.agent", agent)]
    {
        let acts = [
            "set_person_roles({}, true, true, true) <> 'no'",
            "disable_person({}, now(), true) <> 'no'",
            "enable_person({}) <> 'no'",
        ];
        for act in acts {
            let sql = format!("select {}", act.replace("{}", &whose.to_string()));
            assert!(!ask::<bool>(&world, account, &sql).await, "{account}: {sql}");
        }
    }
    for own in ["set_person_roles({}, true, false, true) <> 'no'", "disable_person({}, now(), true) <> 'no'"] {
        let sql = format!("select {}", own.replace("{}", &officer.to_string()));
        assert!(!ask::<bool>(&world, "alder.lso", &sql).await, "{sql}");
    }
    // nor are the columns anybody's to write, whatever row-level security says of the row
    for column in
        ["supervisor", "security_officer", "facilitator", "disabled", "demo", "organisation_id", "password_hash"]
    {
        let mut tx = world.app.db.as_viewer(officer).await.unwrap();
        let sql = format!("update person set {column} = {column} where id = {officer}");
        let refused = tx.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await.unwrap_err();
        assert_eq!(refused.as_database_error().unwrap().code().unwrap(), "42501", "{column}");
    }
    assert_eq!(before, digest().await);
    assert!(
        ask::<bool>(&world, "alder.lso", &format!("select set_person_roles({agent}, true, true, false) = 'asked'"))
            .await
    );
    assert!(ask::<bool>(&world, "alder.lso", &format!("select disable_person({agent}, now(), false) = 'done'")).await);
    assert!(ask::<bool>(&world, "alder.lso", &format!("select enable_person({agent}) = 'done'")).await);
    assert!(
        ask::<bool>(
            &world,
            "alder.lso",
            "select not supervisor and disabled is null from person where account = 'alder.agent'"
        )
        .await
    );
}

#[tokio::test]
async fn telling_is_of_the_latest_event_and_says_nothing_back() {
    let world = World::new().await;
    let crn = world.contact_at(cms::contacts::lifecycle::Status::Atca).await;
    let id: i64 =
        sqlx::query_scalar("select id from contact where crn = $1").bind(&crn).fetch_one(world.owner()).await.unwrap();
    let count = || async {
        sqlx::query_scalar::<_, i64>("select count(*) from notification").fetch_one(world.owner()).await.unwrap()
    };
    let before = count().await;
    let amy = world.person_id("alder.agent").await;
    for forged in [
        format!(
            "select tell(array[{id}], array[1], array['assign'], now(), array[{amy}], array[null::bigint], array[false])"
        ),
        format!(
            "select tell(array[999999], array[1], array['assign'], now(), array[{amy}], array[null::bigint], array[false])"
        ),
    ] {
        ask::<()>(&world, "cdsp.agent", &forged).await;
    }
    assert_eq!(count().await, before);
    for _ in 0..2 {
        ask::<()>(&world, "cdsp.agent", &format!("select tell(array[{id}], array[2], array['assign'], now(), array[{amy}], array[null::bigint], array[false])")).await;
    }
    assert_eq!(count().await, before + 1, "once for each person and event");
    let own = world.person_id("cdsp.agent").await;
    ask::<()>(&world, "cdsp.agent", &format!("select tell(array[{id}], array[2], array['assign'], now(), array[{own}], array[null::bigint], array[false])")).await;
    assert_eq!(count().await, before + 1, "nobody is told of an own act");
    let active = format!(
        "select is_active_person({amy}) and not is_active_person(999999) and has_active_people({})",
        world.organisation_id("ALD").await
    );
    assert!(ask::<bool>(&world, "cdsp.agent", &active).await);
}

#[tokio::test]
async fn the_queries_of_every_day_find_their_indexes_as_the_web_role() {
    let world = World::new().await;
    for _ in 0..30 {
        world.logged_by("alder.agent").await;
    }
    sqlx::raw_sql("analyze").execute(world.owner()).await.unwrap();
    let viewer = world.viewer("cdsp.agent").await;
    let organisation = viewer.organisation_id().unwrap();
    for (sql, index) in [
        (
            format!("select id from contact where with_org = {organisation} order by due, id limit 51"),
            "open_with_an_organisation",
        ),
        (
            format!(
                "select id from contact where holder = {} and with_org = {organisation} order by due, id limit 51",
                viewer.id
            ),
            "held_by_a_person",
        ),
        (
            format!("select id from contact where raised_by = {organisation} order by received desc, id desc limit 51"),
            "raised_by_an_organisation",
        ),
        ("select id from contact order by received desc, id desc limit 51".to_owned(), "in_order_of_arrival"),
        (format!("select id from contact where with_org = {organisation} order by crn, id limit 51"), "open_by_crn"),
        (format!("select id from contact where with_org = {organisation} order by site_key, id limit 51"), "_by_site"),
        (
            format!("select id from contact where raised_by = {organisation} order by crn desc, id desc limit 51"),
            "raised_by_crn",
        ),
        (
            format!("select id from contact where raised_by = {organisation} order by site_key, id limit 51"),
            "raised_by_site",
        ),
        ("select id from contact order by crn, id limit 51".to_owned(), "crn_is_unique"),
        ("select id from contact order by site_key, id limit 51".to_owned(), "all_by_site"),
        ("select id from contact where crn = 'C123456782'".to_owned(), "crn_is_unique"),
        ("select id from contact where postcode = 'LS1 4DY'".to_owned(), "contacts_of_a_postcode"),
        (
            format!(
                "select id from contact where with_org = {organisation} and contact_type = 'MNC' order by due, id limit 51"
            ),
            "open_with_an_organisation",
        ),
        (
            format!(
                "select id from contact where with_org = {organisation} and asker is not null and with_org is not null \
                 order by due, id limit 51"
            ),
            "answer_is_back",
        ),
        (
            format!("select id from contact where originator = {} order by received desc, id desc limit 51", viewer.id),
            "raised_by_a_person",
        ),
        ("select contact_id from contact_mprn where mprn = '9012345607'".to_owned(), "contacts_of_an_mprn"),
        ("select version from contact_event where contact_id = 1 order by version".to_owned(), "contact_event_"),
        (
            format!(
                "select act from notification where person_id = {} order by act desc, about desc limit 51",
                viewer.id
            ),
            "notifications_of_a_person",
        ),
    ] {
        let mut tx = world.app.db.as_viewer(viewer.id).await.unwrap();
        // thirty rows are read faster without an index: what matters is that one can be used at all
        for dear in ["seqscan", "bitmapscan", "sort"] {
            tx.execute(AssertSqlSafe(format!("set local enable_{dear} = off"))).await.unwrap();
        }
        let plan: Vec<String> =
            sqlx::query_scalar(AssertSqlSafe(format!("explain {sql}"))).fetch_all(&mut *tx).await.unwrap();
        assert!(plan.iter().any(|line| line.contains(index)), "{sql}\n{}", plan.join("\n"));
    }
}
