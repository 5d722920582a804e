//! Two instances on one database: what one does, the other knows at once.

use cms::clock::Clock;
use cms::contacts::lifecycle::Status;

use crate::world::World;

#[tokio::test]
async fn signing_out_of_one_ends_the_session_on_the_other() {
    let one = World::new().await;
    let two = World::on(one.url.clone(), |_| {}, Clock::System).await;
    let mut amy = one.sign_in("alder.agent").await;
    let mut there = two.stranger();
    there.set_cookie(amy.cookie().map(str::to_owned));
    assert_eq!(there.get("/queues/mine").await.status, 200);
    amy.post("/sign-out", &[]).await;
    assert!(there.get("/queues/mine").await.location().starts_with("/sign-in"));
}

#[tokio::test]
async fn a_contact_taken_on_one_is_taken_on_the_other() {
    let one = World::new().await;
    let two = World::on(one.url.clone(), |_| {}, Clock::System).await;
    let crn = one.contact_at(Status::Aaca).await;
    let mut here = one.sign_in("cdsp.agent").await;
    let mut there = two.sign_in("cdsp.agent2").await;
    let id = one.colleague("cdsp.agent2").await;
    let version = one.shown_version(&crn).await;
    let fields = [("version", version.as_str()), ("colleague", id.as_str())];
    one.take(&mut here, &crn, "cdsp.agent").await;
    let late = there.post(&format!("/contacts/{crn}/assign"), &fields).await;
    assert_eq!(late.status, 409);
    assert!(late.text().contains("Assigned to Nadia Farrow"));
}

#[tokio::test]
async fn two_that_start_at_once_migrate_once() {
    let url = crate::world::empty_database().await;
    let (one, two) = tokio::join!(cms::db::Db::open(&url, 2), cms::db::Db::open(&url, 2));
    let (one, two) = (one.unwrap(), two.unwrap());
    let statuses: i64 = sqlx::query_scalar("select count(*) from contact_status").fetch_one(&one.owner).await.unwrap();
    assert_eq!(statuses, 8);
    two.close().await;
    one.close().await;
}
