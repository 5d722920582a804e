//! Resolving as valid: the MPRN goes into the register, once.

use cms::contacts::lifecycle::Status::Atca;

use crate::world::World;

#[tokio::test]
async fn resolving_as_valid_adds_to_the_register_once() {
    let world = World::new().await;
    let mut cdsp = world.sign_in("cdsp.agent").await;
    let (first, second) = (world.contact_at(Atca).await, world.contact_at(Atca).await);
    world.must(&mut cdsp, &first, "resolve-valid", &[("mprn", "9012 345 607")]).await;
    let network: String = sqlx::query_scalar("select network from meter_point where mprn = '9012345607'")
        .fetch_one(world.owner())
        .await
        .unwrap();
    assert_eq!(network, "Northern Gas Networks");
    let page = world.act(&mut cdsp, &second, "resolve-valid", &[("mprn", "9012345607")]).await;
    assert_eq!(page.status, 422);
    assert!(page.error("mprn").contains("in the register already"));
    assert_eq!(world.status(&second).await, "ATCA");
    assert!(world.sign_in("alder.agent").await.get(&format!("/contacts/{first}")).await.text().contains("9012345607"));
}
