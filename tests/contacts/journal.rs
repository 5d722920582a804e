//! Postgres itself refuses what the law does not allow, even from the owner's hand; and the writer keeps its word.

use cms::contacts::Contact;
use cms::contacts::journal::{By, Input, Refused, record};
use cms::contacts::lifecycle::Status;
use cms::trade::Crn;
use sqlx::{AssertSqlSafe, Executor};

use crate::world::{World, lives};

/// Runs forged statements in one transaction and answers what refused them: a constraint's name, or the message.
pub async fn forged(world: &World, statements: &str) -> String {
    let mut tx = world.owner().begin().await.unwrap();
    let done = async {
        tx.execute(sqlx::raw_sql(AssertSqlSafe(statements.to_owned()))).await?;
        tx.commit().await
    }
    .await;
    let error = done.expect_err(statements);
    let error = error.as_database_error().unwrap();
    error.constraint().map_or_else(|| error.message().to_owned(), str::to_owned)
}

/// An event as the forger writes it.
pub fn event(crn: &str, version: i32, action: &str, from: &str, to: &str, actor: &str) -> String {
    format!(
        "insert into contact_event (contact_id, version, action, from_status, to_status, at, actor, actor_org)
         select id, {version}, '{action}', '{from}', '{to}', now(), {actor}, null from contact where crn = '{crn}';"
    )
}

#[tokio::test]
async fn postgres_refuses_every_forgery_by_name() {
    let world = World::new().await;
    let waiting = world.contact_at(Status::Aaca).await;
    let held = world.contact_at(Status::Atca).await;
    let closed = world.contact_at(Status::Cciv).await;
    let agent = world.person_id("cdsp.agent").await;
    let amy = world.person_id("alder.agent").await;
    let by = agent.to_string();
    let set = |crn: &str, what: &str| format!("update contact set {what} where crn = '{crn}';");
    let forgeries = [
        // a status without its event
        (set(&held, "status = 'AACA', holder = null"), "status_is_what_history_says"),
        // a move that the law does not have
        (event(&held, 3, "resolve-valid", "AACA", "CCVA", &by), "the_move_is_lawful"),
        (event(&closed, 4, "assign", "CCIV", "ATCA", &by), "the_move_is_lawful"),
        // a lawful move with a false past, and one that leaves a gap
        (event(&waiting, 2, "return", "ATCA", "AACA", &by), "history_is_unbroken"),
        (event(&held, 4, "return", "ATCA", "AACA", &by), "history_is_unbroken"),
        // an event that the contact did not follow
        (event(&held, 3, "return", "ATCA", "AACA", &by), "a_contact_stands_at_its_latest_event"),
        // a contact pointed back at an older event
        (set(&held, "status = 'AACA', holder = null, version = 1"), "a_contact_stands_at_its_latest_event"),
        // the same version twice
        (event(&held, 2, "assign", "AACA", "ATCA", &by), "contact_event_pkey"),
        // history that begins again
        (event(&held, 3, "log", "NEW", "AACA", &by), "history_starts_at_the_start"),
        // a person signing for the system, and the system for a person
        (event(&waiting, 2, "add", "AACA", "ATCA", &amy.to_string()), "the_move_is_lawful"),
        (event(&closed, 4, "add", "CCIV", "CCIV", &amy.to_string()), "the_move_is_lawful"),
        (event(&waiting, 2, "note", "AACA", "AACA", &amy.to_string()), "the_move_is_lawful"),
        (event(&held, 3, "release", "ATCA", "AACA", &by), "the_system_acts_alone"),
        (event(&held, 3, "return", "ATCA", "AACA", "null"), "the_system_acts_alone"),
        // history rewritten
        (format!("update contact_event set at = now() where actor = {agent};"), "history_is_never_rewritten"),
        (format!("delete from contact_event where actor = {agent};"), "history_is_never_rewritten"),
        // facts that a status does not allow
        (set(&held, "holder = null"), "an_agents_status_means_an_agent"),
        (set(&waiting, &format!("holder = {agent}")), "an_agents_status_means_an_agent"),
        (set(&held, &format!("holder = {amy}")), "the_holder_belongs_to_it"),
        (set(&waiting, "with_org = raised_by"), "the_status_is_with_the_right_party"),
        (set(&waiting, "raised_by = with_org"), "words_are_of_a_contact"),
        (format!("delete from contact_words; {}", set(&waiting, "raised_by = with_org")), "the_cdsp_raises_nothing"),
        (set(&waiting, &format!("originator = {agent}")), "the_originator_belongs_to_the_raiser"),
        (set(&waiting, "due = null"), "open_means_a_due_time"),
        (set(&waiting, "outcome = 'MPRN 9012345607 created'"), "valid_means_an_outcome"),
        (set(&closed, "closed_reason = null"), "invalid_means_a_reason"),
        (set(&closed, "closed = null"), "closed_means_a_time"),
        (set(&waiting, "closed = now()"), "closed_means_a_time"),
        (set(&waiting, "crn = 'D12345678'"), "crn_looks_like_one"),
    ];
    let before = world.digest().await;
    for (statements, constraint) in forgeries {
        assert_eq!(forged(&world, &statements).await, constraint, "{statements}");
    }
    assert_eq!(world.digest().await, before, "a refused forgery left a trace");
}

