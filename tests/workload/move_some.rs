//! Moving some of somebody's work, what is due first.

use cms::contacts::lifecycle::Status;

use crate::world::World;

#[tokio::test]
async fn some_of_it_moves_what_is_due_first_first() {
    let world = World::new().await;
    let crns = [
        world.contact_at(Status::Atca).await,
        world.contact_at(Status::Atca).await,
        world.contact_at(Status::Atca).await,
    ];
    sqlx::query("update contact set due = now() + interval '1 hour' where crn = $1")
        .bind(&crns[2])
        .execute(world.owner())
        .await
        .unwrap();
    let mut supervisor = world.sign_in("cdsp.supervisor").await;
    let other = world.person_id("cdsp.agent2").await;
    let to = world.colleague("cdsp.agent2").await;
    let wrong = supervisor.post("/workload/cdsp.agent/move", &[("how_many", "many"), ("move_to", "")]).await;
    assert_eq!(wrong.error("how_many"), "Enter a number from 1 to 200");
    assert!(wrong.error("move_to").starts_with("Choose a colleague: "), "{}", wrong.error("move_to"));
    assert_eq!(wrong.input_of("how_many"), "many");
    let moved = supervisor.post("/workload/cdsp.agent/move", &[("how_many", "1"), ("move_to", &to)]).await;
    let page = supervisor.get(&moved.location()).await;
    assert_eq!(page.all(".govuk-notification-banner__heading"), ["1 contact assigned to Owen Tasker"]);
    assert_eq!(world.holder(&crns[2]).await, Some(other));
    assert_eq!(page.attributes(".app-undo input[name='tick']", "value").len(), 1, "it can be undone");
}
