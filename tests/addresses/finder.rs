//! The address finder of the form: through pages, through JSON, and how well it bears slips.

use axum::body::Body;
use axum::http::Request;
use cms::contacts::lifecycle::Status::Dcaa;
use serde_json::Value;

use super::some;
use crate::world::{MNC, Page, Person, World};

/// A form of which everything is typed but the address.
fn typed<'a>(key: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let site = ["building_number", "street", "locality", "post_town", "postcode"];
    let mut fields: Vec<(&str, &str)> =
        MNC.iter().map(|(name, value)| (*name, if site.contains(name) { "" } else { *value })).collect();
    for (name, value) in more {
        match fields.iter_mut().find(|(known, _)| known == name) {
            Some(field) => field.1 = value,
            None => fields.push((name, value)),
        }
    }
    fields.push(("key", key));
    fields
}

async fn ask(by: &mut Person, key: &str, more: &[(&str, &str)]) -> Page {
    by.post("/contacts/new/mnc/find", &typed(key, more)).await
}

#[tokio::test]
async fn without_addresses_the_form_has_no_finder_and_asks_for_no_reason() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let form = amy.get("/contacts/new/mnc").await;
    assert!(form.all("[data-finder]").is_empty() && form.all("#by_hand").is_empty(), "{:?}", form.all("label"));
    world.log(&mut amy).await;
}

#[tokio::test]
async fn an_address_is_found_chosen_and_filled_in_and_nothing_typed_is_lost() {
    let world = World::new().await;
    some(&world).await;
    let mut amy = world.sign_in("alder.agent").await;
    let form = amy.get("/contacts/new/mnc").await;
    assert!(form.text().contains("Sample addresses"));
    let key = form.input("key");

    let found = ask(&mut amy, &key, &[("find_postcode", "ls114dy"), ("find_words", "flat 2")]).await;
    assert_eq!(found.status, 200);
    assert_eq!((found.input("own_reference"), found.input("find_words")), ("REF-1".to_owned(), "flat 2".to_owned()));
    // the only one: it is filled in at once
    assert_eq!(
        (found.input("sub_building_name"), found.input("postcode")),
        ("Flat 2".to_owned(), "LS11 4DY".to_owned())
    );
    assert!(found.attributes("[name=find_choice]", "value").is_empty());

    let found = ask(&mut amy, &key, &[("find_postcode", "ls114dy"), ("find_words", "kiln house")]).await;
    let at = found.all("#find_choice option").iter().position(|line| line.starts_with("Flat 2, Kiln House")).unwrap();
    let chosen = &found.attributes("#find_choice option", "value")[at];

    let none = ask(&mut amy, &key, &[("find_postcode", "LS11 4DY"), ("find", "use")]).await;
    assert_eq!(
        (none.status.as_u16(), none.error("find_choice").as_str()),
        (422, "Choose an address from the list, or enter it by hand below")
    );

    let filled = ask(&mut amy, &key, &[("find_postcode", "LS11 4DY"), ("find_choice", chosen), ("find", "use")]).await;
    for (field, value) in [
        ("sub_building_name", "Flat 2"),
        ("building_name", "Kiln House"),
        ("building_number", "20"),
        ("street", "Alderbeck Lane"),
        ("locality", "Kiln Green"),
        ("post_town", "LEEDS"),
        ("postcode", "LS11 4DY"),
        ("uprn", "999000000001"),
        ("own_reference", "REF-1"),
        ("msn", "G4A0123456"),
    ] {
        assert_eq!(filled.input(field), value, "{field}");
    }
}

#[tokio::test]
async fn many_are_a_list_in_the_order_in_which_people_count() {
    let world = World::new().await;
    some(&world).await;
    let mut amy = world.sign_in("alder.agent").await;
    let key = amy.get("/contacts/new/mnc").await.input("key");
    let found = ask(&mut amy, &key, &[("find_postcode", "LS11 4DY")]).await;
    let lines = found.all("#find_choice option");
    assert_eq!((lines.len(), found.attributes("#find_choice", "size")), (24, vec!["10".to_owned()]));
    assert!(lines[1].starts_with("2 Alder") && lines[9].starts_with("10 Alder") && lines[22].starts_with("Flat 11,"));
    assert!(found.text().contains("24 addresses found."));
}

