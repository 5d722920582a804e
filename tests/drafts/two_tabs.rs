//! One form open in two tabs: what is changed in different fields is all kept, and where both change the same field the
//! second is told.

use serde_json::Value;

use crate::world::{Page, Person, World};

const KEY: &str = "0123456789abcdef0123456789abcdef";

async fn types(person: &mut Person, tab: i64, changed: &str, fields: &[(&str, &str)]) -> Page {
    let at = format!("/drafts?to=/contacts/new/mnc&drawn={tab}&heard={tab}&changed={changed}");
    let mut all = vec![("key", KEY)];
    all.extend_from_slice(fields);
    person.post(&at, &all).await
}

#[tokio::test]
async fn fields_changed_in_different_tabs_are_both_kept() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let now = cms::clock::Clock::System.milliseconds();
    let (one, two) = (now, now + 1);
    let first = types(&mut amy, one, "why", &[("why", "New house"), ("own_reference", "")]).await;
    assert_eq!(first.status, 204);
    assert!(first.headers.contains_key("x-kept"));
    // the second was drawn before the first was kept
    let second = types(&mut amy, two - 100, "own_reference", &[("why", ""), ("own_reference", "R1")]).await;
    assert_eq!(second.status, 200);
    let told: Value = serde_json::from_str(&second.body).unwrap();
    assert_eq!((told["news"]["why"].as_str(), told["both"].as_object().unwrap().len()), (Some("New house"), 0));
    let form = amy.get(&format!("/contacts/new/mnc?key={KEY}")).await;
    assert_eq!(form.input("own_reference"), "R1");
    assert_eq!(form.all("#why"), ["New house"]);
}

#[tokio::test]
async fn whoever_is_second_at_the_same_field_is_told() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let now = cms::clock::Clock::System.milliseconds();
    types(&mut amy, now, "why", &[("why", "New house")]).await;
    let second = types(&mut amy, now - 100, "why", &[("why", "Old house")]).await;
    let told: Value = serde_json::from_str(&second.body).unwrap();
    assert_eq!(told["both"]["why"], "New house", "{}", second.body);
    assert_eq!(amy.get(&format!("/contacts/new/mnc?key={KEY}")).await.all("#why"), ["Old house"]);
}

#[tokio::test]
async fn a_form_that_was_emptied_or_discarded_leaves_nothing() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let now = cms::clock::Clock::System.milliseconds();
    let drafts = async |amy: &mut Person| amy.get("/").await.all(".app-drafts").len();
    types(&mut amy, now, "why", &[("why", "New house")]).await;
    assert_eq!(drafts(&mut amy).await, 1);
    assert_eq!(types(&mut amy, now, "why", &[("why", "")]).await.status, 204);
    assert_eq!(drafts(&mut amy).await, 0);

    let now = cms::clock::Clock::System.milliseconds() + 1;
    types(&mut amy, now, "why", &[("why", "New house"), ("own_reference", "")]).await;
    amy.post("/drafts/discard", &[("form", &format!("/contacts/new/mnc?key={KEY}"))]).await;
    let anew = cms::clock::Clock::System.milliseconds() + 1;
    types(&mut amy, anew, "own_reference", &[("why", ""), ("own_reference", "R1")]).await;
    // a page from before is told of what is kept now, not of what was discarded
    let before = types(&mut amy, now - 100, "why", &[("why", "Old house"), ("own_reference", "")]).await;
    let told: Value = serde_json::from_str(&before.body).unwrap();
    assert_eq!((told["news"]["own_reference"].as_str(), &told["both"]), (Some("R1"), &serde_json::json!({})));
}

#[tokio::test]
async fn a_page_is_told_why_its_form_is_not_kept() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let now = cms::clock::Clock::System.milliseconds();
    let says = |page: &Page| -> String {
        let said: Value = serde_json::from_str(&page.body).unwrap();
        said["says"].as_str().unwrap().to_owned()
    };
    let long = "x".repeat(600 * 1024);
    let answer = types(&mut amy, now, "why", &[("why", &long)]).await;
    assert_eq!((answer.status.as_u16(), says(&answer).contains("longer")), (413, true));
    // sent from another tab since
    types(&mut amy, now, "why", &[("why", "New house")]).await;
    amy.post("/drafts/discard", &[("form", &format!("/contacts/new/mnc?key={KEY}"))]).await;
    let answer = types(&mut amy, now, "why", &[("why", "New house!")]).await;
    assert_eq!((answer.status.as_u16(), says(&answer).contains("discarded")), (409, true));
    let answer = types(&mut world.stranger(), now, "why", &[("why", "New house")]).await;
    assert_eq!((answer.status.as_u16(), says(&answer).contains("signed out")), (401, true));
}
