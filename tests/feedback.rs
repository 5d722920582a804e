//! Feedback from any page: filed with page, role and contact.

use crate::world::World;

#[tokio::test]
async fn feedback_is_filed_with_its_page_role_and_contact() {
    let world = World::new().await;
    let crn = world.logged_by("alder.agent").await;
    let mut amy = world.sign_in("alder.supervisor").await;
    let contact = amy.get(&format!("/contacts/{crn}")).await;
    let link = contact.attributes(".app-trial a", "href").pop().unwrap();
    let form = amy.get(&link).await;
    assert_eq!(form.input("page"), format!("/contacts/{crn}"));
    let page = form.input("page");
    let empty = amy.post("/feedback", &[("page", &page), ("says", "  ")]).await;
    assert_eq!((empty.status.as_u16(), empty.errors().len(), empty.input("page")), (422, 2, page.clone()));
    let sent = amy
        .post("/feedback", &[("page", &page), ("about", "wording"), ("says", "A misspelling"), ("may_ask", "yes")])
        .await;
    assert_eq!(sent.status, 303);
    let thanks = amy.get(&sent.location()).await;
    assert_eq!(thanks.all("h1"), ["Thank you"]);
    assert!(thanks.attributes("main a", "href").contains(&page));
    let filed: (String, String, String, String, String, bool) =
        sqlx::query_as("select account, organisation, role, crn, says, may_ask from feedback")
            .fetch_one(world.owner())
            .await
            .unwrap();
    assert_eq!(
        filed,
        ("alder.supervisor".into(), "Alder Energy".into(), "Supervisor".into(), crn, "A misspelling".into(), true)
    );
}

#[tokio::test]
async fn a_page_elsewhere_is_not_taken_up() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    for page in ["//evil.example", "https://evil.example", "javascript:alert(1)"] {
        assert_eq!(amy.get(&format!("/feedback?page={page}")).await.input("page"), "/");
    }
    let long = "x".repeat(2_001);
    assert_eq!(amy.post("/feedback", &[("about", "idea"), ("says", &long)]).await.status, 422);
    assert_eq!(amy.post("/feedback", &[("about", "nonsense"), ("says", "x")]).await.status, 422);
    assert!(world.stranger().get("/feedback").await.location().starts_with("/sign-in"));
}
