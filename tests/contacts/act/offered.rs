//! How each action is offered: the usual one first and marked, rare ones quietly, each by its form in the page, by its own
//! page, or by a button that does it.

use cms::contacts::lifecycle::Status::{self, *};
use scraper::Selector;

use crate::world::{Page, World};

const RETURN: &str = "quiet button: Return to organisation queue";
const REASSIGN: &str = "quiet page: Reassign";

/// Who looks at a contact that stands so, by which address below the contact's, and what is offered.
type Offered = (&'static str, Status, &'static str, &'static [&'static str]);

#[rustfmt::skip]
const OFFERED: [Offered; 12] = [
    ("cdsp.agent", Aaca, "", &["usual button: Assign to me", "plain page: Assign"]),
    ("cdsp.agent", Atca, "", &["usual form: Resolve as valid", "plain form: Send data clarification",
        "plain form: Send site visit", "plain form: Resolve as invalid", REASSIGN, RETURN]),
    ("cdsp.agent", Atca, "/send-visit", &["plain page: Resolve as valid", "plain page: Send data clarification",
        "open: Send site visit", "plain page: Resolve as invalid", REASSIGN, RETURN]),
    ("cdsp.supervisor", Atca, "", &["usual button: Assign to me", REASSIGN, RETURN]),
    ("alder.agent", Aaca, "", &["plain page: Add to contact", "quiet page: Withdraw"]),
    ("alder.agent", Aaca, "/withdraw", &["plain page: Add to contact", "open: Withdraw"]),
    ("ngn.agent", Svda, "", &["usual form: Answer site visit", REASSIGN, RETURN]),
    ("ngn.agent", Svda, "/reassign", &["plain page: Answer site visit", "open: Reassign", RETURN]),
    ("alder.agent", Dcaa, "", &["usual form: Answer data clarification", "plain page: Add to contact", REASSIGN, RETURN]),
    ("alder.agent", Dcaa, "/add", &["plain page: Answer data clarification", "open: Add to contact", REASSIGN, RETURN]),
    ("alder.agent2", Dcrs, "", &["usual button: Assign to me", "plain page: Assign", "plain page: Add to contact"]),
    ("alder.agent", Cciv, "", &["usual page: Log PSC"]),
];

/// What stands among the actions, in its order.
fn offered(page: &Page, crn: &str) -> Vec<String> {
    let selector = Selector::parse(".app-actions :is(a, button, [aria-current])").unwrap();
    let html = page.html();
    let each = html.select(&selector).map(|one| {
        let class = one.attr("class").unwrap_or_default();
        let how = match class {
            _ if class.contains("quiet") || class.contains("app-text-button") => "quiet ",
            _ if class.contains("--secondary") => "plain ",
            _ => "usual ",
        };
        let way = match one.attr("href") {
            Some(href) if href.starts_with('#') => format!("{how}form"),
            Some(href) => {
                assert!(href.starts_with(&format!("/contacts/{crn}/")), "{href}");
                format!("{how}page")
            }
            None if one.attr("aria-current").is_some() => "open".to_owned(),
            None => format!("{how}button"),
        };
        format!("{way}: {}", one.text().collect::<String>().trim())
    });
    each.collect()
}

#[tokio::test]
async fn each_action_is_offered_in_its_way() {
    let world = World::new().await;
    for (account, at, below, expected) in OFFERED {
        let crn = world.contact_at(at).await;
        let page = world.sign_in(account).await.get(&format!("/contacts/{crn}{below}")).await;
        assert_eq!(page.status, 200, "{account} {at:?} {below}");
        assert_eq!(offered(&page, &crn), expected, "{account} {at:?} {below}");
        // where one answers, the form stands beside what was asked
        let answers = matches!(at, Svda | Dcaa) && below.is_empty();
        assert_eq!(!page.all(".app-contact--answers").is_empty(), answers, "{account} {at:?} {below}");
        let takes_files = answers || below == "/add";
        assert_eq!(page.body.contains("/evidence.js"), takes_files, "{account} {at:?} {below}");
    }
}
