//! The harness tried on pages of its own.

use super::{Browser, Page, check::AXE, site::serve};
use sha2::{Digest as _, Sha256};
use std::{
    fmt::Write as _,
    net::TcpStream,
    panic::{AssertUnwindSafe, catch_unwind},
};

/// Tries something on every browser, with script on and off.
fn on_each(try_it: impl Fn(&Page, &str, bool)) {
    let site = serve();
    for (browser, script) in Browser::each().flat_map(|browser| [(browser, true), (browser, false)]) {
        let page = browser.session();
        page.script(script);
        page.goto(&format!("{site}/form"));
        try_it(&page, &site, script);
    }
}

fn failure(of: impl FnOnce()) -> String {
    let thrown = catch_unwind(AssertUnwindSafe(of)).unwrap_err();
    *thrown.downcast::<String>().unwrap()
}

#[test]
fn a_form_is_filled_in_with_the_mouse() {
    on_each(|page, site, script| {
        assert_eq!((page.title(), page.url()), ("Contact".to_owned(), format!("{site}/form")));
        page.see(if script { "Script is on" } else { "Script is off" });
        page.fill("Name", "Ann O’Neil");
        page.fill("Note", "");
        page.choose("Fuel", "Both");
        page.choose("Urgent", "No");
        page.choose("Organisation", "Two");
        page.check("I agree");
        page.check("I agree");
        page.click("Count");
        assert_eq!(page.text().contains("Count 1"), script);
        page.click("Save contact");
        assert_eq!(page.title(), "Done");
        page.see("name=Ann+O%E2%80%99Neil note= fuel=both urgent=no org=2 agree=on");
        assert!(page.console_errors().is_empty(), "{:?}", page.console_errors());
    });
}

