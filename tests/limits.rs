//! The limits: each refuses with its sentence, the time until there is more, and nothing changed; and nobody’s use is another’s.

use axum::body::Body;
use axum::http::Request;
use cms::evidence::limits::MOST_FILES;
use cms::limits::OF_A_ROOM;
use cms::limits::table::{ALL, DRAFTS, FEEDBACK, FILTERS, LOOK_UPS, Limit, ROLES_ASKED, SESSIONS, Within};
use sqlx::Row;

use crate::contacts::duplicates_walls::asked;
use crate::world::{PASSWORD, Page, World};

fn retry_after(page: &Page) -> u64 {
    page.headers.get("retry-after").unwrap().to_str().unwrap().parse().unwrap()
}

/// The people of the cast are real ones from here: not shared, so each is counted for themselves.
async fn of_real_people() -> World {
    let world = World::new().await;
    sqlx::query("update person set demo = false").execute(world.owner()).await.unwrap();
    world
}

/// As if this person had used all that they may have, an hour ahead.
pub async fn used_up(world: &World, account: &str, limit: &Limit) {
    sqlx::query(
        "insert into spent (what, whom, until) values ($1, $2, now() + interval '2 hours')
         on conflict (what, whom) do update set until = excluded.until",
    )
    .bind(limit.slug)
    .bind(format!("person {}", world.person_id(account).await))
    .execute(world.owner())
    .await
    .unwrap();
}

#[test]
fn every_row_says_what_and_why() {
    for limit in ALL {
        assert!(limit.person + limit.organisation + limit.client > 0, "{limit:?}");
        assert!(limit.says.ends_with('.') && limit.what.starts_with(char::is_uppercase), "{limit:?}");
        assert_eq!(limit.within.seconds() == 0, matches!(limit.within, Within::AtOnce | Within::Kept));
    }
}

#[tokio::test]
async fn what_postgres_counts_by_is_what_the_table_says() {
    let world = World::new().await;
    let bytes = DRAFTS.person * 1_000;
    for (function, rule) in [
        ("draft_has_room", format!("select {bytes} * case when p.demo then {OF_A_ROOM} else 1 end into most")),
        (
            "set_person_roles",
            format!("then {} else {} end, 0, 3600", ROLES_ASKED.person * OF_A_ROOM, ROLES_ASKED.person),
        ),
        ("spend", format!("of_organisation * case when shared then {OF_A_ROOM} else 1 end")),
        ("evidence_has_room", format!("and e.contact_id is null) >= {MOST_FILES} then")),
    ] {
        let written: String = sqlx::query_scalar("select prosrc from pg_proc where proname = $1")
            .bind(function)
            .fetch_one(world.owner())
            .await
            .unwrap();
        assert!(written.contains(&rule), "{function} does not say “{rule}”");
    }
}

#[tokio::test]
async fn the_help_shows_the_table() {
    let world = World::new().await;
    let page = world.stranger().get("/help/limits").await;
    assert_eq!(page.status, 200);
    for limit in ALL {
        assert!(page.text().contains(limit.what), "{}", limit.what);
    }
    let [people, network] = &page.all("table")[..] else { panic!("one of people, one of the network") };
    assert!(people.contains("Contacts logged by form") && !people.contains("Connections"));
    assert!(network.contains("Connections") && !network.contains("Exports"));
    for says in ["up to 8 MB", "add 10 of them", "After 10 wrong passwords", "up to 15 minutes"] {
        assert!(page.text().contains(says), "{says}");
    }
    assert_eq!(page.attributes(".govuk-back-link", "href"), ["/help"]);
}

#[tokio::test]
async fn feedback_is_refused_with_what_was_typed_and_a_true_time() {
    let world = of_real_people().await;
    let mut amy = world.sign_in("alder.agent").await;
    let fields = |says: &'static str| [("about", "idea"), ("says", says), ("page", "/")];
    for _ in 0..FEEDBACK.person {
        assert_eq!(amy.post("/feedback", &fields("A word")).await.status, 303);
    }
    let refused = amy.post("/feedback", &fields("One too many")).await;
    assert_eq!(refused.status, 429);
    assert!(refused.text().contains("One too many") && refused.text().contains("as much feedback as one person may"));
    assert_eq!(refused.all("main dt"), ["What is it about?", "What happened, or what would you like?"]);
    assert_eq!(refused.all("main dd"), ["Idea", "One too many"]);
    assert!(refused.attributes("main a", "href").contains(&"/help/limits".to_owned()));
    let wait = retry_after(&refused);
    // one in three minutes comes back
    assert!((150..=180).contains(&wait), "{wait}");
    assert_eq!(amy.get("/feedback").await.all("textarea"), ["One too many"]);
    let mut bob = world.sign_in("alder.supervisor").await;
    assert_eq!(bob.post("/feedback", &fields("Another person")).await.status, 303);
    // as if the time had passed
    let passed = format!("update spent set until = until - interval '{wait} seconds' where what = 'feedback'");
    sqlx::raw_sql(sqlx::AssertSqlSafe(passed)).execute(world.owner()).await.unwrap();
    assert_eq!(amy.post("/feedback", &fields("In time")).await.status, 303);
    assert_eq!(amy.post("/feedback", &fields("Too many again")).await.status, 429);
}

