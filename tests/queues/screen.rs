//! What of a queue is in view: rows, sites in full, the head that stays, one line for what was just done; measured in a
//! browser over the trial's sample contacts, with fonts as wide as those of Windows.

use serde_json::Value;

use crate::browser::{Browser, Page};
use crate::journeys::{look, sign_in};
use crate::world::World;
use crate::world::trial::busy;

/// Runs on its own thread, in a trial with its sample contacts.
async fn drive(browser: fn() -> Option<&'static Browser>, journey: impl FnOnce(&Page, &World, &str) + Send + 'static) {
    let Some(browser) = tokio::task::spawn_blocking(browser).await.unwrap() else { return };
    let (world, url) = World::listen_on(busy().await).await;
    tokio::task::spawn_blocking(move || journey(&browser.session(), &world, &url)).await.unwrap();
}

/// Segoe UI and Arial are as wide as the first, Calibri as the second.
const FONTS: [&str; 2] = ["Liberation Sans", "Carlito"];

/// Draws the page in a font that need not be the system's own.
fn set_font(page: &Page, font: &str) {
    page.eval(&format!(
        "{{ const sheet = new CSSStyleSheet(); \
            sheet.replaceSync('body, body * {{ font-family: \"{font}\", sans-serif !important }}'); \
            document.adoptedStyleSheets = [sheet]; document.fonts.ready.then(() => true) }}"
    ));
}

fn number(page: &Page, js: &str) -> i64 {
    let found = page.eval(&format!("Math.floor({js})"));
    found.as_i64().unwrap_or_else(|| panic!("{js} is {found}"))
}

/// Rows that are wholly in view and not under anything that sticks.
const IN_VIEW: &str = "[...document.querySelectorAll('tr[data-crn]')].filter((row) => { \
    const { top, bottom } = row.getBoundingClientRect(); \
    const head = document.querySelector('.app-queue thead').getBoundingClientRect().bottom; \
    return top >= head - 1 && bottom <= innerHeight; }).length";

/// How many sites there are, and how many of them are cut.
const SITES: &str = "document.querySelectorAll('tr[data-crn] .app-cut').length";
const CUT_SITES: &str = "[...document.querySelectorAll('tr[data-crn] .app-cut')] \
    .filter((site) => site.scrollWidth > site.clientWidth).length";

fn announce(world: &World) {
    let says = "insert into announcement (says, starts, ends) \
        values ('CMS will be down on Friday from 17:00 to 18:00.', now() - interval '1 hour', now() + interval '1 hour')";
    tokio::runtime::Handle::current().block_on(sqlx::query(says).execute(world.owner())).unwrap();
}

