//! Signing in and out: the same answer to every wrong pair, throttled, and sessions that end when they should.

use axum::body::Body;
use axum::http::{Request, header};
use cms::address::is_ours;

use crate::world::{PASSWORD, Page, Person, World};

async fn try_in(person: &mut Person, account: &str, password: &str) -> Page {
    person.post("/sign-in", &[("account", account), ("password", password)]).await
}

#[tokio::test]
async fn one_signs_in_by_account_or_e_mail_and_comes_back_to_the_page_asked_for() {
    let world = World::new().await;
    sqlx::query("update person set email = 'amy@example.com' where account = 'alder.agent'")
        .execute(world.owner())
        .await
        .unwrap();
    // as it was before
    sqlx::query("update person set email_signs_in = true where email is not null")
        .execute(world.owner())
        .await
        .unwrap();
    for account in ["alder.agent", " Alder.Agent ", "amy@example.com", "AMY@EXAMPLE.COM"] {
        let mut amy = world.stranger();
        assert_eq!(try_in(&mut amy, account, PASSWORD).await.location(), "/", "{account}");
        assert_eq!(amy.get("/queues/mine").await.status, 200);
    }
    let mut amy = world.stranger();
    let asked = amy.get("/queues/organisation?with=nobody").await;
    let form = amy.get(&asked.location()).await;
    let next = form.input("next");
    let done = amy.post("/sign-in", &[("account", "alder.agent"), ("password", PASSWORD), ("next", &next)]).await;
    assert_eq!(done.location(), "/queues/organisation?with=nobody");
}

#[tokio::test]
async fn unknown_wrong_and_disabled_get_the_same_answer() {
    // not in trial mode, where the page names every account
    let world =
        World::with(|config| config.database_url = Some("postgres://x".to_owned()), cms::clock::Clock::System).await;
    sqlx::query("update person set disabled = now() where account = 'alder.agent2'")
        .execute(world.owner())
        .await
        .unwrap();
    let mut bodies = Vec::new();
    for (account, password) in [
        ("nobody.here", PASSWORD),
        ("alder.agent", "wrong wrong wrong"),
        ("alder.agent2", PASSWORD),
        ("alder.agent", " four gas meters hum"),
    ] {
        let page = try_in(&mut world.stranger(), account, password).await;
        assert_eq!(page.status, 422, "{account}");
        assert_eq!(page.error("account"), "That account name and password don’t fit together");
        assert_eq!(page.input("account"), account);
        assert!(!page.body.contains("wrong wrong"), "a password came back");
        assert!(!page.headers.contains_key("retry-after"), "there is nothing to wait for");
        let reference = page.headers["x-request-id"].to_str().unwrap();
        bodies.push(page.body.replace(account, "ACCOUNT").replace(reference, "REFERENCE"));
    }
    bodies.dedup();
    assert_eq!(bodies.len(), 1);
}

#[tokio::test]
async fn many_guesses_at_once_do_not_slip_through_together() {
    let world = World::new().await;
    let mut guesses = Vec::new();
    for _ in 0..25 {
        let mut person = world.stranger();
        guesses.push(tokio::spawn(async move { try_in(&mut person, "alder.agent", "guess").await.status.as_u16() }));
    }
    let mut looked_at = 0;
    for guess in guesses {
        looked_at += usize::from(guess.await.unwrap() == 422);
    }
    assert!(looked_at <= 10, "{looked_at} guesses were compared");
}

#[tokio::test]
async fn a_session_has_a_new_id_and_ends_at_sign_out_also_for_a_copy() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let before = amy.cookie().unwrap().to_owned();
    try_in(&mut amy, "alder.agent2", PASSWORD).await;
    assert_ne!(amy.cookie().unwrap(), before);
    let mut old = world.stranger();
    old.set_cookie(Some(before));
    assert!(old.get("/queues/mine").await.location().starts_with("/sign-in"), "the old id is dead");
    let mut copy = amy.clone();
    let out = amy.post("/sign-out", &[]).await;
    assert_eq!(out.location(), "/sign-in");
    assert!(out.headers.get("clear-site-data").unwrap().to_str().unwrap().contains("storage"));
    assert!(copy.get("/queues/mine").await.location().starts_with("/sign-in"));
    // an id of one's own choosing is not taken up
    let mut fixed = world.stranger();
    fixed.set_cookie(Some("cms=AAAAAAAAAAAAAAAAAAAAAA".to_owned()));
    try_in(&mut fixed, "alder.agent", PASSWORD).await;
    assert_ne!(fixed.cookie().unwrap(), "cms=AAAAAAAAAAAAAAAAAAAAAA");
}

