//! A new supervisor or officer needs a second officer's yes; people are told what is done to their accounts; the last of a role
//! goes with a warning; and names tell nothing of other organisations.

use crate::world::{Page, World};

async fn id_of_request(world: &World) -> String {
    let sql = "select id::text from role_request where decided is null";
    sqlx::query_scalar(sql).fetch_one(world.owner()).await.unwrap()
}

pub async fn second_officer(world: &World) {
    sqlx::query("update person set security_officer = true where account = 'alder.supervisor'")
        .execute(world.owner())
        .await
        .unwrap();
}

const BOB: [(&str, &str); 3] = [("name", "Bob Ashdown"), ("email", ""), ("security_officer", "yes")];

#[tokio::test]
async fn only_another_officer_of_the_organisation_says_yes() {
    let world = World::new().await;
    second_officer(&world).await;
    let mut asker = world.sign_in("alder.lso").await;
    assert_eq!(asker.post("/people/alder.agent2", &BOB).await.location(), "/people");
    let path = format!("/people/requests/{}", id_of_request(&world).await);
    for (account, status) in
        [("alder.lso", 409), ("cdsp.lso", 409), ("birch.lso", 409), ("alder.agent2", 403), ("cdsp.agent", 403)]
    {
        assert_eq!(world.sign_in(account).await.post(&path, &[("answer", "yes")]).await.status, status, "{account}");
    }
    assert!(!world.viewer("alder.agent2").await.security_officer);
    assert!(!world.sign_in("cdsp.lso").await.get("/people").await.text().contains("Bob Ashdown"));
    let mut second = world.sign_in("alder.supervisor").await;
    assert!(second.get("/notifications").await.text().contains("waits for your yes: Local Security Officer for Bob"));
    assert!(second.get("/people").await.text().contains("Sam Verity asked for it"));
    assert_eq!(second.post(&path, &[("answer", "yes")]).await.location(), "/people");
    assert!(world.viewer("alder.agent2").await.security_officer);
    assert_eq!(second.post(&path, &[("answer", "yes")]).await.status, 409, "once");
    let told = world.sign_in("alder.agent2").await.get("/notifications").await.text();
    assert!(told.contains("Rita Holloway gave you a role: Local Security Officer"), "{told}");
    assert!(asker.get("/notifications").await.text().contains("approved the new role"));
}

#[tokio::test]
async fn where_there_is_one_officer_the_cdsps_says_yes_or_the_command_line() {
    let world = World::new().await;
    let mut asker = world.sign_in("alder.lso").await;
    asker.post("/people/alder.agent2", &BOB).await;
    let mut cdsp = world.sign_in("cdsp.lso").await;
    assert!(cdsp.get("/people").await.text().contains("Alder Energy"));
    // people of another organisation are that organisation, but for whom it is about
    let (theirs, cdsps) = (world.viewer("alder.lso").await.name, world.viewer("cdsp.lso").await.name);
    let pages = [cdsp.get("/people").await.text(), cdsp.get("/notifications").await.text()];
    for page in pages {
        assert!(page.contains("Alder Energy ask") && page.contains("Bob Ashdown") && !page.contains(&theirs), "{page}");
    }
    let path = format!("/people/requests/{}", id_of_request(&world).await);
    assert_eq!(cdsp.post(&path, &[("answer", "no")]).await.location(), "/people");
    assert!(!world.viewer("alder.agent2").await.security_officer);
    let told = asker.get("/notifications").await.text();
    assert!(told.contains("refused the new role") && !told.contains(&cdsps), "{told}");
    asker.post("/people/alder.agent2", &BOB).await;
    let said = cms::people::command::approve_roles(world.owner(), "alder.agent2").await.unwrap();
    assert!(said.contains("Local Security Officer"), "{said}");
    assert!(world.viewer("alder.agent2").await.security_officer);
    assert!(cms::people::command::approve_roles(world.owner(), "alder.agent2").await.is_err());
}

