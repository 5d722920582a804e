//! Back to the queue: a button without a form.

use cms::contacts::lifecycle::Status::Svda;

use crate::world::World;

#[tokio::test]
async fn return_is_a_button_that_needs_nothing() {
    let world = World::new().await;
    let crn = world.contact_at(Svda).await;
    let mut agent = world.sign_in("ngn.agent").await;
    world.must(&mut agent, &crn, "return", &[]).await;
    assert_eq!(world.status(&crn).await, "SVDN");
    assert_eq!(world.act(&mut agent, &crn, "return", &[]).await.status, 409);
}
