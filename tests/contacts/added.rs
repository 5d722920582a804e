//! Adding to a contact after it was logged: a remark, files, or both; seen by whom a photo of the log is seen.

use cms::contacts::journal::{Input, Refused};
use cms::contacts::lifecycle::Status::{self, *};

use super::journal::{event, forged};
use crate::evidence::{add, answer_form, corpus, count, must_add};
use crate::world::World;

#[tokio::test]
async fn postgres_refuses_an_addition_that_adds_nothing_or_is_anothers() {
    let world = World::new().await;
    let waiting = world.contact_at(Aaca).await;
    let held = world.contact_at(Atca).await;
    let amy = world.person_id("alder.agent").await;
    let agent = world.person_id("cdsp.agent").await;
    let stands = |crn: &str, version: i32| format!("update contact set version = {version} where crn = '{crn}';");
    let added = |crn: &str, version: i32, at: &str, actor: i64, organisation: &str, rest: &str| {
        format!(
            "insert into contact_event (contact_id, version, action, from_status, to_status, at, actor, actor_org, {rest}
             from contact, organisation o where crn = '{crn}' and o.code = '{organisation}';"
        )
        .replace("SELECT", &format!("select contact.id, {version}, 'add', '{at}', '{at}', now(), {actor}, o.id"))
    };
    let forgeries = [
        (stands(&waiting, 2) + &event(&waiting, 2, "add", "AACA", "AACA", &amy.to_string()), "adding_adds_something"),
        (
            stands(&waiting, 2) + &added(&waiting, 2, "AACA", agent, "CDS", "remark) SELECT, 'Gate 2'"),
            "the_raiser_adds",
        ),
        (
            stands(&held, 3)
                + &added(&held, 3, "ATCA", amy, "ALD", "remark, former) SELECT, 'Gate 2', holder")
                    .replace("'Gate 2', holder", "'Gate 2', contact.holder"),
            "adding_moves_nothing",
        ),
        (stands(&waiting, 2) + &added(&waiting, 2, "AACA", amy, "ALD", "remark) SELECT, ' '"), "a_remark_has_words"),
        (
            event(&held, 3, "return", "ATCA", "AACA", &agent.to_string())
                .replace("actor_org)", "actor_org, remark)")
                .replace(", null from", ", null, 'x' from"),
            "only_adding_has_a_remark",
        ),
    ];
    let before = world.digest().await;
    for (statements, constraint) in forgeries {
        assert_eq!(forged(&world, &statements).await, constraint, "{statements}");
    }
    assert_eq!(world.digest().await, before, "a refused forgery left a trace");
}

#[tokio::test]
async fn it_stays_where_it_is_in_every_open_status() {
    let world = World::new().await;
    for status in Status::ALL {
        let crn = world.contact_at(status).await;
        let stands = "select (status, with_org, holder, since, due, asker, closed)::text from contact where crn = $1";
        let read =
            || async { sqlx::query_scalar::<_, String>(stands).bind(&crn).fetch_one(world.owner()).await.unwrap() };
        let (before, version) = (read().await, world.version(&crn).await);
        let done = world.record("alder.supervisor", &crn, Input::Add("The gate code is 1234")).await;
        assert_eq!(done.is_ok(), !status.is_closed(), "{status:?}: {done:?}");
        assert_eq!(read().await, before, "{status:?}");
        assert_eq!(world.version(&crn).await, version + i32::from(!status.is_closed()), "{status:?}");
    }
}

#[tokio::test]
async fn a_form_drawn_before_says_what_was_added_and_keeps_what_was_typed() {
    let world = World::new().await;
    let crn = world.contact_at(Atca).await;
    let version = world.shown_version(&crn).await;
    let mut bob = world.sign_in("alder.agent2").await;
    must_add(&mut bob, &answer_form(&crn, "add"), &[("gate.jpg", &corpus::photo(40, 30))]).await;
    world.must(&mut bob, &crn, "add", &[("remark", "The gate code is 1234")]).await;
    let mut cdsp = world.sign_in("cdsp.agent").await;
    let late = cdsp
        .post(
            &format!("/contacts/{crn}/send-clarification"),
            &[("version", &version), ("question", "Which gate is it?")],
        )
        .await;
    assert_eq!(late.status, 409);
    for said in ["Added to by the raiser", "The gate code is 1234", "1 photo or document added", "Which gate is it?"] {
        assert!(late.text().contains(said), "{said}: {}", late.text());
    }
    let told = cdsp.get("/notifications").await;
    assert!(told.text().contains("the raiser has added to it"), "{}", told.text());
}

