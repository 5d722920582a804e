//! Nothing that was typed is lost: every form of the site, through the end of its session, a restart, a change of the
//! contact, a refusal and Back; field by field.

mod done;
mod forms;
mod journey;
mod kept;
mod killed;
mod late;
mod tabs_journey;
mod twice;
mod two_tabs;
mod whose;

use std::collections::BTreeMap;

use cms::contacts::lifecycle::Status::{self, *};
use scraper::{ElementRef, Html, Selector};

use crate::world::{Page, Person, World};

/// A form of the site: where it is opened, to where it is sent, who fills it in, and the status of its contact.
#[derive(Debug, Clone, Copy)]
pub struct Case {
    pub page: &'static str,
    pub to: &'static str,
    pub account: &'static str,
    pub status: Option<Status>,
}

const fn form(page: &'static str, to: &'static str, account: &'static str, status: Option<Status>) -> Case {
    Case { page, to, account, status }
}

/// Every form that is kept. `forms` proves that there is no other.
#[rustfmt::skip]
pub const CASES: &[Case] = &[
    form("/contacts/new/mnc", "/contacts/new/mnc", "alder.agent", None),
    form("/contacts/{crn}/log-psc", "/contacts/new/mnc", "alder.agent", Some(Cciv)),
    form("/contacts/{crn}/send-clarification", "/contacts/{crn}/send-clarification", "cdsp.agent", Some(Atca)),
    form("/contacts/{crn}/answer-clarification", "/contacts/{crn}/answer-clarification", "alder.agent", Some(Dcaa)),
    form("/contacts/{crn}/send-visit", "/contacts/{crn}/send-visit", "cdsp.agent", Some(Atca)),
    form("/contacts/{crn}/answer-visit", "/contacts/{crn}/answer-visit", "ngn.agent", Some(Svda)),
    form("/contacts/{crn}/resolve-valid", "/contacts/{crn}/resolve-valid", "cdsp.agent", Some(Atca)),
    form("/contacts/{crn}/resolve-invalid", "/contacts/{crn}/resolve-invalid", "cdsp.agent", Some(Atca)),
    form("/contacts/{crn}/withdraw", "/contacts/{crn}/withdraw", "alder.agent", Some(Aaca)),
    form("/contacts/{crn}/add", "/contacts/{crn}/add", "alder.agent", Some(Atca)),
    form("/contacts/{crn}/note", "/contacts/{crn}/note", "cdsp.agent", Some(Ccva)),
    form("/bulk/form", "/bulk/form", "alder.agent", None),
    form("/feedback", "/feedback", "alder.agent", None),
    form("/people/new", "/people/new", "alder.lso", None),
    form("/people/alder.agent", "/people/alder.agent", "alder.lso", None),
    form("/texts/new", "/texts/new", "cdsp.supervisor", None),
    form("/trial", "/trial/announcements", "facilitator", None),
    form("/queues/organisation?due=later", "/queues/organisation/filters", "cdsp.supervisor", Some(Aaca)),
    form("/workload/cdsp.agent", "/workload/cdsp.agent/hand-over", "cdsp.supervisor", Some(Atca)),
    form("/contacts/{crn}/assign", "/contacts/{crn}/assign", "cdsp.agent", Some(Aaca)),
    form("/contacts/{crn}/reassign", "/contacts/{crn}/reassign", "cdsp.agent", Some(Atca)),
    form("/trial", "/trial/top-up", "facilitator", None),
    form("/workload/cdsp.agent", "/workload/cdsp.agent/move", "cdsp.supervisor", Some(Atca)),
];

/// A case with its contact made and its page opened.
pub struct Opened {
    pub crn: String,
    pub person: Person,
    pub page: Page,
    /// with the contact's CRN put in
    pub to: String,
}

impl Case {
    pub async fn open(&self, world: &World) -> Opened {
        let crn = match self.status {
            Some(status) => world.contact_at(status).await,
            None => String::new(),
        };
        let mut person = world.sign_in(self.account).await;
        let page = person.get(&self.page.replace("{crn}", &crn)).await;
        assert_eq!(page.status, 200, "{self:?}");
        Opened { to: self.to.replace("{crn}", &crn), crn, person, page }
    }
}

impl Opened {
    /// The form filled in: in each field something of its own, and what its page stamped it with.
    pub fn filled(&self) -> Vec<(String, String)> {
        fill(&self.page.body, &self.to)
    }
}

/// Sends fields as a browser would.
pub async fn send(person: &mut Person, to: &str, fields: &[(String, String)]) -> Page {
    let pairs: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    person.post(to, &pairs).await
}

/// The fields that people fill in, of a form as it was sent: without stamps.
pub fn typed(fields: &[(String, String)]) -> BTreeMap<String, String> {
    let stamps = ["epoch", "version", "once", "key", "psc_of", "back", "page", "rows"];
    fields.iter().filter(|(name, _)| !stamps.contains(&name.as_str())).cloned().collect()
}

/// What stands in the form that is sent to this path: texts, what is chosen, what is ticked.
pub fn shown(body: &str, to: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    with_controls(body, to, |control| {
        let name = control.attr("name").unwrap().to_owned();
        let kind = control.attr("type").unwrap_or_default();
        let value = match (control.value().name(), kind) {
            ("textarea", _) => Some(control.text().collect::<String>()),
            ("select", _) => {
                let chosen = control.select(&select("option[selected]")).next();
                Some(chosen.and_then(|option| option.attr("value")).unwrap_or_default().to_owned())
            }
            (_, "radio" | "checkbox") => control.attr("checked").map(|_| control.attr("value").unwrap().to_owned()),
            _ => Some(control.attr("value").unwrap_or_default().to_owned()),
        };
        if let Some(value) = value {
            // a textarea's first line break is not part of it
            found.insert(name, value.strip_prefix('\n').map(str::to_owned).unwrap_or(value));
        }
    });
    found
}

fn fill(body: &str, to: &str) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    with_controls(body, to, |control| {
        let name = control.attr("name").unwrap().to_owned();
        if fields.iter().any(|(known, _)| *known == name) {
            return;
        }
        let value = match (control.value().name(), control.attr("type").unwrap_or_default()) {
            (_, "hidden" | "radio" | "checkbox") => control.attr("value").unwrap_or_default().to_owned(),
            ("select", _) => control
                .select(&select("option"))
                .filter_map(|option| option.attr("value"))
                .find(|value| !value.is_empty())
                .unwrap_or_default()
                .to_owned(),
            ("textarea", _) => format!("Wörds of {name} – “<b>”\n  a second line & 'more'"),
            _ => format!("text of {name} é <i> & \"q\""),
        };
        fields.push((name, value));
    });
    assert!(!fields.is_empty(), "no form to {to}");
    fields
}

fn with_controls(body: &str, to: &str, mut each: impl FnMut(ElementRef<'_>)) {
    let html = Html::parse_document(body);
    for form in html.select(&select("form[method='post']")).filter(|form| form.attr("action") == Some(to)) {
        for control in form.select(&select("input[name], select[name], textarea[name]")) {
            if control.attr("type") != Some("file") {
                each(control);
            }
        }
    }
}

fn select(text: &str) -> Selector {
    Selector::parse(text).unwrap()
}
