//! Resolving as valid: the MPRN goes into the register, once.

use cms::contacts::lifecycle::Status::Atca;

use crate::browser::Browser;
use crate::journeys::{look, sign_in};
use crate::world::World;

#[tokio::test]
async fn resolving_as_valid_adds_to_the_register_once() {
    let world = World::new().await;
    let mut cdsp = world.sign_in("cdsp.agent").await;
    let (first, second) = (world.contact_at(Atca).await, world.contact_at(Atca).await);
    world.must(&mut cdsp, &first, "resolve-valid", &[("mprn", "9012 345 607"), ("sure", "yes")]).await;
    let network: String = sqlx::query_scalar("select network from meter_point where mprn = '9012345607'")
        .fetch_one(world.owner())
        .await
        .unwrap();
    assert_eq!(network, "Northern Gas Networks");
    let page = world.act(&mut cdsp, &second, "resolve-valid", &[("mprn", "9012345607"), ("sure", "yes")]).await;
    assert_eq!(page.status, 422);
    assert!(page.error("mprn").contains("in the register already"));
    assert_eq!(world.status(&second).await, "ATCA");
    assert!(world.sign_in("alder.agent").await.get(&format!("/contacts/{first}")).await.text().contains("9012345607"));
}

#[tokio::test]
async fn what_cannot_be_taken_back_is_confirmed_with_the_number_said_back() {
    let world = World::new().await;
    let mut cdsp = world.sign_in("cdsp.agent").await;
    let crn = world.contact_at(Atca).await;
    let page = world.act(&mut cdsp, &crn, "resolve-valid", &[("mprn", "9012 345 607")]).await;
    assert_eq!((page.status.as_u16(), page.input("mprn").as_str()), (422, "9012 345 607"));
    assert!(page.error("sure").contains("9012345607"), "{:?}", page.errors());
    let foreign = [("mprn", "9012345607"), ("sure", "yes"), ("reason", "exists")];
    assert_eq!(world.act(&mut cdsp, &crn, "resolve-valid", &foreign).await.status, 400, "a field of another form");
    assert_eq!(world.status(&crn).await, "ATCA");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slip_is_seen_while_the_number_is_typed() {
    let Some(browser) = tokio::task::spawn_blocking(Browser::current).await.unwrap() else { return };
    let (world, url) = World::listen().await;
    let crn = world.contact_at(Atca).await;
    tokio::task::spawn_blocking(move || {
        let page = browser.session();
        sign_in(&page, &url, "cdsp.agent");
        page.goto(&format!("{url}/contacts/{crn}/resolve-valid"));
        for (typed, said) in [
            ("9012 345 607", "9012 3456 07 is possible"),
            ("9012345067", "9012 3450 67 is mistyped"),
            ("901234507", ""),
        ] {
            page.fill("MPRN created", typed);
            assert_eq!(page.eval("document.querySelector('.app-mprn ~ span').textContent"), said, "{typed}");
        }
        page.fill("MPRN created", "9012345067");
        look(&page, "mprn-mistyped");
        drop(world);
    })
    .await
    .unwrap();
}