#[test]
fn a_form_is_filled_in_with_the_keyboard() {
    on_each(|page, _, _| {
        page.tab_to("Name");
        page.press("Control+a");
        page.press("Backspace");
        page.press("Enter");
        page.see("Enter a name");
        assert!(page.console_errors().is_empty(), "a 422 is no fault: {:?}", page.console_errors());
        // the page that is asked may be gone before it answers
        let _ = page.try_eval("history.back()");
        let until = std::time::Instant::now() + std::time::Duration::from_secs(10);
        while page.try_eval("document.body.innerText").is_ok_and(|text| text.to_string().contains("Enter a name"))
            && std::time::Instant::now() < until
        {
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        page.see("Contact");
        page.tab_to("Name");
        page.type_text("é b");
        page.tab_to("Gas");
        page.press("ArrowDown");
        page.press("Tab");
        page.press("Shift+Tab");
        assert_eq!(page.focused().to_string(), "radio “Both”");
        page.tab_to("I agree");
        page.press("Space");
        page.tab_to("Save contact");
        page.press("Enter");
        page.see("fuel=both");
        page.see("agree=on");
    });
}

#[test]
fn the_effort_of_a_job_is_counted() {
    on_each(|page, site, _| {
        page.goto(&format!("{site}/form"));
        page.begin_job();
        page.fill("Name", "Ann");
        page.fill("Name", "Bob");
        page.choose("Fuel", "Gas");
        page.choose("Organisation", "Two");
        page.press("Tab");
        page.press("Escape");
        page.click("Save contact");
        let took = page.effort();
        assert_eq!((took.clicks, took.choices, took.tabs, took.keys), (3, 1, 1, 1), "{took:?}");
        assert_eq!((took.characters, took.loads), (6, 1), "{took:?}");
        page.assert_effort("saving", 3, 1);
    });
}

#[test]
fn clicks_wait_for_whatever_they_start() {
    on_each(|page, site, _| {
        for _ in 0..5 {
            page.goto(&format!("{site}/form"));
            page.click("Save contact");
            assert_eq!(page.title(), "Done");
            page.goto(&format!("{site}/form"));
            page.click("All contacts");
            assert_eq!(page.title(), "Done");
        }
        page.goto(&format!("{site}/form"));
        for (name, end) in [("Nothing new", ""), ("Download", ""), ("Skip", "#end")] {
            page.click(name);
            assert_eq!(page.url(), format!("{site}/form{end}"), "{name}");
        }
        page.click("More");
        page.click("Hidden until open");
        assert_eq!(page.url(), format!("{site}/done"));
        page.goto(&format!("{site}/done#a"));
        page.goto(&format!("{site}/done#b"));
    });
}

#[test]
fn a_failure_tells_what_there_is() {
    let Some(browser) = Browser::current() else {
        return;
    };
    let page = browser.session();
    page.goto(&format!("{}/form", serve()));
    let said = failure(|| page.click("Save"));
    assert!(said.contains("0 controls named “Save”") && said.contains("button “Save contact”"), "{said}");
    let said = failure(|| page.see("Sent"));
    assert!(said.contains("does not show “Sent”") && said.contains("| Contact") && said.contains(".png"), "{said}");
    let said = failure(|| page.tab_to("Nowhere"));
    assert!(said.contains("link “All contacts”"), "{said}");
    let said = failure(|| page.choose("Organisation", "Three"));
    assert!(said.contains("One, Two"), "{said}");
}

#[test]
fn faults_of_a_page_are_found() {
    let sum: String = Sha256::digest(AXE).iter().fold(String::new(), |mut sum, byte| {
        let _ = write!(sum, "{byte:02x}");
        sum
    });
    assert!(include_str!("../vendor/README.md").contains(&sum), "axe is not the file it should be: {sum}");
    on_each(|page, site, script| {
        page.assert_accessible("the form");
        page.goto(&format!("{site}/bad"));
        let faults = page.axe();
        assert!(matches!(&faults[..], [fault] if fault.starts_with("image-alt")), "{faults:?}");
        assert!(failure(|| page.assert_accessible("the bad page")).contains("image-alt"));
        let errors = page.console_errors().join("\n");
        assert!(errors.contains("style-src") && errors.contains("/pixel.png"), "{errors}");
        for fault in ["script-src", "said", "Error: thrown"] {
            assert_eq!(errors.contains(fault), script, "{fault} in {errors}");
        }
    });
}

#[test]
fn pages_are_weighed_and_pictured() {
    on_each(|page, site, script| {
        page.clear_cookies();
        page.mark();
        page.goto(&format!("{site}/done"));
        let cost = page.network();
        // With script off a browser may still have begun to fetch it.
        let expected = if script { 2..=2 } else { 1..=2 };
        assert!(expected.contains(&cost.requests.len()), "{cost:?}");
        assert!((300..1500).contains(&cost.bytes), "{cost:?}");
        page.media("forced-colors", "active");
        page.viewport(320, 640);
        assert_eq!(page.eval("matchMedia('(forced-colors: active)').matches && innerWidth"), 320);
        let name = format!("harness-{}-{script}", page.browser);
        let (part, full) = (page.screenshot(&name), page.full_screenshot(&format!("{name}-full")));
        assert!([part, full].iter().all(|file| file.metadata().unwrap().len() > 1000));
    });
}

/// Chromium keeps a `Secure` cookie that comes over plain HTTP from this machine; but 102, unlike the current one,
/// drops it when its name starts with `__Host-` or `__Secure-`.
#[test]
fn secure_cookies_are_kept_on_this_machine() {
    on_each(|page, site, _| {
        for site in [site, &site.replace("127.0.0.1", "localhost")] {
            page.goto(&format!("{site}/form"));
            page.goto(&format!("{site}/form"));
            page.see(if page.browser == "floor" { "Cookies: plain=1" } else { "Cookies: __Host-secure=1; plain=1" });
            page.see("plain=1; secure=1");
        }
    });
}

#[test]
fn a_session_shares_no_cookie_but_with_its_tabs() {
    for browser in Browser::each() {
        let (site, first, second) = (format!("{}/form", serve()), browser.session(), browser.session());
        for page in [&first, &first, &second] {
            page.goto(&site);
        }
        assert!(first.text().contains("plain=1") && !second.text().contains("plain=1"));
        let tab = browser.tab_beside(&first);
        tab.goto(&site);
        assert!(tab.text().contains("plain=1"), "a tab beside it has the same");
    }
}

#[test]
fn a_browser_leaves_nothing_behind() {
    let Some(program) = Browser::current().map(|browser| browser.program.clone()) else {
        return;
    };
    let browser = Browser::launch("spare", &program);
    let (profile, endpoint) = (browser.profile.clone(), ("127.0.0.1", browser.port));
    browser.session().eval("1");
    drop(browser);
    assert!(!profile.exists() && TcpStream::connect(endpoint).is_err());
}
