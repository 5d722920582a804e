//! Taking the next best contact, and giving a number of the first ones to somebody.

use cms::contacts::journal::Input;
use cms::contacts::lifecycle::Status;

use crate::world::{World, lives};

#[tokio::test]
async fn the_next_one_is_within_the_filter_and_says_when_there_is_none() {
    let world = World::new().await;
    let (first, second) = (world.logged_by("alder.agent").await, world.logged_by("birch.agent").await);
    let mut agent = world.sign_in("cdsp.agent").await;
    let next = |back: &'static str| [("back", back)];
    let taken = agent.post("/queues/next", &next("/queues/organisation?by=BIR")).await;
    assert_eq!(taken.location(), format!("/contacts/{second}"));
    let page = agent.get(&taken.location()).await;
    assert_eq!(page.attributes(".app-undo input[name='tick']", "value"), [world.tick(&second).await]);
    let none = agent.post("/queues/next", &next("/queues/organisation?by=BIR")).await;
    assert_eq!(
        agent.get(&none.location()).await.all(".govuk-notification-banner__heading"),
        ["Nothing that matches these filters waits to be taken"]
    );
    sqlx::query("update contact set due = now() - interval '1 day' where crn = $1")
        .bind(&first)
        .execute(world.owner())
        .await
        .unwrap();
    let taken = agent.post("/queues/next", &next("/queues/organisation?view=all")).await;
    assert_eq!(taken.location(), format!("/contacts/{first}"));
    assert!(agent.get(&taken.location()).await.all(".govuk-notification-banner__content")[0].contains("It is overdue"));
}

#[tokio::test]
async fn an_answer_goes_to_who_asked_even_after_somebody_gave_it_back() {
    let world = World::new().await;
    let asked = world.contact_at(Status::Dcaa).await;
    world.record("alder.agent", &asked, lives::answered("Plot 4")).await.unwrap();
    for _ in 0..2 {
        world.logged_by("alder.agent").await;
    }
    sqlx::query("update contact set due = now() - interval '3 days' where crn <> $1")
        .bind(&asked)
        .execute(world.owner())
        .await
        .unwrap();
    let other = world.person_id("cdsp.agent2").await;
    world.record("cdsp.agent2", &asked, Input::Assign(other)).await.unwrap();
    world.record("cdsp.agent2", &asked, Input::Return).await.unwrap();
    let mut agent = world.sign_in("cdsp.agent").await;
    assert_eq!(agent.post("/queues/next", &[]).await.location(), format!("/contacts/{asked}"));
}

#[tokio::test]
async fn the_first_so_many_go_to_one_colleague() {
    let world = World::new().await;
    for _ in 0..5 {
        world.logged_by("alder.agent").await;
    }
    let mut supervisor = world.sign_in("cdsp.supervisor").await;
    let to = world.colleague("cdsp.agent2").await;
    let back = "/queues/organisation?sort=-received";
    for (how_many, next_to, field, says) in [
        ("0", to.as_str(), "how_many", "Enter a number from 1 to 200"),
        ("201", &to, "how_many", "Enter a number from 1 to 200"),
        ("x", &to, "how_many", "Enter a number from 1 to 200"),
        ("2", "", "next_to", "Choose a colleague: "),
        ("2", "999999", "next_to", "Choose a colleague: "),
    ] {
        let fields = [("how_many", how_many), ("next_to", next_to), ("back", back)];
        let page = supervisor.post("/queues/organisation/assign-next", &fields).await;
        assert_eq!(page.status, 422, "{how_many} {next_to}");
        assert!(page.error(field).starts_with(says), "{how_many} {next_to}: {}", page.error(field));
        assert_eq!(page.input_of("how_many"), how_many, "what was typed stays");
    }
    let order = supervisor.get(back).await.all("table.app-queue tbody th");
    let fields = [("how_many", "3"), ("next_to", to.as_str()), ("back", back)];
    let done = supervisor.post("/queues/organisation/assign-next", &fields).await;
    let page = supervisor.get(&done.location()).await;
    assert_eq!(page.all(".govuk-notification-banner__heading"), ["3 contacts assigned to Owen Tasker"]);
    for (place, crn) in order.iter().enumerate() {
        assert_eq!(world.status(crn).await, if place < 3 { "ATCA" } else { "AACA" });
    }
    let fields = [("how_many", "9"), ("next_to", to.as_str()), ("back", "/queues/organisation?by=BIR")];
    let none = supervisor.post("/queues/organisation/assign-next", &fields).await;
    let page = supervisor.get(&none.location()).await;
    assert_eq!(page.all(".govuk-notification-banner__heading"), ["Nothing in this list waits to be assigned"]);
    for back in ["/queues/organisation?by=BIR", "/queues/organisation?with=cdsp.agent2", "/queues/mine"] {
        let fields = [("how_many", "x"), ("next_to", ""), ("back", back)];
        let address = format!("{}/assign-next", back.split('?').next().unwrap());
        let nothing = supervisor.post(&address, &fields).await;
        assert_eq!(nothing.status, 422, "{back}");
        assert!(nothing.all(".govuk-error-summary a").iter().any(|says| says.starts_with("Enter a number")), "{back}");
    }
}