#[tokio::test]
async fn who_shares_an_account_is_counted_by_session() {
    let world = World::new().await;
    for _ in 0..3 {
        let mut one = world.sign_in("alder.agent").await;
        for _ in 0..FEEDBACK.person {
            assert_eq!(one.post("/feedback", &[("about", "idea"), ("says", "x"), ("page", "/")]).await.status, 303);
        }
    }
}

#[tokio::test]
async fn the_register_is_looked_up_so_often_by_a_person() {
    let world = of_real_people().await;
    let mut amy = world.sign_in("alder.agent").await;
    let ask = |n: u32| format!("/contacts/new/mnc/alike.json?msn=G4A{n:07}");
    for n in 0..LOOK_UPS.person {
        assert_eq!(amy.get(&ask(n)).await.status, 200, "{n}");
        // the same site again is the same look-up
        assert_eq!(amy.get(&ask(n)).await.status, 200, "{n}");
    }
    // one comes back in twelve seconds, which a slow machine may have taken
    let mut refused = amy.get(&ask(9_000)).await;
    for n in 9_001..9_030 {
        if refused.status == 429 {
            break;
        }
        refused = amy.get(&ask(n)).await;
    }
    assert_eq!(refused.status, 429);
    assert!(retry_after(&refused) <= 61 && refused.text().contains("looked up as many sites"));
    assert_eq!(amy.get(&ask(0)).await.status, 200, "asked before");
    // the register answers by a serial number or a whole address: half an address asks it nothing
    for half in
        ["street=Moss+Lane", "postcode=LS1+4DY", "postcode=LS1+4DY&building_number=7", "postcode=LS1+4DY&street=Moss"]
    {
        assert_eq!(amy.get(&format!("/contacts/new/mnc/alike.json?{half}")).await.status, 200, "{half}");
    }
    used_up(&world, "alder.agent", &LOOK_UPS).await;
    let whole = "/contacts/new/mnc/alike.json?postcode=LS1+4DY&building_number=7&street=Moss+Lane";
    assert_eq!(amy.get(whole).await.status, 429);
    let mut bob = world.sign_in("birch.agent").await;
    assert_eq!(bob.get(&ask(9_999)).await.status, 200);
}

#[tokio::test]
async fn what_is_typed_slowly_is_looked_up_once() {
    let world = of_real_people().await;
    let mut amy = world.sign_in("alder.agent").await;
    let serial = "G4A5082703299";
    let by_serial = |typed: &str| format!("/contacts/new/mnc/alike.json?msn={typed}");
    let slowly = (1..=serial.len()).map(|length| by_serial(&serial[..length]));
    // back and on again, as one corrects a letter or has two tabs
    let again = ["G4A50827", serial, "G4", serial].map(by_serial);
    // a number that branches off is another
    let others = ["G4A5082703298", "G4A508270", "G4A50827031"].map(by_serial);
    let site = |postcode: &str, street: &str| {
        let (postcode, street) = (postcode.replace(' ', "+"), street.replace(' ', "+"));
        format!("/contacts/new/mnc/alike.json?building_number=2&street={street}&postcode={postcode}")
    };
    let postcode = "CB4 1HW";
    let postcodes = (1..=postcode.len()).map(|length| site(&postcode[..length], "Ravenshaugh Street"));
    let streets = ["R", "Ra", "Raven", "Ravenshaugh Street"].map(|street| site(postcode, street));
    for (typed, count) in [
        (slowly.collect::<Vec<_>>(), 1),
        (again.to_vec(), 1),
        (others.to_vec(), 3),
        (postcodes.collect(), 4),
        (streets.to_vec(), 4),
    ] {
        for path in &typed {
            assert_eq!(amy.get(path).await.status, 200, "{path}");
        }
        assert_eq!(asked(&world, "alder.agent").await, count, "{typed:?}");
    }
}

