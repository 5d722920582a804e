//! The address of the form: a card once it is whole, and a finder whose examples are there to be found.

use cms::clock::Clock;
use cms::contacts::lifecycle::Status;

use crate::world::{MNC, Page, World};

/// A trial with its sample addresses.
async fn trial() -> World {
    World::on(crate::world::trial::told().await, |_| {}, Clock::System).await
}

/// The fields of the address stand open.
fn is_open(page: &Page) -> bool {
    page.attributes("[data-finder-fields]", "open").len() == 1
}

#[tokio::test]
async fn every_example_of_the_finder_is_found() {
    let world = trial().await;
    let mut amy = world.sign_in("alder.agent").await;
    let form = amy.get("/contacts/new/mnc").await;
    let key = form.input("key");
    let hint = form.all("#find_postcode-hint").concat();
    let postcodes: Vec<&str> =
        hint.strip_prefix("Try ").unwrap().split(", ").flat_map(|part| part.split(" or ")).collect();
    assert_eq!(postcodes.len(), 3, "{hint}");
    for postcode in &postcodes {
        let page = amy.post("/contacts/new/mnc/find", &[("key", &key), ("find_postcode", postcode)]).await;
        assert!(page.attributes("[name=find_choice] option, [name=find_choice]", "value").len() > 1, "{postcode}");
    }
    let hint = form.all("#find_words-hint").concat();
    let (words, at) = hint.strip_prefix("Such as ").unwrap().split_once(", at ").unwrap();
    assert_eq!(at, postcodes[0]);
    for words in words.split(" or ") {
        let asked = [("key", key.as_str()), ("find_postcode", at), ("find_words", words)];
        let page = amy.post("/contacts/new/mnc/find", &asked).await;
        let found = page.attributes("[name=find_choice] option, [type=radio][name=find_choice]", "value").len();
        let is_filled = page.input("postcode") == at;
        assert!((is_filled || found > 0) && !page.text().contains("None of these"), "{words} at {at}");
    }
}

#[tokio::test]
async fn outside_a_trial_nothing_invented_is_suggested() {
    let world = trial().await;
    sqlx::raw_sql("update address_set set source = 'PAF'").execute(world.owner()).await.unwrap();
    let form = world.sign_in("alder.agent").await.get("/contacts/new/mnc").await;
    let hints = [form.all("#find_postcode-hint"), form.all("#find_words-hint")].concat();
    assert_eq!(hints, ["Or its first half", "To find fewer addresses"]);
    assert!(!form.text().contains("Sample addresses"));
}

#[tokio::test]
async fn a_whole_address_is_a_card_and_its_fields_are_closed() {
    let world = trial().await;
    let mut amy = world.sign_in("alder.agent").await;
    let form = amy.get("/contacts/new/mnc").await;
    assert!(!is_open(&form) && form.attributes(".app-card", "hidden").len() == 1);
    assert_eq!(form.attributes("[autofocus]", "id"), ["find_postcode"]);
    let key = form.input("key");
    // with something else wrong
    let mut fields: Vec<(&str, &str)> = MNC.iter().map(|(n, v)| (*n, if *n == "by_hand" { "NL" } else { v })).collect();
    fields.extend([("key", key.as_str())]);
    let fields_with = |name: &str, value: &'static str| -> Vec<(&str, &str)> {
        fields.iter().map(|(known, text)| (*known, if *known == name { value } else { *text })).collect()
    };
    let page = amy.post("/contacts/new/mnc", &fields_with("why", "")).await;
    assert_eq!(page.status, 422);
    let card = page.all(".app-card").concat();
    for part in ["7 Moss Lane", "LS1 4DY", "Northern Gas Networks", "Entered by hand: Not in the address finder"] {
        assert!(card.contains(part), "{part}: {card}");
    }
    assert!(!is_open(&page) && page.attributes("[autofocus]", "id").is_empty(), "the focus is with what is wrong");
    assert_eq!(page.input("street"), "Moss Lane");
    // with something wrong in the address itself, and in what is seldom given
    for (field, value) in [("by_hand", ""), ("postcode", "LS1"), ("uprn", "x")] {
        let page = amy.post("/contacts/new/mnc", &fields_with(field, value)).await;
        assert!(is_open(&page) && !page.error(field).is_empty(), "{field}");
    }
    let page = amy.post("/contacts/new/mnc", &fields_with("aq", "lots")).await;
    assert_eq!(page.attributes(".app-log__columns details", "open").len(), 1);
    // a part of an address is no card
    let part = [("key", key.as_str()), ("street", "Moss Lane"), ("find_postcode", "LS1 4DY")];
    let page = amy.post("/contacts/new/mnc/find", &part).await;
    assert!(is_open(&page) && page.attributes(".app-card", "hidden").len() == 1);
}

#[tokio::test]
async fn a_psc_comes_with_its_address_as_a_card() {
    let world = World::new().await;
    let old = world.contact_at(Status::Cciv).await;
    let mut amy = world.sign_in("alder.agent").await;
    let form = amy.get(&format!("/contacts/{old}/log-psc")).await;
    assert!(form.all(".app-card").concat().contains("7 Moss Lane"));
    assert!(!is_open(&form) && form.attributes("[autofocus]", "id").is_empty());
}

#[tokio::test]
async fn the_error_summary_follows_the_page() {
    let world = trial().await;
    let mut amy = world.sign_in("alder.agent").await;
    let key = amy.get("/contacts/new/mnc").await.input("key");
    let page = amy.post("/contacts/new/mnc", &[("key", &key)]).await;
    let fields: Vec<String> = page.errors().into_iter().map(|(field, _)| field).collect();
    assert_eq!(
        fields,
        ["by_hand", "building_number", "street", "post_town", "postcode", "market_sector", "why"],
        "why it is entered by hand is asked first"
    );
}