#[tokio::test]
async fn the_web_role_may_not_touch_history_keys_or_hashes() {
    let world = World::new().await;
    let crn = world.contact_at(Status::Atca).await;
    let agent = world.viewer("cdsp.agent").await;
    for statement in [
        "update contact_event set at = now()".to_owned(),
        "delete from contact_event".to_owned(),
        "delete from contact".to_owned(),
        "truncate contact_event".to_owned(),
        "select key from crn_key".to_owned(),
        "select password_hash from person".to_owned(),
        "update contact set crn = 'C000000000'".to_owned(),
        "update contact set raised_by = 1".to_owned(),
        "select nextval('crn_sequence')".to_owned(),
        "drop table contact".to_owned(),
        "insert into organisation (code, name, kind) values ('XXX', 'X', 'Shipper')".to_owned(),
        "select token_hash from person_link".to_owned(),
        "update contact_note set body = 'x'".to_owned(),
        "delete from contact_note".to_owned(),
        "select * from sign_in_attempt".to_owned(),
    ] {
        let mut tx = world.app.db.as_viewer(agent.id).await.unwrap();
        let refused = tx.execute(sqlx::raw_sql(AssertSqlSafe(statement.clone()))).await.expect_err(&statement);
        let code = refused.as_database_error().and_then(|error| error.code().map(std::borrow::Cow::into_owned));
        assert_eq!(code.as_deref(), Some("42501"), "{statement}: {refused}");
    }
    // signing for somebody else
    let mut tx = world.app.db.as_viewer(agent.id).await.unwrap();
    let other = world.person_id("cdsp.agent2").await.to_string();
    let forged = event(&crn, 3, "return", "ATCA", "AACA", &other);
    let refused = tx.execute(sqlx::raw_sql(AssertSqlSafe(forged))).await.unwrap_err();
    assert!(refused.to_string().contains("row-level security"), "{refused}");
}

#[tokio::test]
async fn a_contact_lives_its_whole_life() {
    let world = World::new().await;
    for status in Status::ALL {
        world.contact_at(status).await;
    }
    let events: i64 = sqlx::query_scalar("select count(*) from contact_event").fetch_one(world.owner()).await.unwrap();
    assert_eq!(events, 1 + 2 + 3 + 4 + 5 + 4 + 3 + 3);
}

#[tokio::test]
async fn crns_have_their_check_digit_and_no_order() {
    let world = World::new().await;
    let mut crns = Vec::new();
    for _ in 0..20 {
        let crn: String = sqlx::query_scalar("select next_crn()").fetch_one(world.owner()).await.unwrap();
        assert_eq!(Crn::parse(&crn).map(|crn| crn.as_str().to_owned()), Ok(crn.clone()));
        crns.push(crn);
    }
    assert!(!crns.is_sorted());
    crns.sort();
    crns.dedup();
    assert_eq!(crns.len(), 20);
}

#[tokio::test]
async fn a_question_to_an_organisation_with_nobody_is_refused() {
    let world = World::new().await;
    let crn = world.contact_at(Status::Atca).await;
    sqlx::query("update person set disabled = now() where organisation_id in (select id from organisation where code in ('ALD', 'SGN'))")
        .execute(world.owner())
        .await
        .unwrap();
    let question = Input::SendClarification("Which plot?");
    assert!(matches!(world.record("cdsp.agent", &crn, question).await, Err(Refused::NobodyThere)));
    let network = world.organisation_id("SGN").await;
    let visit = Input::SendVisit { network, look_at: "Look" };
    assert!(matches!(world.record("cdsp.agent", &crn, visit).await, Err(Refused::NobodyThere)));
    assert_eq!(world.status(&crn).await, "ATCA");
}

/// Accounts told of an action on a contact.
async fn told(world: &World, crn: &str, about: &str) -> Vec<String> {
    sqlx::query_scalar(
        "select p.account from notification n join person p on p.id = n.person_id join contact c on c.id = n.contact_id
         where c.crn = $1 and n.about = $2 order by 1",
    )
    .bind(crn)
    .bind(about)
    .fetch_all(world.owner())
    .await
    .unwrap()
}