#[tokio::test]
async fn an_organisation_has_its_share_and_a_refused_one_is_not_charged() {
    let world = of_real_people().await;
    let spend = async |account: &str, of_person: i64, of_organisation: i64| -> i32 {
        let viewer = world.viewer(account).await;
        let mut tx = world.app.db.as_viewer(viewer.id).await.unwrap();
        let asked = sqlx::query("select spend('x', 1, $1, $2, 3600, '', null)").bind(of_person).bind(of_organisation);
        let missing = asked.fetch_one(&mut *tx).await.unwrap().get(0);
        tx.commit().await.unwrap();
        missing
    };
    for account in ["alder.agent", "alder.supervisor", "alder.agent"] {
        assert_eq!(spend(account, 3, 3).await, 0, "{account}");
    }
    let missing = spend("alder.lso", 3, 3).await;
    assert!((1_190..=1_200).contains(&missing), "{missing}");
    assert_eq!(spend("birch.agent", 3, 3).await, 0, "a rival is not concerned");
    // who was refused for the organisation's sake has all of their own
    for _ in 0..3 {
        assert_eq!(spend("alder.lso", 3, 0).await, 0);
    }
    assert!(spend("alder.lso", 3, 0).await > 0);
}

#[tokio::test]
async fn two_at_once_use_two() {
    let world = of_real_people().await;
    let viewer = world.viewer("alder.agent").await;
    let one = || async {
        let mut tx = world.app.db.as_viewer(viewer.id).await.unwrap();
        let asked = sqlx::query("select spend('x', 1, 5, 0, 3600, '', null)").fetch_one(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
        asked.get::<i32, _>(0) == 0
    };
    let mut spent = 0;
    for _ in 0..4 {
        let (first, second) = tokio::join!(one(), one());
        spent += usize::from(first) + usize::from(second);
    }
    assert_eq!(spent, 5);
}

#[tokio::test]
async fn pages_can_only_spend() {
    let world = World::new().await;
    let viewer = world.viewer("alder.agent").await;
    for sql in [
        "select * from spent",
        "delete from spent",
        "update spent set until = now()",
        "select spend_of('feedback', 'person 1', 1, 1, 3600)",
    ] {
        let mut tx = world.app.db.as_viewer(viewer.id).await.unwrap();
        let refused = sqlx::raw_sql(sql).execute(&mut *tx).await.unwrap_err();
        assert_eq!(refused.as_database_error().unwrap().code().as_deref(), Some("42501"), "{sql}");
    }
}

#[tokio::test]
async fn filters_have_an_end() {
    let world = of_real_people().await;
    let mut amy = world.sign_in("alder.agent").await;
    let saved = |n: u32| format!("Filter {n}");
    for n in 0..FILTERS.person {
        let name = saved(n);
        let page = amy.post("/queues/raised/filters", &[("filter_name", &*name), ("back", "/queues/raised")]).await;
        assert_eq!(page.status, 303, "{n}");
    }
    let page = amy.post("/queues/raised/filters", &[("filter_name", "One more"), ("back", "/queues/raised")]).await;
    assert_eq!(page.status, 422);
    assert!(page.text().contains("Remove one first") && page.body.contains("One more"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_filter_can_be_removed_and_opened_with_at_once() {
    let world = of_real_people().await;
    let mut boss = world.sign_in("alder.supervisor").await;
    for round in 0..4 {
        let name = format!("Round {round}");
        let fields = [("filter_name", &*name), ("shared", "yes"), ("back", "/queues/raised")];
        assert_eq!(boss.post("/queues/raised/filters", &fields).await.status, 303);
        let id: i64 = sqlx::query_scalar("select max(id) from saved_filter").fetch_one(world.owner()).await.unwrap();
        let path = format!("/queues/raised/filters/{id}");
        let mut all = Vec::new();
        for n in 0..12 {
            let (mut one, path) = (boss.clone(), path.clone());
            let what = ["remove", "open-with", "open-whole"][n % 3];
            all.push(tokio::spawn(async move { one.post(&path, &[("what", what), ("back", "/queues/raised")]).await }));
        }
        for one in all {
            let page = one.await.unwrap();
            assert!(matches!(page.status.as_u16(), 303 | 404), "{}: {}", page.status, page.text());
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_has_six_requests_under_way_and_others_are_served() {
    let world = of_real_people().await;
    let amy = world.sign_in("alder.agent").await;
    // whoever reads the list waits for this
    let mut lock = world.owner().begin().await.unwrap();
    sqlx::raw_sql("lock table contact in access exclusive mode").execute(&mut *lock).await.unwrap();
    let mut waiting = Vec::new();
    for _ in 0..12 {
        let mut one = amy.clone();
        waiting.push(tokio::spawn(async move {
            one.send(Request::get("/queues/raised?view=all"), Body::empty()).await.status.as_u16()
        }));
    }
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    let mut bob = world.sign_in("birch.agent").await;
    assert_eq!(bob.get("/account").await.status, 200, "another person’s page has a connection");
    assert_eq!(bob.get("/health/ready").await.status, 200);
    lock.rollback().await.unwrap();
    for one in waiting {
        let status = one.await.unwrap();
        assert!(matches!(status, 200 | 503), "{status}: one more waits");
    }
}

#[tokio::test]
async fn what_was_typed_and_not_sent_has_an_end_and_forms_go_on() {
    let world = of_real_people().await;
    let mut amy = world.sign_in("alder.agent").await;
    let fill = |form: &str, bytes: u32, account: &str| {
        format!(
            "insert into draft (person_id, form, title, fields, saved)
             select id, '{form}', 'x', jsonb_build_array(jsonb_build_array('says', repeat('x', {bytes}))),
                    now() - interval '29 days' from person where account = '{account}'"
        )
    };
    for n in 0..20 {
        let sql = fill(&format!("/feedback?page=/{n}"), DRAFTS.person * 1_000 / 20 - 100, "alder.agent");
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(world.owner()).await.unwrap();
    }
    let long = "word ".repeat(380);
    let now = cms::clock::Clock::System.milliseconds();
    let typing = format!("/drafts?to=/feedback&drawn={now}");
    let refused = amy.post(&typing, &[("about", "idea"), ("says", &long), ("page", "/")]).await;
    assert_eq!(refused.status, 429, "{}", refused.body);
    assert!(refused.body.contains("Your unfinished forms hold as much"), "{}", refused.body);
    let wait = retry_after(&refused);
    assert!((86_000..=86_400).contains(&wait), "{wait}");
    // the form itself is shown again with what was typed, and done
    let again = amy.post("/feedback", &[("about", ""), ("says", &long), ("page", "/")]).await;
    assert_eq!((again.status.as_u16(), again.all("textarea")), (422, vec![long.trim().to_owned()]));
    assert_eq!(amy.post("/feedback", &[("about", "idea"), ("says", &long), ("page", "/")]).await.status, 303);
    // as much as is left, and what gets shorter
    assert_eq!(amy.post(&typing, &[("about", "idea"), ("says", "Short"), ("page", "/")]).await.status, 204);
    let mut bob = world.sign_in("alder.supervisor").await;
    assert_eq!(bob.post(&typing, &[("about", "idea"), ("says", &long), ("page", "/")]).await.status, 204);
    let one = "delete from draft where form = '/feedback?page=/3'";
    sqlx::raw_sql(one).execute(world.owner()).await.unwrap();
    assert_eq!(amy.post(&typing, &[("about", "idea"), ("says", &long), ("page", "/")]).await.status, 204);
}

#[tokio::test]
async fn an_account_is_signed_in_to_so_often() {
    let world = of_real_people().await;
    let fields = [("account", "alder.agent"), ("password", PASSWORD)];
    assert_eq!(world.stranger().post("/sign-in", &fields).await.status, 303);
    let almost = format!(
        "update spent set until = clock_timestamp() + interval '1 hour' where what = '{}' and whom like 'person %'",
        SESSIONS.slug
    );
    let changed = sqlx::raw_sql(sqlx::AssertSqlSafe(almost)).execute(world.owner()).await.unwrap();
    assert_eq!(changed.rows_affected(), 1);
    let refused = world.stranger().post("/sign-in", &fields).await;
    assert_eq!(refused.status, 429);
    assert!(refused.error("account").contains("nobody who is signed in is put out"), "{}", refused.text());
    assert_eq!(refused.input("account"), "alder.agent");
    let wait = retry_after(&refused);
    assert!((55..=60).contains(&wait), "one in a minute comes back: {wait}");
    let many: i64 = sqlx::query_scalar("select count(*) from session").fetch_one(world.owner()).await.unwrap();
    assert_eq!(many, 1, "none has begun");
    let other = [("account", "birch.agent"), ("password", PASSWORD)];
    assert_eq!(world.stranger().post("/sign-in", &other).await.status, 303);
}

#[tokio::test]
async fn an_officer_asks_for_so_many_roles_in_an_hour() {
    let world = of_real_people().await;
    let mut officer = world.sign_in("alder.lso").await;
    let roles = ["supervisor", "security_officer"];
    for n in 0..ROLES_ASKED.person {
        let fields = [("name", "Bob Ashdown"), ("email", ""), (roles[n as usize % 2], "yes")];
        assert_eq!(officer.post("/people/alder.agent2", &fields).await.status, 303, "{n}");
    }
    let one_more = [("name", "Bob Typed"), ("email", ""), ("supervisor", "yes"), ("security_officer", "yes")];
    let refused = officer.post("/people/alder.agent2", &one_more).await;
    assert_eq!(refused.status, 429);
    assert!(refused.text().contains("as many roles as one officer may") && refused.text().contains("Bob Typed"));
    assert!(retry_after(&refused) > 1);
    assert_eq!(world.viewer("alder.agent2").await.name, "Bob Ashdown", "nothing has been changed");
    let mut rival = world.sign_in("birch.lso").await;
    let fields = [("name", "Bea"), ("email", ""), ("supervisor", "yes")];
    assert_eq!(rival.post("/people/birch.agent", &fields).await.status, 303);
}
