//! Withdrawing: by the originator, while it waits, once and for all; and Postgres holds it to that by name.

use cms::contacts::fields::reason::WITHDRAWN;
use cms::contacts::journal::{Input, Refused};
use cms::contacts::lifecycle::Refusal;
use cms::contacts::lifecycle::Status::{self, *};
use cms::contacts::types::ContactType;
use sqlx::{AssertSqlSafe, Executor};

use super::journal::{event, forged};
use crate::world::{World, lives};

/// Sets what a withdrawn contact has, by hand.
fn closed(crn: &str, version: i32, reason: &str) -> String {
    format!(
        "update contact set status = 'CCIV', version = {version}, with_org = null, holder = null, due = null,
             closed = now(), closed_reason = '{reason}' where crn = '{crn}';"
    )
}

#[tokio::test]
async fn postgres_refuses_what_is_not_withdrawn_by_its_originator() {
    let world = World::new().await;
    let waiting = world.contact_at(Aaca).await;
    let held = world.contact_at(Atca).await;
    let invalid = world.contact_at(Cciv).await;
    let withdrawn = world.contact_at(Aaca).await;
    world.record("alder.agent", &withdrawn, Input::Withdraw("")).await.unwrap();
    let amy = world.person_id("alder.agent").await.to_string();
    let bob = world.person_id("alder.agent2").await.to_string();
    let agent = world.person_id("cdsp.agent").await.to_string();
    let set = |crn: &str, what: &str| format!("update contact set {what} where crn = '{crn}';");
    let follow = |old: &str| {
        format!("update contact set psc_of = (select id from contact where crn = '{old}') where crn = '{waiting}';")
    };
    let forgeries = [
        // by a colleague, and by the CDSP
        (
            closed(&waiting, 2, "withdrawn") + &event(&waiting, 2, "withdraw", "AACA", "CCIV", &bob),
            "the_originator_withdraws",
        ),
        (
            closed(&waiting, 2, "withdrawn") + &event(&waiting, 2, "withdraw", "AACA", "CCIV", &agent),
            "the_originator_withdraws",
        ),
        // with another reason, and the reason with another act
        (
            closed(&waiting, 2, "address") + &event(&waiting, 2, "withdraw", "AACA", "CCIV", &amy),
            "only_withdrawing_gives_its_reason",
        ),
        (
            closed(&held, 3, "withdrawn") + &event(&held, 3, "resolve-invalid", "ATCA", "CCIV", &agent),
            "only_withdrawing_gives_its_reason",
        ),
        (set(&invalid, "closed_reason = 'withdrawn'"), "only_withdrawing_gives_its_reason"),
        (set(&withdrawn, "closed_reason = 'address'"), "only_withdrawing_gives_its_reason"),
        (set(&withdrawn, &format!("originator = {bob}")), "the_originator_withdraws"),
        // from elsewhere
        (closed(&held, 3, "withdrawn") + &event(&held, 3, "withdraw", "ATCA", "CCIV", &amy), "the_move_is_lawful"),
        // logged again
        (follow(&withdrawn), "a_withdrawn_contact_has_no_psc"),
        (
            set(&withdrawn, "version = 3") + &event(&withdrawn, 3, "log-psc", "CCIV", "CCIV", &amy),
            "a_withdrawn_contact_has_no_psc",
        ),
        // half of it
        (event(&waiting, 2, "withdraw", "AACA", "CCIV", &amy), "a_contact_stands_at_its_latest_event"),
    ];
    let before = world.digest().await;
    for (statements, constraint) in forgeries {
        assert_eq!(forged(&world, &statements).await, constraint, "{statements}");
    }
    assert_eq!(world.digest().await, before, "a refused forgery left a trace");
    // and a lawful one is no forgery
    let lawful = closed(&waiting, 2, "withdrawn") + &event(&waiting, 2, "withdraw", "AACA", "CCIV", &amy);
    world.owner().execute(sqlx::raw_sql(AssertSqlSafe(format!("begin; {lawful} commit")))).await.unwrap();
}

#[tokio::test]
async fn the_web_role_of_a_raiser_moves_nothing_else_while_the_move_is_anothers() {
    let world = World::new().await;
    for status in [Aaca, Atca, Cciv] {
        world.contact_at(status).await;
    }
    for (at, what) in [
        ("AACA", "street = 'Elsewhere'"),
        ("AACA", "due = now() + interval '1 year'"),
        ("AACA", "status = 'CCIV', with_org = null, due = null, closed = now(), closed_reason = 'address'"),
        ("ATCA", "status = 'AACA', holder = null"),
        ("ATCA", "msn = 'G4A9'"),
        ("CCIV", "closed_reason = 'other'"),
        ("CCIV", "closed_remarks = 'x'"),
    ] {
        let viewer = world.viewer("alder.agent").await;
        let mut tx = world.app.db.as_viewer(viewer.id).await.unwrap();
        let statement = format!("update contact set {what} where status = '{at}'");
        let error = tx.execute(AssertSqlSafe(statement)).await.expect_err(what);
        let constraint = error.as_database_error().and_then(|error| error.constraint().map(str::to_owned));
        assert_eq!(constraint.as_deref(), Some("the_raiser_only_adds_or_withdraws"), "{what}: {error}");
    }
}