#[tokio::test]
async fn what_is_not_found_says_so_and_shows_the_way_on() {
    let world = World::new().await;
    some(&world).await;
    let mut amy = world.sign_in("alder.agent").await;
    let key = amy.get("/contacts/new/mnc").await.input("key");
    let nothing = ask(&mut amy, &key, &[("find_postcode", "LS1 4DY")]).await;
    assert!(nothing.status == 200 && nothing.text().contains("No address found"));
    assert!(nothing.text().contains("Enter the address by hand"));
    for (postcode, words, field, says) in [
        ("BT1 5GS", "", "find_postcode", "Northern Ireland, which is not part of the British gas market"),
        ("im1", "moss", "find_postcode", "the Isle of Man"),
        ("", "moss lane", "find_postcode", "Enter a whole postcode"),
        ("LS11", "12", "find_words", "Enter words of the street"),
    ] {
        let page = ask(&mut amy, &key, &[("find_postcode", postcode), ("find_words", words)]).await;
        assert!(page.status == 422 && page.error(field).contains(says), "{postcode} {words}: {:?}", page.errors());
        assert_eq!(page.input("own_reference"), "REF-1");
    }
    let other = ask(&mut amy, &key, &[("find_postcode", "LS11 4DY"), ("find_words", "99")]).await;
    assert!(other.text().contains("None of these has the number or words that you typed."));
}

#[tokio::test]
async fn half_a_postcode_or_a_wrong_end_finds_by_words_with_slips() {
    let world = World::new().await;
    some(&world).await;
    let mut amy = world.sign_in("alder.agent").await;
    let key = amy.get("/contacts/new/mnc").await.input("key");
    for (postcode, words) in [("LS11 9AA", "2 Dovewell Road"), ("LS11 4DY", "2 Dovwell Rd")] {
        let found = ask(&mut amy, &key, &[("find_postcode", postcode), ("find_words", words)]).await;
        let first = found.all(".govuk-radios [for^=find_choice]");
        assert!(first[0].starts_with("2 Dovewell Road, Kiln Green, LEEDS, LS11 9AB"), "{postcode} {words}: {first:?}");
    }
    // the only one that fits what was asked is no question
    let one = ask(&mut amy, &key, &[("find_postcode", "LS11"), ("find_words", "2 dovewel rd")]).await;
    assert_eq!(one.input("postcode"), "LS11 9AB");
    let near = ask(&mut amy, &key, &[("find_postcode", "LS11 4DY"), ("find_words", "2 Dovewell Road")]).await;
    assert!(near.text().contains("Nothing fits at LS11 4DY; these have another postcode."));
}

#[tokio::test]
async fn a_script_is_answered_with_the_fields_to_fill() {
    let world = World::new().await;
    some(&world).await;
    let mut amy = world.sign_in("alder.agent").await;
    let stamp = amy.stamp("/contacts/new/mnc").await.unwrap();
    let mut asked = async |body: &'static str| {
        let body = format!("{body}&epoch={stamp}");
        let request = Request::post("/contacts/new/mnc/find")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("accept", "application/json")
            .header("sec-fetch-site", "same-origin");
        let page = amy.send(request, Body::from(body)).await;
        (page.status.as_u16(), serde_json::from_str::<Value>(&page.body).unwrap())
    };
    let (status, found) = asked("find_postcode=LS11+9AB&find_words=3").await;
    assert_eq!((status, found["says"].as_str()), (200, Some("1 address found.")));
    assert_eq!(found["choices"][0]["fields"]["building_number"], "3");
    assert_eq!(found["choices"][0]["fields"]["by_hand"], "");
    // alone, so it is filled in at once, as it will be shown
    assert_eq!(found["fill"], true);
    assert_eq!(
        found["choices"][0]["card"],
        serde_json::json!({
            "lines": ["3 Dovewell Road", "Kiln Green, LEEDS, LS11 9AB"],
            "zone": "NE North East, Northern Gas Networks",
            "known": "Proposed from the postcode area",
        })
    );
    let (_, several) = asked("find_postcode=LS11+9AB&find_words=").await;
    assert_eq!((several["choices"].as_array().map(Vec::len), several["fill"].as_bool()), (Some(3), Some(false)));
    // one that is not what was asked for is shown first
    let (_, other) = asked("find_postcode=LS11+9AA&find_words=2+Dovewell+Road").await;
    assert_eq!(other["fill"], false);
    let (status, wrong) = asked("find_postcode=GY1+1AA&find_words=").await;
    assert_eq!((status, wrong["field"].as_str()), (422, Some("find_postcode")));
    assert!(wrong["says"].as_str().unwrap().contains("Guernsey"));
}

