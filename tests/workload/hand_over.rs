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
