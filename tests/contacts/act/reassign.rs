//! Reassigning: to anybody of the organisation but whoever has the contact.

use cms::contacts::lifecycle::Status::Atca;

use crate::world::World;

#[tokio::test]
async fn who_has_the_contact_is_neither_offered_nor_taken() {
    let world = World::new().await;
    let crn = world.contact_at(Atca).await;
    let mut supervisor = world.sign_in("cdsp.supervisor").await;
    let (holder, other) = (world.colleague("cdsp.agent").await, world.colleague("cdsp.agent2").await);
    let form = supervisor.get(&format!("/contacts/{crn}/reassign")).await;
    let names = form.all("#colleague option");
    assert_eq!(names[..2], ["Choose a colleague", "Ruth Pellew (you)"]);
    assert!(names[2..].iter().all(|name| !name.contains("(you)")), "{names:?}");
    let is_offered = |code: &str| form.body.contains(&format!("value=\"{code}\""));
    assert!(is_offered(&other) && !is_offered(&holder), "{}", form.text());
    let before = world.shown_version(&crn).await;
    let page = world.act(&mut supervisor, &crn, "reassign", &[("colleague", &holder)]).await;
    assert!(page.status == 422 && page.text().contains("Choose somebody else"), "{}", page.text());
    assert_eq!(world.shown_version(&crn).await, before);
}

#[tokio::test]
async fn a_contact_that_somebody_holds_on_to_is_no_fault_of_the_colleague() {
    let world = World::new().await;
    let crn = world.contact_at(Atca).await;
    let mut supervisor = world.sign_in("cdsp.supervisor").await;
    let other = world.colleague("cdsp.agent2").await;
    let mut held = world.owner().begin().await.unwrap();
    sqlx::query("select from contact where crn = $1 for no key update").bind(&crn).execute(&mut *held).await.unwrap();
    let page = world.act(&mut supervisor, &crn, "reassign", &[("colleague", &other)]).await;
    assert!(page.status == 503 && page.text().contains("The service is busy"), "{}", page.text());
}
