//! What is kept of a form that was sent: nothing once it is done, and nothing that could not be opened again.

use cms::contacts::lifecycle::Status;
use tracing::subscriber::set_default;
use tracing_subscriber::EnvFilter;

use crate::log::Kept;
use crate::world::{Person, World};

/// The addresses of the drafts on the home page.
async fn listed(person: &mut Person) -> Vec<String> {
    person.get("/").await.attributes(".app-drafts dt a", "href")
}

#[tokio::test]
async fn a_choice_is_kept_only_while_it_is_not_done() {
    let world = World::new().await;
    let mut cdsp = world.sign_in("cdsp.agent").await;
    let crn = world.contact_at(Status::Aaca).await;
    world.take(&mut cdsp, &crn, "cdsp.agent").await;
    assert!(listed(&mut cdsp).await.is_empty(), "done at once");

    let crn = world.contact_at(Status::Aaca).await;
    let to = format!("/contacts/{crn}/assign");
    let colleague = world.colleague("cdsp.agent").await;
    let outdated = cdsp.post(&to, &[("version", "0"), ("colleague", &colleague)]).await;
    assert_eq!((outdated.status.as_u16(), listed(&mut cdsp).await), (409, vec![to]));
    world.take(&mut cdsp, &crn, "cdsp.agent").await;
    assert!(listed(&mut cdsp).await.is_empty(), "done after all");

    // of data that was set back since its page was drawn
    let crn = world.contact_at(Status::Aaca).await;
    let (version, old) = (world.shown_version(&crn).await, world.stamp(0, "cdsp.agent"));
    let fields = [("version", version.as_str()), ("colleague", &colleague), ("epoch", &old)];
    assert_eq!(cdsp.post(&format!("/contacts/{crn}/assign"), &fields).await.status, 409);
    assert!(listed(&mut cdsp).await.is_empty(), "the CRN may be another contact’s by now");
}

#[tokio::test]
async fn text_about_a_contact_that_is_not_there_is_not_kept() {
    let world = World::new().await;
    let crn = world.contact_at(Status::Dcaa).await;
    let mut rival = world.sign_in("birch.agent").await;
    let sent = world.act(&mut rival, &crn, "answer-clarification", &[("answer", "The left one")]).await;
    assert_eq!(sent.status, 404);
    assert!(listed(&mut rival).await.is_empty(), "its form can’t be opened");
}

#[tokio::test]
async fn what_was_logged_although_it_looks_the_same_leaves_nothing() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    for _ in 0..2 {
        world.log(&mut amy).await;
    }
    assert!(listed(&mut amy).await.is_empty(), "{:?}", listed(&mut amy).await);
}

#[tokio::test]
async fn a_form_is_done_though_it_could_not_be_kept_and_the_log_says_so() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let kept = Kept::default();
    let _watched = set_default(cms::log::lines(EnvFilter::new("info"), kept.clone()));
    amy.get("/").await;
    tracing::callsite::rebuild_interest_cache();
    sqlx::query("alter function save_draft rename to mislaid").execute(world.owner()).await.unwrap();
    let says = [("about", "idea"), ("says", "More tea"), ("page", "/")];
    assert_eq!(amy.post("/feedback", &says).await.status, 303);
    let log = kept.take_text();
    assert!(log.contains("a draft could not be saved"), "{log}");
}