#[tokio::test]
async fn sessions_end_idle_after_half_an_hour_and_at_all_events_after_twelve() {
    let world = World::new().await;
    let aged = |sql: &'static str| {
        let owner = world.owner().clone();
        async move { sqlx::query(sql).execute(&owner).await.unwrap() }
    };
    let mut amy = world.stranger();
    try_in(&mut amy, "alder.agent", PASSWORD).await;
    let hours: f64 = sqlx::query_scalar("select (extract(epoch from ends - created) / 3600)::float8 from session")
        .fetch_one(world.owner())
        .await
        .unwrap();
    assert!((11.9..12.1).contains(&hours));
    aged("update session set last_seen = now() - interval '29 minutes'").await;
    assert_eq!(amy.get("/queues/mine").await.status, 200);
    let seen: bool = sqlx::query_scalar("select last_seen > now() - interval '1 minute' from session")
        .fetch_one(world.owner())
        .await
        .unwrap();
    assert!(seen, "using it extends it");
    aged("update session set last_seen = now() - interval '31 minutes'").await;
    assert!(amy.get("/queues/mine").await.location().starts_with("/sign-in"));
    try_in(&mut amy, "alder.agent", PASSWORD).await;
    aged("update session set ends = now() - interval '1 second'").await;
    assert!(amy.get("/queues/mine").await.location().starts_with("/sign-in"));
}

#[tokio::test]
async fn the_next_request_of_somebody_disabled_is_refused() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    sqlx::query("update person set disabled = now() where account = 'alder.agent'")
        .execute(world.owner())
        .await
        .unwrap();
    assert!(amy.post("/queues/next", &[]).await.location().starts_with("/sign-in"));
}

#[tokio::test]
async fn the_terms_come_before_anything_else_once() {
    let world = World::new().await;
    sqlx::query("update person set terms_accepted = null").execute(world.owner()).await.unwrap();
    let mut amy = world.stranger();
    try_in(&mut amy, "alder.agent", PASSWORD).await;
    assert_eq!(amy.get("/").await.location(), "/terms");
    for (path, asked) in
        [("/queues/mine?sort=due", "/terms?next=%2Fqueues%2Fmine%3Fsort%3Ddue"), ("/people", "/terms?next=%2Fpeople")]
    {
        assert_eq!(amy.get(path).await.location(), asked, "{path}");
    }
    let terms = amy.get("/terms?next=%2Fpeople").await;
    assert_eq!(
        (terms.all("main button"), terms.input("next")),
        (vec!["Accept and continue".to_owned()], "/people".to_owned())
    );
    assert_eq!(amy.get("/terms?next=%2F%2Fevil.example").await.input("next"), "/");
    assert_eq!(amy.post("/terms", &[("next", "//evil.example")]).await.location(), "/");
    assert_eq!(amy.post("/terms", &[("next", "/people")]).await.location(), "/people");
    let accepted = amy.get("/terms").await;
    assert_eq!(accepted.attributes("main a", "href"), ["/"], "there is a way on");
    assert_eq!(amy.get("/queues/mine").await.status, 200);
    assert!(world.stranger().get("/terms").await.location().starts_with("/sign-in"));
    // what is typed in a page that is open from before is not kept until then
    sqlx::query("update person set terms_accepted = null").execute(world.owner()).await.unwrap();
    assert_eq!(amy.post("/drafts?to=/feedback&drawn=1795000000000", &[("says", "Blue")]).await.status, 401);
}

#[tokio::test]
async fn the_trials_accounts_have_a_button_each_and_only_in_a_trial() {
    let world = World::new().await;
    let page = world.stranger().get("/sign-in").await;
    let buttons = page.all("button[name='as']");
    assert_eq!(buttons.len(), 37);
    let mut amy = world.stranger();
    let done =
        amy.post("/sign-in", &[("account", ""), ("password", ""), ("as", "alder.agent"), ("sitting", "Priya")]).await;
    assert_eq!(done.location(), "/");
    assert!(amy.get("/queues/mine").await.all(".app-who__name")[0].contains("Priya"));
    assert_eq!(amy.post("/sign-in", &[("as", "root")]).await.status, 400);

    let real =
        World::with(|config| config.database_url = Some("postgres://x".to_owned()), cms::clock::Clock::System).await;
    let door = real.stranger().get("/sign-in").await;
    assert!(door.all("button[name='as'], #sitting").is_empty(), "nothing of shared accounts");
    assert!(door.text().contains("An e-mail address with which you have signed in before serves as well"));
    assert!(door.text().contains("Forgotten your password? Ask your Local Security Officer for a new link"));
    assert!(page.text().contains("Local Security Officers, who look after") && page.all("#sitting").len() == 1);
    assert!(!page.text().contains("It begins with your organisation’s code"), "the accounts stand beside it");
    assert_eq!(real.stranger().post("/sign-in", &[("as", "alder.agent")]).await.status, 400);
    assert_eq!(real.sign_in("facilitator").await.get("/trial").await.status, 404);
}

