//! The count below a text says the number by which the server judges it, on the current and the oldest browser; and a
//! form that is refused comes back on a page that can be read.

use crate::browser::{Browser, Page};
use crate::journeys::sign_in;
use crate::world::World;

fn counted(page: &Page, text: &str) -> String {
    let text = serde_json::json!(text);
    page.eval(&format!(
        "(() => {{ const area = document.querySelector('#says'); area.value = {text}; area.dispatchEvent(new Event('input')); \
         return document.querySelector('.govuk-character-count__status').textContent }})()"
    ))
    .as_str()
    .unwrap()
    .to_owned()
}

fn count(browser: &Browser, url: &str) {
    let page = browser.session();
    page.script(true);
    sign_in(&page, url, "alder.agent");
    page.goto(&format!("{url}/feedback"));
    for (text, says) in [
        ("👍🏽".repeat(1_100), "You have 200 characters too many"),
        ("e\u{301}".repeat(2_001), "You have 1 character too many"),
        ("ab\n".repeat(700) + "\n\n", "You have 99 characters too many"),
        ("\u{200b}a".repeat(2_000), "You have 0 characters remaining"),
    ] {
        assert_eq!(counted(&page, &text), says);
    }
    counted(&page, &"👍🏽".repeat(1_100));
    page.eval("document.querySelector('#says').form.submit()");
    page.see("Enter at most 2,000 characters; this has 2,200");

    page.goto(&format!("{url}/feedback"));
    counted(&page, "The list was slow,\nand then it was fast.");
    page.eval("{ const more = document.createElement('input'); more.name = 'colour'; more.value = 'red'; document.querySelector('#says').form.append(more); more.form.submit() }");
    page.see("This form can’t be read");
    page.see("and then it was fast.");
    page.see("Open the form again");
    page.assert_accessible("a form that is refused");
    page.screenshot("refused");
}

#[tokio::test]
async fn the_page_counts_as_the_server_does() {
    for browser in tokio::task::spawn_blocking(|| Browser::each().collect::<Vec<_>>()).await.unwrap() {
        let (_world, url) = World::listen().await;
        tokio::task::spawn_blocking(move || count(browser, &url)).await.unwrap();
    }
}
