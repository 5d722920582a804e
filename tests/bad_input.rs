//! Bad input: every field of every form gets what no keyboard sends. The answer is a sentence with a 4xx, nothing
//! changes, and no text of a stranger becomes markup.

use cms::contacts::lifecycle::Status::{self, *};
use scraper::{Html, Selector};

use crate::world::{Person, World};

/// A form of the site: where it is opened, who fills it in, and the status of the contact it is about.
pub const FORMS: &[(&str, &str, Option<Status>)] = &[
    ("/contacts/new/mnc", "alder.agent", None),
    ("/contacts/{crn}/assign", "cdsp.agent", Some(Aaca)),
    ("/contacts/{crn}/reassign", "cdsp.agent", Some(Atca)),
    ("/contacts/{crn}/send-clarification", "cdsp.agent", Some(Atca)),
    ("/contacts/{crn}/answer-clarification", "alder.agent", Some(Dcaa)),
    ("/contacts/{crn}/send-visit", "cdsp.agent", Some(Atca)),
    ("/contacts/{crn}/answer-visit", "ngn.agent", Some(Svda)),
    ("/contacts/{crn}/resolve-valid", "cdsp.agent", Some(Atca)),
    ("/contacts/{crn}/resolve-invalid", "cdsp.agent", Some(Atca)),
    ("/contacts/{crn}/withdraw", "alder.agent", Some(Aaca)),
    ("/contacts/{crn}/add", "alder.agent", Some(Svda)),
    ("/contacts/{crn}/note", "cdsp.agent", Some(Ccva)),
    ("/contacts/{crn}", "ngn.agent", Some(Svda)),
    ("/contacts/{crn}/log-psc", "alder.agent", Some(Cciv)),
    ("/evidence?form=/contacts/{crn}/answer-visit", "ngn.agent", Some(Svda)),
    ("/bulk", "alder.agent", None),
    ("/bulk/form", "alder.agent", None),
    ("/feedback", "alder.agent", None),
    ("/account", "alder.lso", None),
    ("/people/new", "alder.lso", None),
    ("/people/alder.agent", "alder.lso", None),
    ("/texts/new", "cdsp.supervisor", None),
    ("/trial", "facilitator", None),
    ("/trial/reset", "facilitator", None),
    ("/queues/organisation", "cdsp.agent", Some(Aaca)),
    ("/queues/organisation?due=later", "cdsp.supervisor", Some(Aaca)),
    ("/workload/cdsp.agent", "cdsp.supervisor", Some(Atca)),
    ("/sign-in", "alder.agent", None),
];

const XSS: &[&str] = &[
    "<script>alert(1)</script>",
    "\"><script>alert(1)</script>",
    "'><img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "javascript:alert(1)",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "<iframe src=javascript:alert(1)>",
    "\" autofocus onfocus=alert(1) x=\"",
    "' onmouseover='alert(1)",
    "<body onload=alert(1)>",
    "<img src=\"x\" onerror=\"alert(1)\">",
    "<a href=\"javascript:alert(1)\">x</a>",
    "<ScRiPt>alert(1)</ScRiPt>",
    "<script src=//evil.example></script>",
    "{{7*7}}",
    "{% raw %}",
    "${7*7}",
    "<style>*{x:expression(alert(1))}</style>",
    "<!--<script>alert(1)//-->",
    "<math><mi xlink:href=\"data:x,<script>alert(1)</script>\">",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)>",
    "<input onfocus=alert(1) autofocus>",
    "<object data=javascript:alert(1)>",
    "<embed src=javascript:alert(1)>",
    "<form action=javascript:alert(1)><button>",
    "<meta http-equiv=refresh content=\"0;url=javascript:alert(1)\">",
    "<base href=//evil.example>",
    "<link rel=stylesheet href=//evil.example>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "\\u003cscript\\u003ealert(1)\\u003c/script\\u003e",
    "<<script>alert(1)//<</script>",
    "<script/x>alert(1)</script>",
    "<img/src=x/onerror=alert(1)>",
    "<xss style=animation-name:x onanimationstart=alert(1)>",
    "<marquee onstart=alert(1)>",
    "`><script>alert(1)</script>",
    "<template><script>alert(1)</script></template>",
];

/// Forms of a page that post: address and the fields they would send.
fn forms(body: &str) -> Vec<(String, Vec<(String, String)>)> {
    let html = Html::parse_document(body);
    let select = |text: &str| Selector::parse(text).unwrap();
    let mut found = Vec::new();
    for form in html.select(&select("form[method='post']")) {
        let action = form.attr("action").unwrap().to_owned();
        let mut fields: Vec<(String, String)> = Vec::new();
        for control in form.select(&select("input[name], select[name], textarea[name]")) {
            let name = control.attr("name").unwrap().to_owned();
            if name != "tick" && !fields.iter().any(|(known, _)| *known == name) {
                fields.push((name, control.attr("value").unwrap_or_default().to_owned()));
            }
        }
        if action != "/sign-out" {
            found.push((action, fields));
        }
    }
    found
}

async fn refused(person: &mut Person, action: &str, body: Vec<u8>, what: &str) {
    let page = person.post_raw(action, body).await;
    let status = page.status.as_u16();
    assert!((400..500).contains(&status), "{action} {what}: {status}");
    assert!(page.all("h1").first().is_some_and(|title| !title.is_empty()), "{action} {what} has no sentence");
}

