//! Handing all of somebody's work over with one note, and covering for the absent.

use cms::contacts::journal::Input;
use cms::contacts::lifecycle::Status;

use crate::world::World;

#[tokio::test]
async fn a_hand_over_is_one_act_with_one_note_and_a_cover_until_a_day() {
    let world = World::new().await;
    let held = [world.contact_at(Status::Dcaa).await, world.contact_at(Status::Dcaa).await];
    let mut supervisor = world.sign_in("alder.supervisor").await;
    let (absent, cover) = (world.person_id("alder.agent").await, world.person_id("alder.agent2").await);
    let to = world.colleague("alder.agent2").await;
    let today = crate::world::today();
    let past = "Enter today or a day to come";
    for (until, says) in [("soon", "Enter a date such as 24/11/2026"), ("01/01/2020", past), ("yesterday", past)] {
        let page = supervisor
            .post("/workload/alder.agent/hand-over", &[("hand_to", &to), ("note", "Away"), ("until", until)])
            .await;
        assert_eq!((page.status.as_u16(), page.error("until").as_str()), (422, says));
    }
    assert_eq!(world.holder(&held[0]).await, Some(absent), "nothing was moved");
    let fields = [("hand_to", to.as_str()), ("note", "Away until the new year; canarynote."), ("until", &today)];
    let done = supervisor.post("/workload/alder.agent/hand-over", &fields).await;
    let page = supervisor.get(&done.location()).await;
    assert!(page.text().contains("2 contacts assigned to") && page.text().contains("covers for"), "{}", page.text());
    for crn in &held {
        assert_eq!(world.holder(crn).await, Some(cover));
        let history = supervisor.get(&format!("/contacts/{crn}")).await;
        assert!(history.text().contains("Note: Away until the new year; canarynote."));
        let cdsp = world.sign_in("cdsp.supervisor").await.get(&format!("/contacts/{crn}")).await;
        assert!(!cdsp.body.contains("canarynote"), "the note is the organisation's own");
    }
    assert!(
        page.all("table.app-load tbody th")
            .iter()
            .any(|head| head.starts_with("Amy Calder") && head.contains("away until"))
    );

    // what would be allocated to them goes to their cover: a clarification, and what a colleague gives them
    let asked = world.contact_at(Status::Atca).await;
    world.record("cdsp.agent", &asked, Input::SendClarification("Which plot?")).await.unwrap();
    assert_eq!(world.holder(&asked).await, Some(cover));
    world.record("alder.agent2", &asked, Input::Return).await.unwrap();
    world.record("alder.agent2", &asked, Input::Assign(absent)).await.unwrap();
    assert_eq!(world.holder(&asked).await, Some(cover));
    // what they take themselves they get; and when they are back all is theirs again
    world.record("alder.agent2", &asked, Input::Return).await.unwrap();
    world.record("alder.agent", &asked, Input::Assign(absent)).await.unwrap();
    assert_eq!(world.holder(&asked).await, Some(absent));
    supervisor.post("/workload/alder.agent/cover", &[]).await;
    world.record("alder.agent", &asked, Input::Return).await.unwrap();
    world.record("alder.agent2", &asked, Input::Assign(absent)).await.unwrap();
    assert_eq!(world.holder(&asked).await, Some(absent));
    for account in ["alder.agent2", "birch.supervisor"] {
        let mut person = world.sign_in(account).await;
        let refused = person.post("/workload/alder.agent/hand-over", &fields).await;
        assert!(matches!(refused.status.as_u16(), 403 | 404), "{account}: {}", refused.status);
    }
}

#[tokio::test]
async fn a_cover_that_a_colleague_has_set_meanwhile_is_not_replaced_unseen() {
    let world = World::new().await;
    sqlx::query("update person set supervisor = true where account = 'alder.lso'")
        .execute(world.owner())
        .await
        .unwrap();
    let (mut one, mut other) = (world.sign_in("alder.supervisor").await, world.sign_in("alder.lso").await);
    let was = one.get("/workload/alder.agent").await.input("was");
    let (first, second) = (world.colleague("alder.agent2").await, world.colleague("alder.supervisor").await);
    let today = crate::world::today();
    let of_one = [("hand_to", first.as_str()), ("note", ""), ("until", &today), ("was", &was)];
    assert_eq!(one.post("/workload/alder.agent/hand-over", &of_one).await.status, 303);
    let of_other = [("hand_to", second.as_str()), ("note", "Typed"), ("until", &today), ("was", &was)];
    let late = other.post("/workload/alder.agent/hand-over", &of_other).await;
    assert_eq!(late.status, 422);
    assert!(late.error("until").contains("A colleague has changed this meanwhile"), "{}", late.text());
    assert!(late.error("until").contains("covered by"));
    assert_eq!(late.all("textarea"), ["Typed"]);
    let covers = "select covered_by from cover";
    let by: i64 = sqlx::query_scalar(covers).fetch_one(world.owner()).await.unwrap();
    assert_eq!(by, world.person_id("alder.agent2").await);
    // nor ended
    let ended = other.post("/workload/alder.agent/cover", &[("was", &was)]).await;
    assert!(other.get(&ended.location()).await.text().contains("Nothing was ended"));
    let now = late.attributes("form[action$='hand-over'] input[name='was']", "value").remove(0);
    let again = [of_other[0], of_other[1], of_other[2], ("was", now.as_str())];
    assert_eq!(other.post("/workload/alder.agent/hand-over", &again).await.status, 303);
    let by: i64 = sqlx::query_scalar(covers).fetch_one(world.owner()).await.unwrap();
    assert_eq!(by, world.person_id("alder.supervisor").await);
    let shown = one.get("/workload/alder.agent").await;
    let was = shown.attributes("form[action$='cover'] input[name='was']", "value").remove(0);
    assert_eq!(one.post("/workload/alder.agent/cover", &[("was", &was)]).await.location(), "/workload");
    let left: i64 = sqlx::query_scalar("select count(*) from cover").fetch_one(world.owner()).await.unwrap();
    assert_eq!(left, 0);
}