#[tokio::test]
async fn a_request_lapses_is_taken_back_and_ends_with_who_asked() {
    let world = World::new().await;
    let mut asker = world.sign_in("alder.lso").await;
    let mut cdsp = world.sign_in("cdsp.lso").await;
    for end in [
        "update role_request set ends = now()",
        "update person set security_officer = false where account = 'alder.lso'",
        "update person set disabled = now() where account = 'alder.agent2'",
    ] {
        asker.post("/people/alder.agent2", &BOB).await;
        let path = format!("/people/requests/{}", id_of_request(&world).await);
        sqlx::query(sqlx::AssertSqlSafe(end)).execute(world.owner()).await.unwrap();
        assert_eq!(cdsp.post(&path, &[("answer", "yes")]).await.status, 409, "{end}");
        let back = "update person set disabled = null, security_officer = account like '%.lso'";
        sqlx::query(back).execute(world.owner()).await.unwrap();
    }
    asker.post("/people/alder.agent2", &BOB).await;
    let path = format!("/people/requests/{}", id_of_request(&world).await);
    assert_eq!(asker.post(&path, &[("answer", "no")]).await.location(), "/people");
    assert_eq!(cdsp.post(&path, &[("answer", "yes")]).await.status, 409);
    assert!(!world.viewer("alder.agent2").await.security_officer);
}

#[tokio::test]
async fn one_is_told_of_links_and_roles_and_reads_it_once() {
    let world = World::new().await;
    sqlx::query("update person set demo = false").execute(world.owner()).await.unwrap();
    let mut officer = world.sign_in("alder.lso").await;
    officer.post("/people/alder.agent/link", &[]).await;
    let taken = [("name", "Rita Holloway"), ("email", ""), ("knows_last", "yes")];
    officer.post("/people/alder.supervisor", &taken).await;
    let mut amy = world.sign_in("alder.agent").await;
    let page = amy.get("/notifications").await;
    assert!(page.text().contains("Sam Verity made a one-use link"), "{}", page.text());
    assert_eq!(world.viewer("alder.agent").await.id, world.person_id("alder.agent").await);
    let shown = page.input("notices");
    assert_eq!(amy.post("/notifications/read", &[("notices", &shown)]).await.location(), "/notifications");
    let page = amy.get("/notifications").await;
    assert!(
        !page.text().contains("Unread") && page.all("form[action='/notifications/read']").is_empty(),
        "none is left"
    );
    let told = world.sign_in("alder.supervisor").await.get("/notifications").await.text();
    assert!(told.contains("took a role from you: Supervisor"), "{told}");
    assert!(!world.sign_in("birch.agent").await.get("/notifications").await.text().contains("one-use link"));
}

#[tokio::test]
async fn the_last_of_a_role_goes_with_a_warning() {
    let world = World::new().await;
    let mut officer = world.sign_in("alder.lso").await;
    let asks = officer.get("/people/alder.supervisor/disable").await;
    assert!(asks.text().contains("Nobody else here has the role: Supervisor"), "{}", asks.text());
    let warned = officer.post("/people/alder.supervisor/disable", &[]).await;
    assert_eq!(warned.status, 409);
    assert!(warned.text().contains("the last supervisor of Alder Energy"), "{}", warned.text());
    let warned = officer.post("/people/alder.supervisor", &[("name", "Rita H"), ("email", "")]).await;
    assert_eq!((warned.status.as_u16(), warned.input("name").as_str()), (409, "Rita H"));
    assert!(world.viewer("alder.supervisor").await.supervisor);
    let done = officer.post("/people/alder.supervisor/disable", &[("knows_last", "yes")]).await;
    assert_eq!(done.location(), "/people");
    let terms = &world.app.config.terms;
    assert!(cms::people::command::disable_person(world.owner(), terms, "birch.lso", false).await.is_err());
    assert!(cms::people::command::disable_person(world.owner(), terms, "birch.lso", true).await.is_ok());
}

#[tokio::test]
async fn of_two_supervisors_disabled_at_once_the_second_is_warned_of() {
    let world = World::new().await;
    sqlx::query(
        "update person set supervisor = true, security_officer = true where account in ('alder.agent', 'alder.agent2')",
    )
    .execute(world.owner())
    .await
    .unwrap();
    sqlx::query("update person set supervisor = false where account in ('alder.agent2', 'alder.lso')")
        .execute(world.owner())
        .await
        .unwrap();
    let (mut one, mut other) = (world.sign_in("alder.lso").await, world.sign_in("alder.agent2").await);
    one.stamp("/people").await;
    other.stamp("/people").await;
    let (first, second) =
        tokio::join!(one.post("/people/alder.supervisor/disable", &[]), other.post("/people/alder.agent/disable", &[]));
    let mut statuses = [first.status.as_u16(), second.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409]);
}