fn encoded(fields: &[(String, String)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

#[tokio::test]
async fn every_field_of_every_form_refuses_what_nobody_types() {
    let world = World::new().await;
    let mut tried = 0;
    for (path, account, status) in FORMS {
        let crn = match status {
            Some(status) => world.contact_at(*status).await,
            None => String::new(),
        };
        let mut person = world.sign_in(account).await;
        let page = person.get(&path.replace("{crn}", &crn)).await;
        assert_eq!(page.status, 200, "{path}");
        let before = world.digest().await;
        for (action, fields) in forms(&page.body) {
            for (name, _) in &fields {
                let with = |value: &str| -> Vec<u8> {
                    let changed: Vec<(String, String)> = fields
                        .iter()
                        .map(|(known, old)| (known.clone(), if known == name { value.to_owned() } else { old.clone() }))
                        .collect();
                    encoded(&changed).into_bytes()
                };
                let what = format!("{name} of {path}");
                if name.contains("password") {
                    refused(&mut person, &action, with("a\0b"), &format!("{what} with NUL")).await;
                    refused(&mut person, &action, with("\u{1b}[31m"), &format!("{what} with an escape")).await;
                }
                let twice = format!("{}&{name}=x", String::from_utf8(with("x")).unwrap());
                refused(&mut person, &action, twice.into_bytes(), &format!("{what} twice")).await;
                tried += 1;
            }
            let unknown = format!("{}&state=CCVA", encoded(&fields));
            refused(&mut person, &action, unknown.into_bytes(), &format!("an unknown field in {path}")).await;
            refused(&mut person, &action, vec![b'a'; 10_000_000], &format!("10 MB to {path}")).await;
            let typed = person
                .send(
                    axum::http::Request::post(&action)
                        .header("content-type", "application/json")
                        .header("sec-fetch-site", "same-origin"),
                    axum::body::Body::from("{}"),
                )
                .await;
            assert_eq!(typed.status, 415, "JSON to {action}");
        }
        assert_eq!(world.digest().await, before, "{path} changed something");
    }
    assert!(tried > 80, "{tried}");
}

/// Text of which a part can't be seen: it is taken without that part.
const UNSEEN: &[&str] = &["a\0b", "\u{1b}[31m", "a\u{b}b", "\u{200b}", "\u{202e}ba", "\u{2028}", "\u{feff}a", "\u{85}"];

#[tokio::test]
async fn what_cannot_be_seen_is_never_why_a_form_is_refused() {
    let world = World::new().await;
    for (path, account, status) in FORMS {
        let crn = match status {
            Some(status) => world.contact_at(*status).await,
            None => String::new(),
        };
        let mut person = world.sign_in(account).await;
        for (action, fields) in forms(&person.get(&path.replace("{crn}", &crn)).await.body) {
            // what only a script of ours fills in
            let is_typed = |name: &str| {
                !matches!(name, "version" | "epoch" | "once" | "key" | "back") && !name.contains("password")
            };
            for (name, _) in fields.iter().filter(|(name, _)| is_typed(name)) {
                for text in UNSEEN {
                    let sent: Vec<(&str, &str)> = fields
                        .iter()
                        .map(|(known, old)| (known.as_str(), if known == name { text } else { old.as_str() }))
                        .collect();
                    let page = person.post(&action, &sent).await;
                    let says = page.text();
                    assert!(
                        page.status.as_u16() < 500 && !says.contains("typed. Nothing"),
                        "{name} of {path} {text:?}: {says}"
                    );
                    assert!(
                        !page.body.contains(['\u{b}', '\0', '\u{1b}', '\u{202e}', '\u{200b}']),
                        "{name} of {path} {text:?}"
                    );
                }
            }
        }
    }
}

/// What a browser would run or load, were the page's markup broken by somebody's text.
fn has_foreign_markup(body: &str) -> bool {
    let html = Html::parse_document(body);
    let select = |text: &str| Selector::parse(text).unwrap();
    let scripts =
        html.select(&select("script")).any(|script| script.attr("src").is_none_or(|src| !src.starts_with("/static/")));
    let others = "iframe, object, embed, base, video, marquee, template, math, [onerror], [onload], [onfocus], [ontoggle], [onmouseover], [onstart], meta[http-equiv], link[href*='evil'], a[href^='javascript']";
    scripts || html.select(&select(others)).next().is_some()
}

#[tokio::test]
async fn text_is_shown_as_text_wherever_it_comes_back() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let mut cdsp = world.sign_in("cdsp.agent").await;
    for text in XSS {
        let crn = world.contact_at(Dcaa).await;
        world.must(&mut amy, &crn, "answer-clarification", &[("answer", text)]).await;
        let page = cdsp.get(&format!("/contacts/{crn}")).await;
        assert!(!has_foreign_markup(&page.body), "{text} in the contact");
        assert!(
            page.all(".app-referral .app-lines").iter().any(|shown| shown == text.trim()),
            "{text} is not shown as typed"
        );
        let back = amy
            .post("/contacts/new/mnc", &[("key", "00000000000000000000000000000000"), ("street", text), ("why", text)])
            .await;
        assert_eq!(back.status, 422);
        assert!(!has_foreign_markup(&back.body), "{text} in the form");
        assert_eq!(back.input("street"), *text);
        for path in [
            format!("/search?{}", encoded(&[("q".into(), (*text).into())])),
            format!("/queues/raised?{}", encoded(&[("q".into(), (*text).into())])),
        ] {
            let page = amy.get(&path).await;
            assert!(page.status.as_u16() < 500 && !has_foreign_markup(&page.body), "{path}");
        }
    }
}
