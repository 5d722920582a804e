//! The switch: with it off, nothing is closed for want of a reply.

use cms::clock::Clock;
use cms::contacts::lifecycle::Status;
use cms::jobs::{Round, round};
use time::Duration;

use crate::world::World;

#[tokio::test]
async fn switched_off_nothing_is_closed() {
    let world = World::new().await;
    let crn = world.contact_at(Status::Dcaa).await;
    let later = Clock::System.now() + Duration::days(60);
    let mut faye = world.sign_in("facilitator").await;
    let page = faye.get("/trial").await;
    assert!(page.text().contains("Switch closing off"));
    let epoch = page.input("epoch");
    assert_eq!(faye.post("/trial/switch", &[("close", "off"), ("epoch", &epoch)]).await.location(), "/trial");
    let page = faye.get("/trial").await;
    assert_eq!(page.all(".govuk-notification-banner__heading"), ["Closing for no reply is off"]);
    assert!(page.text().contains("Switch closing on"));
    assert_eq!(round(&world.app, later).await.unwrap(), Round { reminded: 1, closed: 0 });
    assert_eq!(world.status(&crn).await, "DCAA");
    faye.post("/trial/switch", &[("close", "on")]).await;
    assert_eq!(round(&world.app, later).await.unwrap(), Round { reminded: 0, closed: 1 });
    assert_eq!(world.status(&crn).await, "CCIV");
    assert_eq!(faye.post("/trial/switch", &[("close", "perhaps")]).await.status, 400);
}
