//! Possible duplicates, in real browsers: while typing, and as a page to stop at, with and without JavaScript, by keyboard.

use tokio::runtime::Handle;

use crate::browser::{Browser, Page};
use crate::journeys::{look, sign_in};
use crate::world::World;

async fn drive(browser: fn() -> Option<&'static Browser>, script: bool) {
    let Some(browser) = tokio::task::spawn_blocking(browser).await.unwrap() else { return };
    let (world, url) = World::listen().await;
    let twin = world.logged_by("alder.agent2").await;
    let runtime = Handle::current();
    tokio::task::spawn_blocking(move || {
        let page = browser.session();
        page.script(script);
        let made = stop_and_go_on(&page, &url, &twin, script);
        let contacts = sqlx::query_scalar::<_, i64>("select count(*) from contact");
        assert_eq!(runtime.block_on(contacts.fetch_one(world.owner())).unwrap(), 2);
        sign_in(&page, &url, "cdsp.agent");
        page.goto(&format!("{url}/contacts/{made}"));
        page.see("Looks the same");
        page.see(&twin);
        page.see("The raiser knew of 1 possible duplicate: A second meter stands in the yard.");
        look(&page, "contact-alike");
    })
    .await
    .unwrap();
}

/// By keyboard from the check page on; answers the new CRN.
fn stop_and_go_on(page: &Page, url: &str, twin: &str, script: bool) -> String {
    sign_in(page, url, "alder.agent");
    page.goto(&format!("{url}/contacts/new/mnc"));
    page.fill("Building number", "7");
    page.fill("Street", "Moss Ln.");
    page.fill("Post town", "LEEDS");
    page.fill("Postcode", "ls1 4dy");
    if script {
        page.see("1 possible duplicate");
        let covers = "document.activeElement.getBoundingClientRect().bottom > \
                      document.querySelector('[data-alike]').getBoundingClientRect().top";
        assert_eq!(page.eval(covers), false, "the field in which one types is covered");
        page.click("1 possible duplicate");
        page.see(twin);
        look(page, "log-alike-typing");
        page.fill("Building number", "71");
        let gone = "!document.querySelector('[data-alike]').textContent";
        let started = std::time::Instant::now();
        while page.eval(gone) != true {
            assert!(started.elapsed().as_secs() < 10, "what no longer looks the same is still said");
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        page.fill("Building number", "7");
    }
    page.choose("Market sector", "Domestic");
    page.fill("Why do you think no MPRN exists?", "A second meter.");
    page.click("Continue");
    page.see("Check your answers");
    page.tab_to("Submit contact");
    page.press("Enter");
    page.see("We found 1 possible duplicate");
    page.see(twin);
    look(page, "log-alike");
    page.tab_to("Continue anyway");
    page.press("Enter");
    page.see("There is a problem");
    look(page, "log-alike-errors");
    page.tab_to("Reason");
    page.type_text("A second meter stands in the yard.");
    page.tab_to("Continue anyway");
    page.press("Enter");
    page.see("Contact submitted");
    let made = page.eval("document.querySelector('.app-crn').textContent").as_str().unwrap().trim().to_owned();
    page.click("Sign out");
    page.see("Account name");
    made
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stopped_at_a_twin_on_the_current_browser() {
    drive(Browser::current, true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stopped_at_a_twin_without_javascript() {
    drive(Browser::current, false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stopped_at_a_twin_on_the_oldest_browser() {
    drive(Browser::floor, true).await;
}