#[tokio::test]
async fn who_was_disabled_comes_back_without_roles_until_a_second_yes() {
    let world = World::new().await;
    second_officer(&world).await;
    let mut officer = world.sign_in("alder.lso").await;
    officer.post("/people/alder.supervisor/disable", &[("knows_last", "yes")]).await;
    assert_eq!(officer.post("/people/alder.supervisor/enable", &[]).await.location(), "/people");
    assert!(officer.get("/people").await.text().contains("the roles they had wait for a second officer’s yes"));
    let back = world.viewer("alder.supervisor").await;
    assert!(!back.supervisor && !back.security_officer);
    let path = format!("/people/requests/{}", id_of_request(&world).await);
    assert_eq!(officer.post(&path, &[("answer", "yes")]).await.status, 409, "not who asked");
    assert_eq!(world.sign_in("cdsp.lso").await.post(&path, &[("answer", "yes")]).await.location(), "/people");
    let back = world.viewer("alder.supervisor").await;
    assert!(back.supervisor && back.security_officer);
    // what nobody had needs nobody's yes
    officer.post("/people/alder.agent/disable", &[]).await;
    officer.post("/people/alder.agent/enable", &[]).await;
    assert!(officer.get("/people").await.text().contains("alder.agent was enabled"));
    assert!(!officer.get("/people").await.text().contains("asked for it"));
}

#[tokio::test]
async fn a_request_ends_with_the_account_it_was_made_for() {
    let world = World::new().await;
    let mut officer = world.sign_in("alder.lso").await;
    officer.post("/people/alder.agent2", &BOB).await;
    let path = format!("/people/requests/{}", id_of_request(&world).await);
    officer.post("/people/alder.agent2/disable", &[]).await;
    officer.post("/people/alder.agent2/enable", &[]).await;
    assert_eq!(world.sign_in("cdsp.lso").await.post(&path, &[("answer", "yes")]).await.status, 409);
    assert!(!world.viewer("alder.agent2").await.security_officer);
}

#[tokio::test]
async fn a_yes_and_a_change_at_once_do_not_wait_for_each_other() {
    let world = World::new().await;
    second_officer(&world).await;
    let (mut asker, mut second) = (world.sign_in("alder.lso").await, world.sign_in("alder.supervisor").await);
    asker.stamp("/people").await;
    second.stamp("/people").await;
    let change = [("name", "Bob Ashdown"), ("email", ""), ("supervisor", "yes"), ("security_officer", "yes")];
    for _ in 0..20 {
        asker.post("/people/alder.agent2", &BOB).await;
        let path = format!("/people/requests/{}", id_of_request(&world).await);
        let (answered, changed) =
            tokio::join!(second.post(&path, &[("answer", "yes")]), asker.post("/people/alder.agent2", &change));
        assert!([303, 409].contains(&answered.status.as_u16()), "{}", answered.status);
        assert_eq!(changed.status, 303);
        sqlx::query("update person set supervisor = false, security_officer = false where account = 'alder.agent2'")
            .execute(world.owner())
            .await
            .unwrap();
        sqlx::query("delete from role_request").execute(world.owner()).await.unwrap();
    }
}

