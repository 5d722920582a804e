//! Help: open to all, and true to the law.

use std::collections::HashMap;

use cms::contacts::lifecycle::{Action, LIFECYCLE, Status};
use cms::contacts::types::ContactType;
use cms::help::diagram::{HIGH, WIDE, diagram, route};

use crate::world::World;

#[tokio::test]
async fn the_guide_is_open_and_says_this_installations_times() {
    let world = World::with(
        |config| {
            config.terms.days_network = 17;
            config.terms.support_hours = "Tuesdays at dawn".to_owned();
        },
        cms::clock::Clock::System,
    )
    .await;
    let mut amy = world.sign_in("alder.agent").await;
    for person in [&mut world.stranger(), &mut amy] {
        let page = person.get("/help").await;
        assert_eq!(page.status, 200);
        assert!(page.text().contains("17 working days") && page.text().contains("Tuesdays at dawn"));
        assert_eq!(
            person.get("/help/rules").await.all("tbody tr").len(),
            ContactType::ALL.iter().flat_map(|known| known.spec().rules()).count()
        );
    }
}

#[tokio::test]
async fn the_guide_lists_its_headings_and_leads_to_terms_and_limits() {
    let world = World::new().await;
    let page = world.stranger().get("/help").await;
    let headings = page.all(".app-help h2");
    assert!(headings.len() > 15);
    assert_eq!(page.all(".app-contents a"), headings);
    let ids: Vec<String> = page.attributes(".app-help h2", "id").iter().map(|id| format!("#{id}")).collect();
    assert_eq!(page.attributes(".app-contents a", "href"), ids);
    let links = page.attributes("main a", "href");
    assert!(links.contains(&"/help/limits".to_owned()) && links.contains(&"/terms".to_owned()), "{links:?}");
    let footer = world.sign_in("alder.agent").await.get("/").await.attributes("footer a", "href");
    assert!(footer.contains(&"/help/limits".to_owned()) && footer.contains(&"/terms".to_owned()), "{footer:?}");
}

/// Not in trial mode, with this contact.
async fn with_contact(contact: Option<&str>) -> World {
    let contact = contact.map(str::to_owned);
    let change = |config: &mut cms::config::Config| {
        config.database_url = Some("postgres://x".to_owned());
        config.terms.support_contact = contact;
    };
    World::with(change, cms::clock::Clock::System).await
}

#[tokio::test]
async fn help_sign_in_and_refusals_name_somebody_to_turn_to() {
    for (contact, says, link) in [
        (Some("support@cms.example"), "support@cms.example, Monday to Friday", Some("mailto:support@cms.example")),
        (Some("0800 111 999 or it@cms.example"), "0800 111 999 or it@cms.example, Monday to Friday", None),
        (None, "ask your Local Security Officer", None),
    ] {
        let world = with_contact(contact).await;
        let mut amy = world.sign_in("alder.agent").await;
        let sign_in = world.stranger().get("/sign-in").await;
        let pages = [amy.get("/help").await, amy.get("/contacts/C1").await, sign_in];
        for (at, page) in pages.iter().enumerate() {
            let text = page.text();
            let is_said = text.contains(says) || (at == 2 && text.contains("Ask your Local Security Officer"));
            assert!(is_said, "{contact:?} {at}: {text}");
            assert!(contact.is_some() || !text.contains("12:00 to 16:00"), "hours of nobody: {text}");
            let links = page.attributes("main a[href^='mailto:']", "href");
            assert_eq!(links.first().map(String::as_str), link, "{contact:?} {at}");
            assert!(!page.attributes("main a", "href").iter().any(|href| at == 1 && href.starts_with("/feedback")));
        }
    }
    let trial = World::new().await;
    let refused = trial.sign_in("alder.agent").await.get("/contacts/C1").await;
    assert!(refused.text().contains("Monday to Friday, 12:00 to 16:00"));
    assert!(refused.attributes("main a", "href").iter().any(|href| href.starts_with("/feedback")));
    let out = trial.stranger().get("/no/such/page").await;
    assert!(!out.attributes("main a", "href").iter().any(|href| href.starts_with("/feedback")), "not signed in");
}

#[tokio::test]
async fn the_statuses_page_shows_every_status_and_every_action() {
    let world = World::new().await;
    let page = world.stranger().get("/help/statuses").await;
    for status in Status::ALL {
        assert!(page.text().contains(&status.means(ContactType::ALL)), "{status:?}");
    }
    for rule in LIFECYCLE {
        let cells = rule.in_words();
        assert!(
            page.all("tbody tr").iter().any(|row| cells.iter().all(|cell| row.contains(cell))),
            "{:?}",
            rule.action
        );
    }
    let labels: Vec<String> = page.all(".app-diagram__label");
    let paths: usize = LIFECYCLE.iter().filter(|rule| rule.action.moves()).map(|rule| rule.paths.len()).sum();
    assert_eq!(labels.len(), paths, "a label for each move");
    assert_eq!(page.all(".app-diagram__code").len(), 8);
    assert_eq!(page.attributes("path.app-diagram__arrow", "d").len(), diagram().arrows.len());
}

#[test]
fn each_move_of_the_law_is_drawn_once_and_has_its_place() {
    let mut drawn: HashMap<(Action, Option<Status>, Status), usize> = HashMap::new();
    for arrow in diagram().arrows {
        assert!(route(arrow.from, arrow.to).is_some(), "{:?} → {:?} has no place on the sheet", arrow.from, arrow.to);
        for action in arrow.actions {
            *drawn.entry((action, arrow.from, arrow.to)).or_default() += 1;
        }
    }
    let law: Vec<_> = LIFECYCLE
        .iter()
        .filter(|rule| rule.action.moves())
        .flat_map(|rule| rule.paths.iter().map(|(from, to)| (rule.action, *from, *to)))
        .collect();
    assert_eq!(drawn.len(), law.len());
    for path in law {
        assert_eq!(drawn.get(&path), Some(&1), "{path:?}");
    }
}

#[test]
fn what_has_no_arrow_leaves_a_contact_where_it_is() {
    for rule in LIFECYCLE.iter().filter(|rule| !rule.action.moves()) {
        assert!(rule.paths.iter().all(|(from, to)| *from == Some(*to)), "{:?}", rule.action);
    }
}

#[test]
fn nothing_on_the_sheet_lies_over_something_else() {
    let diagram = diagram();
    let mut boxes: Vec<(String, i32, i32, i32, i32)> = diagram
        .nodes
        .iter()
        .map(|node| (node.status.code().to_owned(), node.left, node.top, node.left + WIDE, node.top + HIGH))
        .collect();
    for arrow in &diagram.arrows {
        for (line, action) in (0..).zip(&arrow.actions) {
            let wide = i32::try_from(action.label().len()).unwrap() * 7;
            let left = match arrow.label.anchor {
                "start" => arrow.label.x,
                "end" => arrow.label.x - wide,
                _ => arrow.label.x - wide / 2,
            };
            let base = arrow.label.y + 16 * line;
            boxes.push((format!("{} from {:?}", action.label(), arrow.from), left, base - 11, left + wide, base + 3));
        }
    }
    for (at, one) in boxes.iter().enumerate() {
        assert!(one.1 >= 0 && one.3 <= 1310 && one.2 >= 0 && one.4 <= 660, "{} leaves the sheet", one.0);
        for other in &boxes[at + 1..] {
            let apart = one.3 <= other.1 || other.3 <= one.1 || one.4 <= other.2 || other.4 <= one.2;
            assert!(apart, "{} lies over {}", one.0, other.0);
        }
    }
}
