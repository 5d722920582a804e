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

#[tokio::test]
async fn the_same_form_is_done_once_and_answers_the_same() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let key = amy.get("/feedback").await.input("key");
    let fields = [("key", key.as_str()), ("about", "idea"), ("says", "A calmer blue"), ("page", "/")];
    let (mut one, mut two) = (amy.clone(), amy.clone());
    let (first, second) = tokio::join!(one.post("/feedback", &fields), two.post("/feedback", &fields));
    assert_eq!((first.location(), second.status.as_u16()), (second.location(), 303));
    // Back, and another text, is another piece
    amy.post("/feedback", &[("key", key.as_str()), ("about", "idea"), ("says", "A calmer green"), ("page", "/")]).await;
    assert_eq!(count(&world, "feedback").await, 2);

    let mut officer = world.sign_in("alder.lso").await;
    let key = officer.get("/people/new").await.input("key");
    let fields = [("key", key.as_str()), ("name", "Amy Calder"), ("account", "amy.calder")];
    for links in [1, 0] {
        let page = officer.post("/people/new", &fields).await;
        assert_eq!((page.status.as_u16(), page.all("h1")), (200, vec!["Amy Calder".to_owned()]), "{}", page.text());
        assert_eq!(page.attributes("#link", "value").len(), links, "it is shown once");
    }
}

#[tokio::test]
async fn what_a_facilitator_adds_is_added_once() {
    let world = World::new().await;
    let mut faye = world.sign_in("facilitator").await;
    let once = faye.get("/trial").await.input("key");
    let tomorrow = cms::clock::Clock::System.now() + time::Duration::days(1);
    let day = cms::trade::dates::show_typed(cms::trade::working_time::london_date(tomorrow));
    let (from, until) = (format!("{day} 09:00"), format!("{day} 10:00"));
    let fields = [("key", once.as_str()), ("says", "Downtime"), ("from", from.as_str()), ("until", until.as_str())];
    for _ in 0..2 {
        let page = faye.post("/trial/announcements", &fields).await;
        assert_eq!(page.location(), "/trial", "{}", page.text());
    }
    assert_eq!(count(&world, "announcement").await, 1);
}

#[tokio::test]
async fn who_shares_an_account_shares_no_feedback() {
    let world = World::new().await;
    let named = async |name: &str| {
        let person = world.sign_in("alder.agent").await;
        let sql = "update session set used_by = $1 where used_by = ''";
        sqlx::query(sql).bind(name).execute(world.owner()).await.unwrap();
        person
    };
    let (mut anna, mut carl) = (named("Anna").await, named("Carl").await);
    let typed = [("about", "problem"), ("says", "Half written"), ("page", "/")];
    let drawn = anna.get("/feedback").await.attributes("form[data-draft]", "data-draft")[0].clone();
    assert_eq!(anna.post(&format!("/drafts?to=/feedback&drawn={drawn}"), &typed).await.status, 204);
    assert!(anna.get("/feedback").await.text().contains("Half written"));
    assert!(named("Anna").await.get("/feedback").await.text().contains("Half written"), "after signing in again too");
    assert!(anna.get("/").await.text().contains("Your feedback"), "it stands on the home page");
    assert!(!carl.get("/feedback").await.body.contains("Half written"));
    assert!(!carl.get("/").await.text().contains("Your feedback"));
    assert_eq!(carl.post("/feedback", &[("about", "idea"), ("says", "Of Carl"), ("page", "/")]).await.status, 303);
    assert!(anna.get("/feedback").await.body.contains("Half written"), "it is not sent with another’s");
    assert_eq!(anna.post("/feedback", &typed).await.status, 303);
    sqlx::query("update feedback set reply = 'Thanks for ' || says").execute(world.owner()).await.unwrap();
    let (hers, his) = (anna.get("/feedback").await, carl.get("/feedback").await);
    assert!(hers.text().contains("Thanks for Half written") && !hers.text().contains("Of Carl"));
    assert!(his.text().contains("Thanks for Of Carl") && !his.text().contains("Half written"));
    // a person's go with the person
    sqlx::query("update person set demo = false").execute(world.owner()).await.unwrap();
    anna.post("/feedback", &[("about", "idea"), ("says", "As myself"), ("page", "/")]).await;
    assert!(world.sign_in("alder.agent").await.get("/feedback").await.text().contains("As myself"));
}

async fn count(world: &World, table: &str) -> i64 {
    let sql = sqlx::AssertSqlSafe(format!("select count(*) from {table}"));
    sqlx::query_scalar(sql).fetch_one(world.owner()).await.unwrap()
}