#[tokio::test]
async fn enter_in_the_finder_finds_without_script() {
    let world = World::new().await;
    some(&world).await;
    let mut amy = world.sign_in("alder.agent").await;
    let key = amy.get("/contacts/new/mnc").await.input("key");
    let fields = [("find_postcode", "LS11 9AB"), ("find", "enter")];
    let found = amy.post("/contacts/new/mnc", &typed(&key, &fields)).await;
    let choices = found.attributes("[name=find_choice]", "value");
    assert_eq!((found.status.as_u16(), choices.len()), (200, 3));
    // its own button says what is missing, and takes over what was chosen
    let missing = amy.post("/contacts/new/mnc", &typed(&key, &fields[..1])).await;
    assert_eq!((missing.status.as_u16(), missing.error("find_choice").is_empty()), (422, false));
    let chosen = amy.post("/contacts/new/mnc", &typed(&key, &[fields[0], ("find_choice", &choices[0])])).await;
    assert_eq!((chosen.status.as_u16(), chosen.input("postcode").as_str()), (200, "LS11 9AB"));
}

#[tokio::test]
async fn an_address_that_is_not_found_needs_a_reason() {
    let world = World::new().await;
    some(&world).await;
    let mut amy = world.sign_in("alder.agent").await;
    let key = amy.get("/contacts/new/mnc").await.input("key");
    let site = |number, street, plot, by_hand| {
        typed(
            &key,
            &[
                ("building_number", number),
                ("street", street),
                ("plot_number", plot),
                ("post_town", "Leeds"),
                ("postcode", "LS11 4DY"),
                ("by_hand", by_hand),
            ],
        )
    };
    let page = amy.post("/contacts/new/mnc", &site("99", "Alderbeck Lane", "", "")).await;
    assert_eq!(page.status, 422);
    assert!(page.error("by_hand").contains("Find the address in the address finder"));
    assert!(!page.attributes("details", "open").is_empty(), "the reason is in view");
    for (number, street, plot, by_hand) in [
        ("99", "Alderbeck Lane", "", "NL"),
        ("", "Alderbeck Lane", "7", "NB"),
        // found, however it is written, and with a plot number beside it
        ("7", "ALDERBECK LN.", "", ""),
        ("7", "Alderbeck Lane", "14", ""),
    ] {
        let page = amy.post("/contacts/new/mnc", &site(number, street, plot, by_hand)).await;
        assert_eq!(page.status, 303, "{number} {street} {plot}: {:?}", page.errors());
    }
    let crn = world.contact_at(Dcaa).await;
    let mut fields = typed(&key, &[]);
    fields.retain(|(name, _)| *name != "key");
    fields.push(("answer", "It is another house"));
    for (name, value) in &mut fields {
        match *name {
            "building_number" => *value = "99",
            "street" => *value = "Alderbeck Lane",
            "post_town" => *value = "Leeds",
            "postcode" => *value = "LS11 4DY",
            _ => {}
        }
    }
    let page = world.act(&mut amy, &crn, "answer-clarification", &fields).await;
    assert_eq!((page.status.as_u16(), page.error("by_hand").is_empty()), (422, false));
}

#[tokio::test]
async fn words_are_never_a_pattern_nor_markup() {
    let world = World::new().await;
    some(&world).await;
    let mut amy = world.sign_in("alder.agent").await;
    let key = amy.get("/contacts/new/mnc").await.input("key");
    let long = "moss ".repeat(2_000);
    for words in ["<script>alert(1)</script>", "%", "_", "\\", "' or 1=1 --", "(a+)+$", "ﷺ", "flat flat flat 2", &long]
    {
        for postcode in ["LS11 4DY", "LS11"] {
            let page = ask(&mut amy, &key, &[("find_postcode", postcode), ("find_words", words)]).await;
            assert!(matches!(page.status.as_u16(), 200 | 422), "{words}: {}", page.status);
            assert!(!page.body.contains("<script>alert"), "{words}");
            assert_eq!(page.input("own_reference"), "REF-1");
        }
    }
    let unknown = ask(&mut amy, &key, &[("find_postcode", "LS11 4DY"), ("state", "CCVA")]).await;
    assert_eq!(unknown.status, 400);
    let mut cdsp = world.sign_in("cdsp.agent").await;
    assert_eq!(ask(&mut cdsp, &key, &[("find_postcode", "LS11 4DY")]).await.status, 403);
}