#[tokio::test]
async fn who_set_an_officers_password_by_a_link_is_no_second_officer() {
    let world = World::new().await;
    sqlx::query("update person set demo = false").execute(world.owner()).await.unwrap();
    second_officer(&world).await;
    let mut asker = world.sign_in("alder.lso").await;
    let made = asker.post("/people/alder.supervisor/link", &[]).await.input_of("link");
    let path = made[made.find("/set-password/").unwrap()..].to_owned();
    let password = "velvet otter climbs nine";
    let set = world.stranger().post(&path, &[("password", password)]).await.location();
    assert_eq!(set, "/sign-in?password=set&account=alder.supervisor");
    asker.post("/people/alder.agent2", &BOB).await;
    let path = format!("/people/requests/{}", id_of_request(&world).await);
    let mut taken = world.stranger();
    let signs_in = [("account", "alder.supervisor"), ("password", password)];
    assert_eq!(taken.post("/sign-in", &signs_in).await.status, 303);
    assert_eq!(taken.post(&path, &[("answer", "yes")]).await.status, 409);
    assert!(!world.viewer("alder.agent2").await.security_officer);
    // nor the other way round
    asker.post(&path, &[("answer", "no")]).await;
    taken.post("/people/alder.agent2", &BOB).await;
    let path = format!("/people/requests/{}", id_of_request(&world).await);
    assert_eq!(asker.post(&path, &[("answer", "yes")]).await.status, 409);
    assert_eq!(world.sign_in("cdsp.lso").await.post(&path, &[("answer", "yes")]).await.location(), "/people");
    assert!(world.viewer("alder.agent2").await.security_officer);
}

/// Officers of Alder of whom each made the next one a link, as far as `links` goes: A, C, D and E, and B whom nobody made one.
async fn officers_in_a_chain(world: &World, links: usize) {
    sqlx::raw_sql(
        "update person set demo = false;
         insert into person (organisation_id, account, name, security_officer)
         select organisation_id, 'ald.' || x, 'Officer ' || x, true
         from person, unnest(array['a', 'b', 'c', 'd', 'e']) x where account = 'alder.lso';
         update person set security_officer = false where account = 'alder.lso';
         update person set terms_accepted = now()",
    )
    .execute(world.owner())
    .await
    .unwrap();
    for pair in ["ald.a", "ald.c", "ald.d", "ald.e"].windows(2).take(links) {
        sqlx::query(
            "insert into person_link (token_hash, person_id, ends, used, made_by)
             select sha256(x.account::bytea), x.id, now(), now(), by.id from person x, person by
             where by.account = $1 and x.account = $2",
        )
        .bind(pair[0])
        .bind(pair[1])
        .execute(world.owner())
        .await
        .unwrap();
    }
}

/// Which of these could say yes to what the first asks, before anybody says it.
async fn may_say_yes(world: &World, asker: &str, others: &[&str]) -> Vec<String> {
    let mut asks = world.sign_in(asker).await;
    assert_eq!(asks.post("/people/alder.agent2", &BOB).await.location(), "/people");
    let path = format!("/people/requests/{}", id_of_request(world).await);
    let mut may = Vec::new();
    for other in others {
        let mut person = world.sign_in(other).await;
        if person.get("/people").await.attributes("form", "action").contains(&path) {
            may.push((*other).to_owned());
        } else {
            assert_eq!(person.post(&path, &[("answer", "yes")]).await.status, 409, "{asker}: {other}");
        }
    }
    asks.post(&path, &[("answer", "no")]).await;
    may
}

#[tokio::test]
async fn who_may_be_the_asker_through_others_is_no_second_officer() {
    let all = ["ald.a", "ald.b", "ald.c", "ald.d", "ald.e"];
    for links in 1..=3 {
        let world = World::new().await;
        officers_in_a_chain(&world, links).await;
        let chain = &["ald.a", "ald.c", "ald.d", "ald.e"][..=links];
        let innocent: Vec<&str> = all.into_iter().filter(|one| !chain.contains(one)).collect();
        for asker in chain {
            let others: Vec<&str> = all.into_iter().filter(|one| one != asker).collect();
            assert_eq!(may_say_yes(&world, asker, &others).await, innocent, "{asker}, of {links} links");
        }
        // an innocent one asks, and whoever is one may answer
        assert!(may_say_yes(&world, "ald.b", &chain[..1]).await.contains(&"ald.a".to_owned()));
        let mut asker = world.sign_in(chain[0]).await;
        asker.post("/people/alder.agent2", &BOB).await;
        let path = format!("/people/requests/{}", id_of_request(&world).await);
        assert_eq!(world.sign_in("ald.b").await.post(&path, &[("answer", "yes")]).await.location(), "/people");
        assert!(world.viewer("alder.agent2").await.security_officer);
    }
}

