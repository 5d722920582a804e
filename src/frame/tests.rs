//! Renders the layout and every macro once, as a page would, and reads the result as a browser would.

use askama::Template;
use scraper::{ElementRef, Html, Selector};

use super::{Frame, NavItem, SignedInPerson};
use crate::flash::{Flash, FlashLine};
use crate::typed::Typed;

#[derive(Template)]
#[template(
    ext = "html",
    source = r##"{% extends "layouts/app.html" %}
{% import "parts/field.html" as field %}
{% import "parts/status_tag.html" as status %}
{% block title %}{{ field::error_prefix(form) }}Sample{% endblock %}
{% block skip %}<a href="#results" class="govuk-skip-link" data-module="govuk-skip-link">Skip to results</a>{% endblock %}
{% block before %}<a class="govuk-back-link" href="/">Back</a>{% endblock %}
{% block scripts %}<script type="module" src="{{ crate::assets::url("queue.js") }}"></script>{% endblock %}
{% block main %}
{{ field::error_summary(form) }}
<h1 class="govuk-heading-l">Sample</h1>
<p id="results">{{ status::tag(code, "Site visit sent to Distribution Network") }} {{ status::short("CCVA", "valid", "Contact closed as valid") }}</p>
<form method="post" novalidate>
{{ field::text(form, "building", "Building number", hint="Or name", optional=true, class="govuk-input--width-10") }}
{{ field::text(form, "postcode", "Postcode") }}
{{ field::email(form, "email", "E-mail address") }}
{{ field::tel(form, "phone", "Phone number", "With the area code", true) }}
{{ field::digits(form, "mprn", "MPRN") }}
{{ field::password(form, "password", "Password") }}
{{ field::textarea(form, "remarks", "Remarks", rows=4, max=500) }}
{{ field::textarea(form, "note", "Note", optional=true) }}
{{ field::select(form, "network", "Network", networks) }}
{{ field::radios(form, "found", "How was it found?", networks, inline=true) }}
{{ field::checkbox(form, "sure", "I have looked at the meter", hint="On site") }}
{{ field::hidden("version", 7) }}
{{ field::submit("Save and continue") }}
{{ field::submit("Cancel", "govuk-button--secondary") }}
</form>
{% endblock %}"##
)]
struct SamplePage {
    frame: Frame,
    form: Typed,
    code: String,
    networks: Vec<(String, String)>,
}

fn frame() -> Frame {
    let item = |text: &str, current, badge| NavItem { href: format!("/{text}"), text: text.to_owned(), current, badge };
    Frame {
        who: Some(SignedInPerson {
            account: "DN Agent 2".to_owned(),
            organisation: "Northern & Western Gas Networks".to_owned(),
            roles: "Agent and supervisor".to_owned(),
            used_by: Some("Priya".to_owned()),
            ..SignedInPerson::default()
        }),
        navigation: vec![
            item("Home", false, None),
            item("Organisation queue", true, Some(0)),
            item("Notifications", false, Some(120)),
        ],
        trial: true,
        announcements: vec!["CMS will be down on Friday from 17:00 to 18:00.".to_owned()],
        flash: Some(Flash {
            success: true,
            title: "2 contacts assigned to you".to_owned(),
            lines: vec![FlashLine {
                text: "One was not.".to_owned(),
                href: Some("/contacts/4100037".to_owned()),
                link: "Contact 4100037".to_owned(),
            }],
            ..Flash::default()
        }),
        feedback_url: "/feedback?page=/queues/organisation".to_owned(),
        session_ends: Some("16:40".to_owned()),
        ..Frame::default()
    }
}

fn sample(form: Typed) -> SamplePage {
    SamplePage {
        frame: frame(),
        form,
        code: "SVDN".to_owned(),
        networks: [("", "Choose one"), ("north", "North"), ("west", "West")]
            .map(|(value, text)| (value.to_owned(), text.to_owned()))
            .to_vec(),
    }
}

fn wrong() -> Typed {
    let mut form = Typed::default();
    form.set("building", "<12 & \"13\">");
    form.set("remarks", "\nseen from the street");
    form.set("password", "correct horse");
    form.set("network", "west");
    form.set("found", "north");
    form.set("sure", "yes");
    for name in ["building", "email", "password", "remarks", "network", "found", "sure"] {
        form.wrong(name, format!("Enter {name}"));
    }
    form
}