#[tokio::test]
async fn each_action_tells_whom_the_law_says() {
    let world = World::new().await;
    let visited = world.contact_at(Status::Svda).await;
    assert!(told(&world, &visited, "assign").await.is_empty(), "nobody is told of an own act");
    assert_eq!(told(&world, &visited, "send-visit").await, ["ngn.supervisor"]);
    world.record("ngn.agent", &visited, lives::visited()).await.unwrap();
    assert_eq!(told(&world, &visited, "answer-visit").await, ["cdsp.agent"]);

    let asked = world.contact_at(Status::Dcaa).await;
    assert_eq!(told(&world, &asked, "send-clarification").await, ["alder.agent"]);
    assert!(told(&world, &asked, "allocate").await.is_empty());
    let second = world.person_id("alder.agent2").await;
    world.record("alder.supervisor", &asked, Input::Reassign(second)).await.unwrap();
    assert_eq!(told(&world, &asked, "reassign").await, ["alder.agent", "alder.agent2"]);
    world.record("alder.supervisor", &asked, Input::Return).await.unwrap();
    assert_eq!(told(&world, &asked, "return").await, ["alder.agent2"]);

    // what the raiser adds is for who holds it elsewhere
    for (status, holder) in [(Status::Atca, "cdsp.agent"), (Status::Svda, "ngn.agent")] {
        let crn = world.contact_at(status).await;
        world.record("alder.agent2", &crn, Input::Add("Gate 2")).await.unwrap();
        assert_eq!(told(&world, &crn, "add").await, [holder]);
    }
    for status in [Status::Aaca, Status::Svdn, Status::Dcrs, Status::Dcaa] {
        let crn = world.contact_at(status).await;
        world.record("alder.agent2", &crn, Input::Add("Gate 2")).await.unwrap();
        assert!(told(&world, &crn, "add").await.is_empty(), "{status:?}");
    }
    let withdrawn = world.contact_at(Status::Aaca).await;
    world.record("alder.agent", &withdrawn, Input::Withdraw("")).await.unwrap();
    assert!(told(&world, &withdrawn, "withdraw").await.is_empty());

    for closed in [Status::Ccva, Status::Cciv] {
        let crn = world.contact_at(closed).await;
        let about = if closed == Status::Ccva { "resolve-valid" } else { "resolve-invalid" };
        assert_eq!(told(&world, &crn, about).await, ["alder.agent"]);
    }
}

#[tokio::test]
async fn in_place_of_somebody_disabled_the_supervisors_are_told_else_everybody() {
    let world = World::new().await;
    let disable = |accounts: &'static str| {
        let owner = world.owner().clone();
        async move {
            sqlx::query("update person set disabled = now() where account like $1")
                .bind(accounts)
                .execute(&owner)
                .await
                .unwrap();
        }
    };
    let first = world.contact_at(Status::Atca).await;
    let second = world.contact_at(Status::Atca).await;
    disable("alder.agent").await;
    let question = Input::SendClarification("Which plot?");
    world.record("cdsp.agent", &first, question.clone()).await.unwrap();
    assert_eq!(told(&world, &first, "send-clarification").await, ["alder.supervisor"]);
    assert_eq!(world.status(&first).await, "DCRS", "a clarification is not given to somebody disabled");
    disable("alder.supervisor").await;
    world.record("cdsp.agent", &second, question).await.unwrap();
    assert_eq!(told(&world, &second, "send-clarification").await, ["alder.agent2", "alder.lso"]);
}

#[tokio::test]
async fn sixty_four_at_once_take_a_contact_and_one_has_it() {
    let world = std::sync::Arc::new(World::new().await);
    let crn = world.contact_at(Status::Aaca).await;
    let (one, two) = (world.person_id("cdsp.agent").await, world.person_id("cdsp.agent2").await);
    let mut takers = Vec::new();
    for n in 0..64 {
        let (world, crn) = (std::sync::Arc::clone(&world), crn.clone());
        takers.push(tokio::spawn(async move {
            let (account, id) = if n % 2 == 0 { ("cdsp.agent", one) } else { ("cdsp.agent2", two) };
            world.record(account, &crn, Input::Assign(id)).await
        }));
    }
    let mut taken = 0;
    for taker in takers {
        match taker.await.unwrap() {
            Ok(()) => taken += 1,
            Err(Refused::Overtaken | Refused::Law(_)) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
    assert_eq!(taken, 1);
    assert_eq!(world.version(&crn).await, 2);
}

#[tokio::test]
async fn who_read_the_contact_before_a_reset_is_told_of_the_reset() {
    let world = World::new().await;
    let crn = world.contact_at(Status::Aaca).await;
    let agent = world.viewer("cdsp.agent").await;
    sqlx::query("update installation set epoch = epoch + 1").execute(world.owner()).await.unwrap();
    let mut tx = world.app.db.as_viewer(agent.id).await.unwrap();
    let contact = Contact::seen_by(&mut tx, &agent, &crn).await.unwrap();
    let by = By { viewer: Some(&agent), at: world.app.clock.now(), terms: &world.app.config.terms };
    let refused = record(&mut tx, by, &contact, Input::Assign(agent.id)).await;
    assert!(matches!(refused, Err(Refused::WasReset)), "{refused:?}");
}