#[tokio::test]
async fn two_whom_one_officer_made_links_for_are_no_two_officers() {
    let world = World::new().await;
    officers_in_a_chain(&world, 0).await;
    let link = "insert into person_link (token_hash, person_id, ends, made_by)
                select sha256(x.account::bytea), x.id, now(), by.id from person x, person by
                where by.account = 'ald.a' and x.account in ('ald.c', 'ald.d')";
    sqlx::query(link).execute(world.owner()).await.unwrap();
    assert_eq!(may_say_yes(&world, "ald.c", &["ald.a", "ald.b", "ald.d", "ald.e"]).await, ["ald.b", "ald.e"]);
    // a link for somebody that both made one for says nothing of the two
    sqlx::query("delete from person_link").execute(world.owner()).await.unwrap();
    let both = "insert into person_link (token_hash, person_id, ends, made_by)
                select sha256(by.account::bytea), x.id, now(), by.id from person x, person by
                where x.account = 'alder.agent' and by.account in ('ald.a', 'ald.b')";
    sqlx::query(both).execute(world.owner()).await.unwrap();
    assert_eq!(may_say_yes(&world, "ald.a", &["ald.b", "ald.c"]).await, ["ald.b", "ald.c"]);
    // a week later nobody is taken for another
    sqlx::query("update person_link set created = now() - interval '8 days', person_id = (select id from person where account = 'ald.b')")
        .execute(world.owner())
        .await
        .unwrap();
    assert_eq!(may_say_yes(&world, "ald.a", &["ald.b"]).await, ["ald.b"]);
}

#[tokio::test]
async fn who_owes_the_role_to_an_officer_is_no_second_one_beside_them() {
    let world = World::new().await;
    officers_in_a_chain(&world, 0).await;
    let given =
        "insert into role_request (person_id, asked_by, supervisor, security_officer, decided, decided_by, said_yes)
                 select c.id, a.id, false, true, now(), b.id, true from person a, person b, person c
                 where a.account = 'ald.a' and b.account = 'ald.b' and c.account = 'ald.c'";
    sqlx::query(given).execute(world.owner()).await.unwrap();
    assert_eq!(may_say_yes(&world, "ald.a", &["ald.b", "ald.c"]).await, ["ald.b"], "who asked for it");
    assert_eq!(may_say_yes(&world, "ald.b", &["ald.a", "ald.c"]).await, ["ald.a"], "who said yes");
    assert!(may_say_yes(&world, "ald.c", &["ald.a", "ald.b"]).await.is_empty());
}

#[tokio::test]
async fn where_no_innocent_officer_is_left_the_cdsps_says_yes() {
    let world = World::new().await;
    officers_in_a_chain(&world, 3).await;
    sqlx::query("update person set disabled = now() where account = 'ald.b'").execute(world.owner()).await.unwrap();
    assert_eq!(may_say_yes(&world, "ald.e", &["ald.a", "ald.c", "ald.d", "cdsp.lso"]).await, ["cdsp.lso"]);
}

#[tokio::test]
async fn asking_again_and_again_buries_no_notice() {
    let world = World::new().await;
    sqlx::query("update person set demo = false").execute(world.owner()).await.unwrap();
    let old = "insert into account_notice (person_id, about, by_whom, at)
               select id, 'link', 'Somebody', now() - interval '1 hour' from person where account = 'cdsp.lso'";
    sqlx::query(old).execute(world.owner()).await.unwrap();
    let mut asker = world.sign_in("alder.lso").await;
    for n in 0..24 {
        let mut fields = vec![("name", "Bob Ashdown"), ("email", ""), ("supervisor", "yes")];
        if n % 2 == 0 {
            fields.push(("security_officer", "yes"));
        }
        assert_eq!(asker.post("/people/alder.agent2", &fields).await.status, 303);
    }
    let mut cdsp = world.sign_in("cdsp.lso").await;
    let page = cdsp.get("/notifications").await;
    assert!(page.text().contains("made a one-use link"), "{}", page.text());
    let asks = page.all(".app-notice__says").iter().filter(|says| says.contains("asks for a new role")).count();
    let ask = page.all(".app-notice__says").iter().filter(|says| says.contains("ask for a new role")).count();
    assert_eq!(asks + ask, 1, "the last one: {}", page.text());
}