/// Who sees the contact's addition, after NGN was sent there.
const MATRIX: [(&str, bool); 7] = [
    ("alder.agent", true),
    ("alder.lso", true),
    ("birch.supervisor", false),
    ("ngn.agent", true),
    ("cadent.agent", false),
    ("cdsp.agent2", true),
    ("dale.agent", false),
];

#[tokio::test]
async fn a_remark_with_its_photo_is_seen_by_raiser_cdsp_and_the_network_that_was_sent() {
    let world = World::new().await;
    let crn = world.contact_at(Svda).await;
    let form = answer_form(&crn, "add");
    let mut amy = world.sign_in("alder.agent").await;
    let nothing = world.act(&mut amy, &crn, "add", &[("remark", " ")]).await;
    assert_eq!(nothing.error("remark"), "Enter a remark, or add a photo or a document", "{}", nothing.text());
    must_add(&mut amy, &form, &[("gate.jpg", &corpus::photo(60, 40))]).await;
    // a photo alone is enough
    world.must(&mut amy, &crn, "add", &[("remark", "")]).await;
    world.must(&mut amy, &crn, "add", &[("remark", "The gate code is 1234")]).await;
    let id: String = sqlx::query_scalar("select id from evidence").fetch_one(world.owner()).await.unwrap();
    for behind in [&world, &world.behind_queries_only()] {
        for (account, sees) in MATRIX {
            let mut person = behind.sign_in(account).await;
            let page = person.get(&format!("/contacts/{crn}")).await;
            assert_eq!(page.status, if sees { 200 } else { 404 }, "{account}");
            assert_eq!(page.text().contains("The gate code is 1234"), sees, "{account}");
            assert_eq!(page.all(".app-evidence__file").len(), usize::from(sees), "{account}");
            let file = person.get(&format!("/contacts/{crn}/evidence/{id}")).await;
            assert_eq!(file.status, if sees { 200 } else { 404 }, "{account}");
        }
    }
    for (account, sees) in MATRIX {
        let viewer = world.viewer(account).await;
        let mut tx = world.app.db.as_viewer(viewer.id).await.unwrap();
        let remarks: i64 = sqlx::query_scalar("select count(*) from contact_event where remark is not null")
            .fetch_one(&mut *tx)
            .await
            .unwrap();
        let files: i64 = sqlx::query_scalar("select count(*) from evidence").fetch_one(&mut *tx).await.unwrap();
        assert_eq!((remarks, files), (i64::from(sees), i64::from(sees)), "{account}");
    }
    let mut facilitator = world.sign_in("facilitator").await;
    let page = facilitator.get(&format!("/contacts/{crn}")).await;
    assert!(page.text().contains("The gate code is 1234") && page.all(".app-evidence__file").is_empty());
}

#[tokio::test]
async fn ten_files_a_contact_hold_whenever_they_are_added() {
    let world = World::new().await;
    let crn = world.contact_at(Aaca).await;
    let form = answer_form(&crn, "add");
    let mut amy = world.sign_in("alder.agent").await;
    let small = corpus::photo(20, 20);
    let nine: Vec<(&str, &[u8])> = (0..9).map(|_| ("site.jpg", &small[..])).collect();
    must_add(&mut amy, &form, &nine).await;
    world.must(&mut amy, &crn, "add", &[]).await;
    must_add(&mut amy, &form, &[("ten.jpg", &small)]).await;
    assert_eq!(add(&mut amy, &form, &[("eleven.jpg", &small)]).await.status, 422);
    world.must(&mut amy, &crn, "add", &[]).await;
    assert_eq!(count(&world, "action = 'add'").await, 10);
    let empty = world.record("alder.agent", &crn, Input::Add("")).await;
    assert!(matches!(empty, Err(Refused::NothingAdded)), "{empty:?}");
}
