//! The address finder in real browsers: with script in place and by the keyboard, without it by the form itself.

use crate::browser::{Browser, Page};
use crate::journeys::{look, sign_in};
use crate::world::World;

async fn drive(browser: fn() -> Option<&'static Browser>, script: bool) {
    let Some(browser) = tokio::task::spawn_blocking(browser).await.unwrap() else { return };
    let (world, url) = World::listen().await;
    super::some(&world).await;
    tokio::task::spawn_blocking(move || {
        let page = browser.session();
        page.script(script);
        journey(&page, &url, script);
        assert!(page.console_errors().is_empty(), "{:?}", page.console_errors());
        drop(world);
    })
    .await
    .unwrap();
}

fn value(page: &Page, field: &str) -> String {
    page.eval(&format!("document.getElementById('{field}').value")).as_str().unwrap().to_owned()
}

/// Waits until the field has the focus, which a page gives a moment after it is drawn.
fn goes_on_at(page: &Page, field: &str) {
    let started = std::time::Instant::now();
    while page.eval("document.activeElement.id") != field {
        assert!(started.elapsed().as_secs() < 5, "{} has the focus", page.focused());
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}

fn journey(page: &Page, url: &str, script: bool) {
    let with = if script { "" } else { "-without-script" };
    sign_in(page, url, "alder.agent");
    page.goto(&format!("{url}/contacts/new/mnc"));
    page.fill("Why do you think no MPRN exists?", "New flat; the service was laid in May.");
    page.choose("Market sector", "Domestic");
    look(page, &format!("finder-empty{with}"));
    page.fill("Find by postcode", "ls11 4dy");
    // with script Enter finds in place; without it, it sends the form, which finds too
    page.press("Enter");
    page.see("24 addresses found.");
    look(page, &format!("finder-list{with}"));
    page.fill("Number, building or street", "flat 10 kilm house");
    page.click("Find address");
    page.see("NE North East, Northern Gas Networks");
    look(page, &format!("finder-filled{with}"));
    assert_eq!(value(page, "sub_building_name"), "Flat 10");
    assert_eq!(value(page, "why"), "New flat; the service was laid in May.");
    goes_on_at(page, "msn");
    // another one, of several
    page.click("Change the address");
    page.fill("Find by postcode", "LS11 9AB");
    page.fill("Number, building or street", "");
    page.click("Find address");
    page.see("3 addresses found.");
    look(page, &format!("finder-few{with}"));
    page.choose("Choose an address", "2 Dovewell Road, Kiln Green, LEEDS, LS11 9AB");
    page.click("Use this address");
    page.see("2 Dovewell Road");
    goes_on_at(page, "msn");
    assert_eq!(value(page, "sub_building_name"), "");
    page.click("Change the address");
    look(page, &format!("finder-change{with}"));
    page.fill("Building number", "99");
    page.click("Continue");
    page.see("Find the address in the address finder, or choose why it is entered by hand");
    look(page, &format!("finder-by-hand{with}"));
    page.choose("Why the address is entered by hand", "New build, no postal address yet");
    page.click("Continue");
    page.see("Check your answers");
    page.see("Proposed from the postcode area");
    look(page, &format!("finder-check{with}"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_is_found_in_place() {
    drive(Browser::current, true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_is_found_in_place_by_the_oldest_browser() {
    drive(Browser::floor, true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_is_found_without_javascript() {
    drive(Browser::floor, false).await;
}
