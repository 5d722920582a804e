//! The rules that every page of the site keeps; each answer in every test is held against them.

use std::collections::HashSet;

use scraper::{ElementRef, Html, Selector};

/// Panics with what is wrong with the page.
pub fn check(path: &str, status: u16, body: &str) {
    let html = Html::parse_document(body);
    let all = |selector: &str| -> Vec<ElementRef<'_>> { html.select(&Selector::parse(selector).unwrap()).collect() };
    let wrong = |what: &str| panic!("{path} ({status}): {what}\n{body}");

    if all("html[lang='en']").is_empty() {
        wrong("no language");
    }
    if all("h1").len() != 1 {
        wrong(&format!("{} h1 where one belongs", all("h1").len()));
    }
    let title = all("title").first().map(|title| title.text().collect::<String>()).unwrap_or_default();
    if title.trim().is_empty() {
        wrong("no title");
    }
    let mut ids = HashSet::new();
    let mut in_order = Vec::new();
    for element in all("[id]") {
        let id = element.attr("id").unwrap();
        if id.is_empty() || !ids.insert(id.to_owned()) {
            wrong(&format!("id {id} twice, or empty"));
        }
        in_order.push(id);
    }
    let mut before = 0;
    for link in all(".govuk-error-summary__list a") {
        let target = link.attr("href").unwrap_or_default().trim_start_matches('#');
        let place = in_order.iter().position(|id| *id == target);
        match place {
            None => wrong(&format!("the error summary links to #{target}, which is not there")),
            Some(place) if place < before => {
                wrong(&format!("#{target} comes later in the error summary than on the page"));
            }
            Some(place) => before = place,
        }
    }
    let has_errors = !all(".govuk-error-summary").is_empty();
    if has_errors != title.starts_with("Error: ") {
        wrong("title and error summary disagree");
    }
    if status == 422 && !has_errors {
        wrong("a form came back without saying why");
    }
    for described in all("[aria-describedby]") {
        for id in described.attr("aria-describedby").unwrap().split_whitespace() {
            if !ids.contains(id) {
                wrong(&format!("described by #{id}, which is not there"));
            }
        }
    }
    let labelled: HashSet<String> =
        all("label[for]").iter().map(|label| label.attr("for").unwrap().to_owned()).collect();
    for control in all("input, select, textarea") {
        let is_hidden = control.attr("type") == Some("hidden");
        let named = control.attr("aria-label").is_some() || control.attr("id").is_some_and(|id| labelled.contains(id));
        if !is_hidden && !named {
            wrong(&format!("a control without a label: {}", control.html()));
        }
    }
    for label in &labelled {
        if !ids.contains(label) {
            wrong(&format!("a label for #{label}, which is not there"));
        }
    }
    if all("script").iter().any(|script| script.attr("src").is_none())
        || !all("style, [style], [onclick], [onchange], [onsubmit]").is_empty()
    {
        wrong("inline script or style");
    }
    for form in all("form[method='post']") {
        if form.attr("action").is_none_or(|action| !action.starts_with('/')) {
            wrong("a form that posts to nowhere of ours");
        }
    }
    for link in all("a") {
        if link.attr("href").is_none_or(|href| href.is_empty() || href.starts_with("javascript")) {
            wrong(&format!("a link to nowhere: {}", link.html()));
        }
    }
    if body.contains("Some(") {
        wrong("a template shows its insides");
    }
}