fn read(page: &SamplePage) -> Html {
    let html = page.render().expect("the sample renders");
    // Open it in a browser with: SAMPLE_PAGE=/tmp/sample.html cargo test frame
    if let Ok(path) = std::env::var("SAMPLE_PAGE") {
        std::fs::write(path, &html).expect("the sample is written");
    }
    Html::parse_document(&html)
}

fn all<'a>(page: &'a Html, css: &str) -> Vec<ElementRef<'a>> {
    let selector = Selector::parse(css).expect("a selector");
    page.select(&selector).collect()
}

fn words(element: ElementRef) -> String {
    let text: String = element.text().collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn first(page: &Html, css: &str) -> String {
    all(page, css).first().map(|found| words(*found)).unwrap_or_default()
}

#[test]
fn the_frame_says_who_and_where() {
    let page = read(&sample(Typed::default()));

    assert_eq!(first(&page, "title"), "Sample - CMS");
    assert_eq!(first(&page, ".app-who__organisation"), "Northern & Western Gas Networks");
    assert_eq!(first(&page, ".app-who__name"), "DN Agent 2 (Priya)");
    assert_eq!(first(&page, "[aria-current=page]"), "Organisation queue");
    assert_eq!(first(&page, ".moj-notification-badge"), "99+ unread");
    assert_eq!(all(&page, ".moj-notification-badge").len(), 1);
    assert_eq!(all(&page, ".govuk-skip-link").len(), 2);
    assert_eq!(first(&page, "form[action='/sign-out'] button"), "Sign out");
    assert_eq!(first(&page, "[role=alert] a"), "Contact 4100037");
    assert_eq!(first(&page, ".app-status"), "SVDN Site visit sent to Distribution Network");
    assert_eq!(all(&page, ".govuk-tag--yellow").len(), 1);
}

#[test]
fn a_signed_out_page_has_no_menu() {
    let mut page = sample(Typed::default());
    page.frame = Frame::default();
    let page = read(&page);

    for css in [".app-navigation", ".app-who", ".govuk-phase-banner", ".app-announcement", "[role=alert]"] {
        assert!(all(&page, css).is_empty(), "{css}");
    }
}

#[test]
fn every_error_links_to_its_field() {
    let page = read(&sample(wrong()));

    assert_eq!(first(&page, "title"), "Error: Sample - CMS");
    let links = all(&page, ".govuk-error-summary a");
    assert_eq!(links.len(), 7);
    for link in links {
        let id = link.attr("href").unwrap_or_default().trim_start_matches('#');
        let field = all(&page, &format!("input#{id}, select#{id}, textarea#{id}"));
        assert_eq!(field.len(), 1, "{id}");
        let message = all(&page, &format!("#{id}-error"));
        assert_eq!(words(message[0]), format!("Error: {}", words(link)));
    }
}

#[test]
fn what_was_typed_comes_back_but_for_the_password() {
    let page = read(&sample(wrong()));

    let value = |css: &str| all(&page, css)[0].attr("value").map(str::to_owned);
    assert_eq!(value("#building").as_deref(), Some("<12 & \"13\">"));
    assert_eq!(value("#password"), None);
    let remarks: String = all(&page, "#remarks")[0].text().collect();
    assert_eq!(remarks, "\nseen from the street");
    assert_eq!(first(&page, "option[selected]"), "West");
    assert_eq!(value("[type=radio][checked]").as_deref(), Some("north"));
    assert_eq!(all(&page, "#sure[checked]").len(), 1);
}

#[test]
fn labels_ids_and_descriptions_fit_together() {
    for form in [Typed::default(), wrong()] {
        let page = read(&sample(form));
        let mut ids: Vec<_> = all(&page, "[id]").iter().filter_map(|it| it.attr("id")).collect();
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count, "an id is used twice");

        for field in all(&page, "main input:not([type=hidden]), select, textarea") {
            let id = field.attr("id").unwrap_or_default();
            assert_eq!(all(&page, &format!("label[for='{id}']")).len(), 1, "{id}");
        }
        for described in all(&page, "[aria-describedby]") {
            for id in described.attr("aria-describedby").unwrap_or_default().split_whitespace() {
                assert!(ids.contains(&id), "{id} describes nothing");
            }
        }
        assert_eq!(first(&page, "label[for=building]"), "Building number");
        assert_eq!(first(&page, "#building-optional"), "(optional)");
        assert!(all(&page, "[style], style, script:not([src]), [onclick]").is_empty());
    }
}
