//! The page for who was too late shows what was typed as its form did: the form's labels, names and words, and none of
//! the numbers and codes by which a form sends them.

use std::collections::BTreeMap;

use scraper::{Html, Selector};

use crate::world::{Page, World};

/// Label of each field of the page's form, and the words of each choice.
fn labels(page: &Page) -> (BTreeMap<String, String>, BTreeMap<(String, String), String>) {
    let html = Html::parse_document(&page.body);
    let select = |text: &str| Selector::parse(text).unwrap();
    let text = |element: scraper::ElementRef<'_>| {
        element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let mut labels = BTreeMap::new();
    let mut choices = BTreeMap::new();
    let known: BTreeMap<&str, String> =
        html.select(&select("label[for]")).map(|label| (label.attr("for").unwrap(), text(label))).collect();
    for group in html.select(&select("fieldset")) {
        for radio in group.select(&select("input[type='radio']")) {
            let (name, value) = (radio.attr("name").unwrap(), radio.attr("value").unwrap());
            labels.insert(name.to_owned(), text(group.select(&select("legend")).next().unwrap()));
            choices.insert((name.to_owned(), value.to_owned()), known[radio.attr("id").unwrap()].clone());
        }
    }
    for control in html.select(&select("input[id], select[id], textarea[id]")) {
        let Some(name) = control.attr("name") else { continue };
        if let Some(label) = known.get(control.attr("id").unwrap()) {
            labels.entry(name.to_owned()).or_insert_with(|| label.clone());
        }
        for option in control.select(&select("option")) {
            let value = option.attr("value").unwrap_or_default();
            choices.insert((name.to_owned(), value.to_owned()), text(option).replace(" (you)", ""));
        }
    }
    (labels, choices)
}

#[tokio::test]
async fn what_was_typed_comes_back_under_its_labels_and_in_words() {
    let world = World::new().await;
    let mut seen = 0;
    for act in super::acts(&world).await {
        let crn = world.contact_at(act.at).await;
        let path = format!("/contacts/{crn}/{}", act.action);
        let mut by = world.sign_in(act.by).await;
        let (labels, choices) = labels(&by.get(&path).await);
        let stale = by.post(&path, &[&[("version", "0")], &super::borrowed(&act.right)[..]].concat()).await;
        assert_eq!(stale.status, 409, "{path}");
        let shown: Vec<(String, String)> =
            stale.all(".govuk-summary-list__key").into_iter().zip(stale.all(".govuk-summary-list__value")).collect();
        for (name, value) in &act.right {
            let label = labels.get(*name).unwrap_or_else(|| panic!("{path} has no {name}"));
            let chosen = choices.get(&((*name).to_owned(), value.clone()));
            let words = chosen.cloned().unwrap_or_else(|| crate::world::in_words(value));
            assert!(shown.contains(&(label.clone(), words.clone())), "{path}: {label} {words}, but {shown:?}");
            seen += 1;
        }
    }
    assert!(seen > 10, "{seen}");
}

#[tokio::test]
async fn a_closed_contact_is_said_to_be_closed_and_with_nobody() {
    let world = World::new().await;
    let crn = world.contact_at(cms::contacts::lifecycle::Status::Cciv).await;
    let tick = world.tick(&crn).await;
    for (account, action) in [("cdsp.agent", "resolve-invalid"), ("alder.agent", "send-visit"), ("ngn.agent", "assign")]
    {
        let mut person = world.sign_in(account).await;
        let page =
            world.act(&mut person, &crn, action, &[("reason", "address"), ("remarks", "x"), ("look_at", "x")]).await;
        assert!(page.status != 303 && !page.text().contains("with –"), "{account}: {}", page.text());
        let sent = person.post("/queues/organisation/act", &[("act", "return"), ("back", ""), ("tick", &tick)]).await;
        let text = person.get(&sent.location()).await.text();
        assert!(!text.contains("with –"), "{account}: {text}");
    }
    let mut agent = world.sign_in("cdsp.agent").await;
    let page = world.act(&mut agent, &crn, "resolve-invalid", &[("reason", "address"), ("remarks", "x")]).await;
    assert!(page.status == 409 && page.text().contains("It is closed."), "{}", page.text());
    assert_eq!(page.all("title"), [format!("“Resolve as invalid” was not done, contact {crn} - CMS")]);
}

#[tokio::test]
async fn who_was_too_late_goes_on_by_the_same_form_or_any_other() {
    let world = World::new().await;
    let crn = world.contact_at(cms::contacts::lifecycle::Status::Atca).await;
    let mut agent = world.sign_in("cdsp.agent").await;
    let question = [("version", "0"), ("question", "Which plot is it?")];
    let page = agent.post(&format!("/contacts/{crn}/send-clarification"), &question).await;
    assert_eq!(page.status, 409);
    // neither what is a button nor the note, which stands on the contact's page
    assert_eq!(
        page.all("main ul.govuk-list a"),
        [
            "Send data clarification, on the contact as it is now",
            "Reassign",
            "Send site visit",
            "Resolve as valid",
            "Resolve as invalid",
            &format!("Open contact {crn}"),
            "Go to the organisation queue"
        ]
    );
}
