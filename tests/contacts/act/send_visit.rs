//! A site visit: the network proposed, and a second visit after the first.

use cms::contacts::lifecycle::Status::{Atca, Svda};

use super::borrowed;
use crate::world::{World, visit};

#[tokio::test]
async fn a_visit_can_be_sent_again() {
    let world = World::new().await;
    let crn = world.contact_at(Svda).await;
    let mut agent = world.sign_in("ngn.agent").await;
    let answer = visit();
    world.must(&mut agent, &crn, "answer-visit", &borrowed(&answer)).await;
    let mut cdsp = world.sign_in("cdsp.agent").await;
    world.take(&mut cdsp, &crn, "cdsp.agent").await;
    let ngn = "NGN".to_owned();
    world.must(&mut cdsp, &crn, "send-visit", &[("network", &ngn), ("look_at", "Look once more")]).await;
    let page = cdsp.get(&format!("/contacts/{crn}")).await;
    let referrals = page.all(".app-referral h3");
    assert_eq!(referrals.len(), 2);
    assert!(referrals[0].starts_with("SV2") && referrals[1].starts_with("SV1"));
    assert!(page.text().contains("Meter seen in the box by the door."));
}

#[tokio::test]
async fn the_network_is_proposed_from_the_postcode() {
    let world = World::new().await;
    let crn = world.contact_at(Atca).await;
    let page = world.sign_in("cdsp.agent").await.get(&format!("/contacts/{crn}/send-visit")).await;
    assert_eq!(page.all("#network option[selected]"), ["Northern Gas Networks"]);
}
