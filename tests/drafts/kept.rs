//! Drafts of people who are signed in: saved as they type and with every submit, put back, listed, let go.

use cms::clock::Clock;

use super::{CASES, Case, send, shown, typed};
use crate::world::{MNC, Person, World};

/// What the page's script sends while somebody types.
async fn types(person: &mut Person, to: &str, fields: &[(String, String)], drawn: i64) -> u16 {
    let address = format!(
        "/drafts?{}",
        form_urlencoded::Serializer::new(String::new())
            .append_pair("to", to)
            .append_pair("drawn", &drawn.to_string())
            .finish()
    );
    send(person, &address, fields).await.status.as_u16()
}

fn now() -> i64 {
    Clock::System.now().unix_timestamp() * 1000
}

/// The address that opens the form, as the home page lists it.
async fn listed(person: &mut Person) -> Vec<String> {
    person.get("/").await.attributes(".app-drafts dt a", "href")
}

#[tokio::test]
async fn every_form_that_is_typed_into_survives_a_restart_and_is_listed_until_it_is_discarded() {
    let world = World::new().await;
    for case in CASES {
        let mut opened = case.open(&world).await;
        let fields = opened.filled();
        assert_eq!(types(&mut opened.person, &opened.to, &fields, now()).await, 204, "{case:?}");
        // another process on the same database, the same cookie
        let restarted = World::on(world.url.clone(), |_| {}, Clock::System).await;
        let mut person = restarted.stranger();
        person.set_cookie(opened.person.cookie().map(str::to_owned));
        let list = listed(&mut person).await;
        assert_eq!(list.len(), 1, "{case:?}");
        let form = person.get(list[0].split('#').next().unwrap()).await;
        assert_eq!(form.status, 200, "{case:?}");
        assert!(form.all(".app-kept").concat().contains("It has not been sent"), "{case:?}");
        assert_eq!(typed(&shown(&form.body, &opened.to).into_iter().collect::<Vec<_>>()), typed(&fields), "{case:?}");
        let done = person.post("/drafts/discard", &[("form", &list[0])]).await;
        assert_eq!(done.location(), "/");
        assert!(listed(&mut person).await.is_empty(), "{case:?}");
    }
}

#[tokio::test]
async fn a_form_that_is_refused_or_comes_too_late_opens_as_it_was_typed() {
    let world = World::new().await;
    for case in CASES {
        let mut opened = case.open(&world).await;
        let mut fields = opened.filled();
        // somebody acted on the contact after the page was drawn
        if let Some((_, version)) = fields.iter_mut().find(|(name, _)| name == "version") {
            *version = (version.parse::<i32>().unwrap() - 1).to_string();
        }
        let answer = send(&mut opened.person, &opened.to, &fields).await;
        if answer.status == 303 {
            // nothing was wrong with it: a choice, or a text that fits
            continue;
        }
        assert!([409, 422].contains(&answer.status.as_u16()), "{case:?}: {}", answer.status);
        let list = listed(&mut opened.person).await;
        let form = opened.person.get(list[0].split('#').next().unwrap()).await;
        assert_eq!(typed(&shown(&form.body, &opened.to).into_iter().collect::<Vec<_>>()), typed(&fields), "{case:?}");
        if answer.status == 409 {
            assert!(answer.text().contains("What you typed"), "{case:?}");
            // on the contact as it is now, the same text goes through
            let stamp = form.input("version");
            assert_eq!(stamp, world.version(&opened.crn).await.to_string());
        }
        opened.person.post("/drafts/discard", &[("form", &list[0])]).await;
    }
}

#[tokio::test]
async fn what_was_sent_leaves_no_draft_however_late_its_page_still_saves() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let says = [("about", "idea"), ("says", "More tea"), ("page", "/")];
    let drawn = now();
    assert_eq!(amy.post("/feedback", &says).await.status, 303);
    let fields: Vec<(String, String)> = says.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    assert_eq!(types(&mut amy, "/feedback", &fields, drawn - 5_000).await, 204);
    assert!(listed(&mut amy).await.is_empty());
    // the form drawn anew is another matter
    assert_eq!(types(&mut amy, "/feedback", &fields, now() + 5_000).await, 204);
    assert_eq!(listed(&mut amy).await, ["/feedback"]);

    let crn = world.log(&mut amy).await;
    assert_eq!(listed(&mut amy).await, ["/feedback"], "{crn} left its draft behind");
}

#[tokio::test]
async fn back_from_the_check_page_finds_the_form_and_back_from_the_end_its_contact() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let key = amy.get("/contacts/new/mnc").await.input("key");
    let mut fields = MNC.to_vec();
    fields.push(("key", &key));
    let check = amy.post("/contacts/new/mnc", &fields).await.location();
    let form = amy.get(&format!("/contacts/new/mnc?key={key}")).await;
    let shown = shown(&form.body, "/contacts/new/mnc");
    for (name, value) in MNC {
        assert_eq!(shown.get(*name).map(String::as_str).unwrap_or_default(), *value, "{name}");
    }
    assert_eq!(amy.get(&check).await.status, 200);
    let done = amy.post("/contacts/new/mnc/check", &[("key", &key)]).await.location();
    for path in [format!("/contacts/new/mnc?key={key}"), check] {
        assert_eq!(amy.get(&path).await.location(), done);
    }
}

#[tokio::test]
async fn a_draft_is_its_own_persons_and_goes_after_thirty_days() {
    let world = World::new().await;
    let case: &Case = &CASES[0];
    let mut opened = case.open(&world).await;
    let fields = opened.filled();
    types(&mut opened.person, &opened.to, &fields, now()).await;
    let mut colleague = world.sign_in("alder.supervisor").await;
    assert!(listed(&mut colleague).await.is_empty());
    let address = listed(&mut opened.person).await.remove(0);
    assert!(!colleague.get(&address).await.body.contains("text of street"));
    for (age, left) in [("29 days", 1), ("31 days", 0)] {
        sqlx::query("update draft set saved = now() - $1::interval").bind(age).execute(world.owner()).await.unwrap();
        cms::jobs::tidy_up(&world.app).await.unwrap();
        assert_eq!(listed(&mut opened.person).await.len(), left, "{age}");
    }
}

#[tokio::test]
async fn what_looks_real_is_asked_about_once() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let says = [("about", "idea"), ("says", "Ring me on 07911 123456"), ("page", "/")];
    let asks = amy.post("/feedback", &says).await;
    assert_eq!(asks.all("h1"), ["Is this invented?"]);
    assert!(asks.text().contains("07911 123456 could be a real mobile number"));
    assert_eq!(asks.input("says"), "Ring me on 07911 123456", "everything is carried on");
    assert_eq!(listed(&mut amy).await, ["/feedback"], "and kept");
    let confirmed = [says.as_slice(), &[("is_invented", "yes")]].concat();
    assert_eq!(amy.post("/feedback", &confirmed).await.status, 303);
    assert_eq!(amy.post("/feedback", &says).await.status, 303, "the same is not asked about twice");
    let other = [("about", "idea"), ("says", "or pat@mail.co.uk"), ("page", "/")];
    assert_eq!(amy.post("/feedback", &other).await.all("h1"), ["Is this invented?"]);
    // on the form for logging the rule is named
    let key = amy.get("/contacts/new/mnc").await.input("key");
    let mut fields: Vec<(&str, &str)> = MNC.iter().filter(|(name, _)| *name != "neighbours").copied().collect();
    fields.extend([("neighbours", "3938424403"), ("key", key.as_str())]);
    assert!(amy.post("/contacts/new/mnc", &fields).await.text().contains("Rule 501"));
}