#[tokio::test]
async fn all_unread_notices_are_shown_and_only_those_are_read_that_were() {
    let world = World::new().await;
    let many = "insert into account_notice (person_id, about, detail, by_whom, at)
                select p.id, 'given', 'Number ' || n, 'Somebody', now() - n * interval '1 minute'
                from person p, generate_series(1, 130) n where account = 'alder.agent'";
    sqlx::query(many).execute(world.owner()).await.unwrap();
    let mut amy = world.sign_in("alder.agent").await;
    let page = amy.get("/notifications").await;
    assert_eq!(page.all(".app-notice--unread").len(), 100);
    assert!(page.text().contains("30 more that you have not read"), "{}", page.text());
    // a page that shows none of them reads none
    let other = amy.get("/notifications?show=answer").await;
    assert!(other.attributes("input[name='notices']", "value").iter().all(String::is_empty));
    amy.post("/notifications/read", &[("notices", ""), ("show", "answer")]).await;
    assert_eq!(amy.get("/notifications").await.all(".app-notice--unread").len(), 100);
    // nor does one read what was told meanwhile, with whatever time
    let late = "insert into account_notice (person_id, about, by_whom, at)
                select id, 'link', 'Somebody', now() - interval '30 seconds' from person where account = 'alder.agent'";
    sqlx::query(late).execute(world.owner()).await.unwrap();
    amy.post("/notifications/read", &[("notices", &page.input("notices"))]).await;
    let rest = amy.get("/notifications").await;
    assert_eq!(rest.all(".app-notice--unread").len(), 31);
    assert!(rest.text().contains("made a one-use link") && rest.text().contains("Number 130"));
    // another's are not theirs to read
    world.sign_in("birch.agent").await.post("/notifications/read", &[("notices", &rest.input("notices"))]).await;
    assert_eq!(amy.get("/notifications").await.all(".app-notice--unread").len(), 31);
    amy.post("/notifications/read", &[("notices", &rest.input("notices"))]).await;
    assert!(amy.get("/notifications").await.all(".app-notice--unread").is_empty());
}

/// A page without what is of its own request.
fn bare(page: &Page, own: &str) -> String {
    let reference = page.headers["x-request-id"].to_str().unwrap();
    let (link, key, drawn) = (page.input_of("link"), page.input("key"), page.attributes("form", "data-draft"));
    let mut text =
        page.body.replace(own, "OWN").replace(reference, "REFERENCE").replace(&link, "LINK").replace(&key, "KEY");
    for moment in drawn {
        text = text.replace(&moment, "MOMENT");
    }
    text
}

#[tokio::test]
async fn names_and_addresses_at_a_rival_get_the_answer_of_free_ones() {
    let world = World::new().await;
    sqlx::query(
        "update person set email = 'amy.one@alder.example', account = 'ald.one.aa' where account = 'alder.agent'",
    )
    .execute(world.owner())
    .await
    .unwrap();
    let mut rival = world.sign_in("birch.lso").await;
    let mut answers = Vec::new();
    for (account, email) in [("one.aa", "amy.one@alder.example"), ("two.bb", "amy.two@alder.example")] {
        let page = rival.post("/people/new", &[("name", "Somebody"), ("account", account), ("email", email)]).await;
        assert_eq!(page.status, 200);
        answers.push(bare(&page, account).replace(email, "EMAIL").replace(&email.replace('@', "%40"), "EMAIL"));
    }
    let without = |text: &str| text.lines().filter(|line| !line.contains("data-left")).collect::<Vec<_>>().join("\n");
    assert_eq!(without(&answers[0]), without(&answers[1]));
    // one's own organisation's are said
    let again = rival.post("/people/new", &[("name", "Somebody"), ("account", "one.aa"), ("email", "")]).await;
    assert!(again.error("account").contains("taken"));
    // nor past the page
    let id = world.person_id("birch.lso").await;
    let mut tx = world.app.db.as_viewer(id).await.unwrap();
    let insert =
        "insert into person (organisation_id, account, name) values (viewer_organisation(), 'ald.one.aa', 'x')";
    let refused = sqlx::query(insert).execute(&mut *tx).await.unwrap_err();
    assert_eq!(refused.as_database_error().unwrap().code().unwrap(), "42501");
}