fn rows_in_view(page: &Page, world: &World, url: &str) {
    let list = format!("{url}/queues/organisation?size=100");
    let floors = |what: &str, small: i64, large: i64| {
        for font in FONTS {
            set_font(page, font);
            let seen = number(page, IN_VIEW);
            assert!(seen >= small, "{what}: {seen} rows at 1366x768 in {font}");
            page.viewport(1920, 1080);
            let seen = number(page, IN_VIEW);
            page.viewport(1366, 768);
            assert!(seen >= large, "{what}: {seen} rows at 1920x1080 in {font}");
        }
        look(page, &format!("queue-{what}"));
    };
    sign_in(page, url, "cdsp.supervisor");
    page.goto(&list);
    floors("plain", 20, 30);
    // with a filter of one's own, whose links are targets too
    page.goto(&format!("{url}/queues/organisation?with=nobody&size=100"));
    page.click("Save this filter");
    page.fill("Name", "Nobody’s");
    page.click("Save");
    page.see("Filter “Nobody’s” saved");
    floors("saved", 16, 16);
    page.goto(&list);
    let crn = page.eval("document.querySelector('tr[data-crn]').dataset.crn").as_str().unwrap().to_owned();
    page.check(&format!("Select {crn}"));
    page.click("Assign to me");
    page.see("1 contact assigned to you");
    page.see("Undo");
    let banner = number(page, "document.querySelector('.govuk-notification-banner').offsetHeight");
    assert!(banner <= 36, "the banner is {banner} px high");
    floors("flash", 16, 28);
    announce(world);
    page.goto(&list);
    floors("announced", 16, 28);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_rows_are_in_view_whatever_stands_above_them() {
    drive(Browser::current, rows_in_view).await;
}

fn sites_in_full(page: &Page, _: &World, url: &str) {
    let (mut sites, mut cut) = ([0; 2], [0; 2]);
    let enough = |what: &str, font: &str, cut: i64, sites: i64| {
        assert!(cut * 20 <= sites, "{what}: {cut} of {sites} sites are cut in {font}");
    };
    for (account, queue) in [
        ("cdsp.supervisor", "organisation"),
        ("cdsp.supervisor", "all"),
        ("cdsp.agent", "mine"),
        ("alder.agent", "raised"),
        ("birch.agent", "raised"),
        ("cedar.agent", "raised"),
        ("birch.agent", "organisation"),
        ("ngn.supervisor", "organisation"),
    ] {
        sign_in(page, url, account);
        page.goto(&format!("{url}/queues/{queue}?size=100"));
        for (at, font) in FONTS.into_iter().enumerate() {
            set_font(page, font);
            let (there, short) = (number(page, SITES), number(page, CUT_SITES));
            if queue == "raised" {
                enough(account, font, short, there);
            }
            sites[at] += there;
            cut[at] += short;
            assert_eq!(page.eval("document.documentElement.scrollWidth <= innerWidth"), Value::Bool(true), "{queue}");
        }
        page.click("Sign out");
    }
    for (at, font) in FONTS.into_iter().enumerate() {
        enough("all queues", font, cut[at], sites[at]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_site_is_read_in_full() {
    drive(Browser::current, sites_in_full).await;
}

/// Where a part of the page stands in the window.
fn top(page: &Page, css: &str) -> i64 {
    number(page, &format!("document.querySelector({css:?}).getBoundingClientRect().top"))
}

fn sticks(page: &Page, _: &World, url: &str) {
    sign_in(page, url, "cdsp.supervisor");
    let choose = |codes: &str| {
        page.goto(&format!("{url}/queues/organisation?size=100"));
        page.eval(&format!(
            "document.querySelectorAll('.app-choose input[type=checkbox]').forEach((box) => \
                {{ box.checked = {codes}.includes(box.value) }})"
        ));
        page.click("Columns");
        page.click("Show these columns");
        page.see("Organisation queue");
    };
    // the usual columns, and more than the window has room for
    for (codes, lowest) in [
        ("['raised', 'age', 'due', 'with']", 2),
        // scrolls within itself, so the bar above it never leaves
        ("['raised','reference','ldz','network','msn','received','age','due','with']", 200),
    ] {
        choose(codes);
        // by the keyboard, down the list and up again: what has the focus is never under what sticks
        page.eval("document.querySelectorAll('[data-queue-open]')[60].focus()");
        let free = "{ const { top, bottom } = document.activeElement.getBoundingClientRect(); \
            const head = document.querySelector('.app-queue thead th').getBoundingClientRect().bottom; \
            top >= head - 1 && bottom <= innerHeight }";
        let bar = top(page, ".app-bar");
        assert!((0..=lowest).contains(&bar), "{codes}: the bar is at {bar}");
        let head = top(page, ".app-queue thead th");
        assert!((25..60).contains(&(head - bar)), "{codes}: the head is at {head}, the bar at {bar}");
        for key in ["Tab", "Shift+Tab"] {
            for _ in 0..40 {
                page.press(key);
                assert_eq!(page.eval(free), Value::Bool(true), "{codes}: the focus is hidden after {key}");
            }
        }
        for _ in 0..45 {
            page.press("k");
            assert_eq!(page.eval(free), Value::Bool(true), "{codes}: the focus is hidden after k");
        }
        assert_eq!(page.eval("document.documentElement.scrollWidth <= innerWidth"), Value::Bool(true), "{codes}");
    }
    // a row half under the head is no target that is too small
    page.eval("document.querySelector('.app-pane').scrollTop = 0; scrollTo(0, 0)");
    look(page, "queue-many-columns");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn head_and_bar_stay_and_never_hide_the_focus() {
    drive(Browser::current, sticks).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn head_and_bar_stay_on_the_oldest_browser() {
    drive(Browser::floor, sticks).await;
}

fn filters(page: &Page, _: &World, url: &str) {
    sign_in(page, url, "cdsp.supervisor");
    page.goto(&format!("{url}/queues/organisation?view=all"));
    let whole = page.eval("document.querySelector('h1').textContent");
    page.choose("Status", "ATCA with agent");
    page.see("ATCA Allocated to CDSP agent");
    assert!(page.url().ends_with("/queues/organisation?status=ATCA"), "{}", page.url());
    assert_eq!(page.eval("document.activeElement.id"), "status", "the focus stays at what was chosen");
    page.choose("Age", "Over 10 working days");
    page.see("Over 10 working days old");
    assert!(page.url().ends_with("status=ATCA&age=11-"), "{}", page.url());
    // Back to the whole list: what is chosen is what the list shows
    page.eval("history.go(-2)");
    page.see(whole.as_str().unwrap().trim());
    assert_eq!(page.eval("document.querySelector('#status').value"), "");
    // the skip link leads to the rows
    page.goto(&format!("{url}/queues/organisation?view=all"));
    page.tab_to("Skip to results");
    page.press("Enter");
    page.press("Tab");
    assert_eq!(page.eval("document.activeElement.hasAttribute('data-queue-row')"), Value::Bool(true));

    // at twice the size, and on the narrowest: one line for the filters, rows in view
    for (width, height, first) in [(683, 384, 384), (1024, 768, 300), (320, 568, 640)] {
        page.viewport(width, height);
        page.goto(&format!("{url}/queues/organisation?view=all"));
        set_font(page, FONTS[0]);
        assert_eq!(page.eval("getComputedStyle(document.querySelector('#filters')).display"), "none", "{width}");
        let top = top(page, "tr[data-crn]");
        assert!(top < first, "{width}: the first row is at {top}");
        assert_eq!(page.eval("document.documentElement.scrollWidth <= innerWidth"), Value::Bool(true), "{width}");
        page.goto(&format!("{url}/queues/organisation?status=ATCA"));
        page.click("Filters (1)");
        page.choose("Status", "AACA to take");
        page.see("AACA Awaiting allocation to CDSP agent");
        assert!(page.url().ends_with("?status=AACA#filters"), "{}", page.url());
        page.assert_accessible("narrow filters");
        page.screenshot(&format!("queue-filters-{width}"));
        page.click("Hide");
        assert_eq!(page.eval("getComputedStyle(document.querySelector('#filters')).display"), "none", "{width}");
        page.screenshot(&format!("queue-narrow-{width}"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn filters_apply_as_they_are_chosen() {
    drive(Browser::current, filters).await;
}

fn ghosts(page: &Page, _: &World, url: &str) {
    sign_in(page, url, "cdsp.agent");
    page.goto(&format!("{url}/queues/organisation?with=nobody"));
    for _ in 0..3 {
        page.press("j");
        page.press("a");
        page.see("1 contact assigned to you");
        assert!(!page.text().contains("was not"), "{}", page.text());
        assert_eq!(page.eval("document.querySelectorAll('[data-queue-row]:checked').length"), 0);
    }
    page.goto(&format!("{url}/queues/organisation?with=nobody"));
    assert!(!page.text().contains("selected,"), "{}", page.text());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_done_is_ticked_no_more() {
    drive(Browser::current, ghosts).await;
}