#[tokio::test]
async fn who_uses_an_account_is_in_the_history_for_colleagues_only() {
    let world = World::new().await;
    let mut amy = world.stranger();
    amy.post("/sign-in", &[("as", "alder.agent"), ("sitting", "Priya")]).await;
    let crn = world.log(&mut amy).await;
    assert!(
        world
            .sign_in("alder.agent2")
            .await
            .get(&format!("/contacts/{crn}"))
            .await
            .text()
            .contains("Amy Calder (used by Priya)")
    );
    assert!(!world.sign_in("cdsp.agent").await.get(&format!("/contacts/{crn}")).await.body.contains("Priya"));
    for (name, status) in [("x".repeat(60), 303), ("ë".repeat(60), 303), ("x".repeat(61), 422)] {
        assert_eq!(amy.post("/sign-in", &[("as", "alder.agent"), ("sitting", &name)]).await.status, status, "{name}");
    }
}

#[tokio::test]
async fn sign_in_leads_to_pages_of_ours_only() {
    for path in ["/", "/queues/mine?with=me", "/contacts/C123456782"] {
        assert!(is_ours(path), "{path}");
    }
    for path in [
        "",
        "//evil.example",
        "///evil.example",
        "https://evil.example",
        "http:evil.example",
        "javascript:alert(1)",
        "\\\\evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        " /x",
        "data:text/html,x",
        "evil.example",
        "/@evil.example",
        "/x\\..\\y",
        "?x",
        "#x",
        "/ü",
        "/%0d%0a\r\n",
        "\t//evil.example",
        "//evil.example/%2f..",
        "http:///evil",
        "ftp://x",
        "mailto:a@b.c",
        "//\\evil",
        "\u{2044}/evil",
        ".",
        "..",
        "./x",
        "vbscript:x",
    ] {
        assert!(!is_ours(path), "{path:?}");
    }
    let world = World::new().await;
    let done = world.stranger().post("/sign-in", &[("as", "alder.agent"), ("next", "//evil.example")]).await;
    assert_eq!(done.location(), "/");
    let form = world.stranger().get("/sign-in?next=//evil.example&parked=nothing").await;
    assert!(!form.body.contains("evil.example") && !form.text().contains("what you sent is kept"), "{}", form.text());
}

#[tokio::test]
async fn what_happens_at_the_door_is_written_down() {
    let world = World::new().await;
    let mut amy = world.stranger();
    try_in(&mut amy, "alder.agent", "wrong").await;
    let request = Request::post("/sign-in")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .header(header::USER_AGENT, "Mozilla/5.0 Chrome/131.0.0.0 Safari/537.36");
    amy.send(request, Body::from("as=alder.agent")).await;
    amy.post("/sign-out", &[]).await;
    try_in(&mut amy, "alder.agent", PASSWORD).await;
    let events: Vec<String> =
        sqlx::query_scalar("select event from security_event order by id").fetch_all(world.owner()).await.unwrap();
    assert_eq!(events, ["authn_login_fail", "authn_login_success", "authn_logout", "authn_login_success"]);
}

#[tokio::test]
async fn the_page_says_who_is_who() {
    let world = World::new().await;
    let page = world.stranger().get("/sign-in").await;
    let kinds = ["Shippers", "Distribution networks", "Independent gas transporters", "CDSP", "The trial"];
    assert_eq!(page.all("h3"), kinds);
    assert_eq!(page.all("main button[name='as']").len(), 37);
    assert!(page.all("section:first-of-type h4").contains(&"Alder Energy".to_owned()));
    let plain = world.stranger().get("/sign-in?password=set").await;
    assert!(plain.text().contains("Your password is set"));
}

#[tokio::test]
async fn an_old_password_goes_on_being_good() {
    let world = World::new().await;
    sqlx::query("update person set created = now() - interval '3 years' where account = 'alder.agent'")
        .execute(world.owner())
        .await
        .unwrap();
    let done = try_in(&mut world.stranger(), "alder.agent", PASSWORD).await;
    assert_eq!(done.status, 303);
    let sql = "select string_agg(column_name, ' ') from information_schema.columns where table_name = 'person'";
    let columns: String = sqlx::query_scalar(sql).fetch_one(world.owner()).await.unwrap();
    assert!(!columns.contains("expire") && !columns.contains("password_set"), "{columns}");
}