#[tokio::test]
async fn it_is_withdrawn_also_after_an_answer_and_then_nothing_more_is_done() {
    let world = World::new().await;
    let crn = world.contact_at(Dcaa).await;
    let early = world.record("alder.agent", &crn, Input::Withdraw("")).await;
    assert!(matches!(early, Err(Refused::Law(Refusal::NotFromHere))), "{early:?}");
    world.record("alder.agent", &crn, lives::answered("Plot 4")).await.unwrap();
    for account in ["alder.agent2", "alder.supervisor", "cdsp.agent"] {
        let refused = world.record(account, &crn, Input::Withdraw("")).await;
        assert!(matches!(refused, Err(Refused::Law(Refusal::NotYours))), "{account}: {refused:?}");
    }
    let mut amy = world.sign_in("alder.agent").await;
    let form = amy.get(&format!("/contacts/{crn}/withdraw")).await;
    assert!(form.text().contains("This can’t be undone") && form.text().contains("log a new one"), "{}", form.text());
    assert!(form.all("main button").contains(&"Withdraw this contact".to_owned()));
    world.must(&mut amy, &crn, "withdraw", &[("remarks", "The meter was found in the cellar.")]).await;
    assert_eq!(world.status(&crn).await, Cciv.code());
    let page = amy.get(&format!("/contacts/{crn}")).await;
    assert!(page.text().contains("Withdrawn by the raiser") && page.text().contains("found in the cellar"));
    assert!(page.text().contains("can’t be logged again as a PSC"), "{}", page.text());
    assert!(page.all(".app-timeline__title").contains(&"Withdrawn by who logged it".to_owned()));
    assert!(page.all(".govuk-notification-banner").concat().contains("withdrawn"), "{}", page.text());
    for path in ["log-psc", "withdraw", "add"] {
        assert_eq!(amy.get(&format!("/contacts/{crn}/{path}")).await.status, 409, "{path}");
    }
    let psc = amy.get(&format!("/contacts/new/mnc?key={}&psc_of={crn}", cms::secret::token())).await;
    assert_eq!(psc.status, 409, "{}", psc.text());
}

#[tokio::test]
async fn nobody_chooses_its_reason_and_every_list_says_it() {
    let world = World::new().await;
    for known in ContactType::ALL {
        assert!(known.spec().reasons.iter().all(|reason| *reason != WITHDRAWN), "{known:?}");
    }
    let held = world.contact_at(Atca).await;
    let mut cdsp = world.sign_in("cdsp.agent").await;
    let choice = [("reason", WITHDRAWN.0), ("remarks", "x")];
    assert_eq!(world.act(&mut cdsp, &held, "resolve-invalid", &choice).await.status, 422);
    let crn = world.contact_at(Aaca).await;
    world.record("alder.agent", &crn, Input::Withdraw("")).await.unwrap();
    let csv = cdsp.get("/queues/all/export.csv").await;
    assert!(csv.body.lines().any(|line| line.contains(&crn) && line.contains(WITHDRAWN.1)), "{}", csv.body);
}

#[tokio::test]
async fn what_was_withdrawn_is_logged_anew_as_if_it_had_not_been() {
    let world = World::new().await;
    let crn = world.contact_at(Aaca).await;
    let alder = world.organisation_id("ALD").await;
    sqlx::query("insert into bulk_made values ($1, '\\x01', $2)")
        .bind(alder)
        .bind(&crn)
        .execute(world.owner())
        .await
        .unwrap();
    world.record("alder.agent", &crn, Input::Withdraw("")).await.unwrap();
    let rows: i64 = sqlx::query_scalar("select count(*) from bulk_made").fetch_one(world.owner()).await.unwrap();
    assert_eq!(rows, 0, "its row of a bulk is not there already");
    // no page asks about a possible duplicate
    let mut amy = world.sign_in("alder.agent").await;
    let form = amy.get("/contacts/new/mnc").await;
    let (key, epoch) = (form.input("key"), form.input("epoch"));
    let mut fields = crate::world::MNC.to_vec();
    fields.extend([("key", key.as_str()), ("epoch", epoch.as_str())]);
    assert_eq!(amy.post("/contacts/new/mnc", &fields).await.status, 303);
    let done = amy.post("/contacts/new/mnc/check", &[("key", &key), ("epoch", &epoch)]).await;
    assert!(done.location().ends_with("/logged"), "{}", done.location());
    assert_eq!(world.status(&crn).await, Status::Cciv.code());
}
