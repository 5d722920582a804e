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
            "0".clone_into(version);
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
            assert_eq!(stamp, world.shown_version(&opened.crn).await);
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
    assert_eq!(types(&mut amy, "/feedback", &fields, drawn - 5_000).await, 409, "it says that it was not kept");
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

#[tokio::test]
async fn a_form_in_which_nothing_stands_is_no_draft() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let form = amy.get("/contacts/new/mnc").await;
    let (key, epoch) = (form.input("key"), form.input("epoch"));
    let empty = [("key", key.as_str()), ("epoch", epoch.as_str()), ("street", " "), ("find_postcode", "LS1 4DY")];
    assert_eq!(amy.post("/contacts/new/mnc", &empty).await.status, 422);
    assert!(listed(&mut amy).await.is_empty());
}

#[tokio::test]
async fn with_two_hundred_drafts_the_oldest_makes_room_and_none_shows_old_text() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    sqlx::query(
        "insert into draft (person_id, form, title, fields, saved)
         select p.id, '/contacts/new/mnc?key=' || lpad(n::text, 32, '0'), 'Log a contact', '[[\"street\", \"x\"]]',
                now() - interval '1 day' + n * interval '1 minute'
         from person p, generate_series(1, 200) n where p.account = 'alder.agent'",
    )
    .execute(world.owner())
    .await
    .unwrap();
    let key = amy.get("/contacts/new/mnc").await.input("key");
    for street in ["Moss Lane", "Mill Lane"] {
        let mut fields: Vec<(&str, &str)> = MNC.iter().filter(|(name, _)| *name != "street").copied().collect();
        fields.extend([("street", street), ("key", key.as_str())]);
        let check = amy.post("/contacts/new/mnc", &fields).await.location();
        assert!(amy.get(&check).await.text().contains(street));
    }
    let drafts = listed(&mut amy).await;
    assert_eq!(drafts.len(), 200);
    assert!(!drafts.contains(&format!("/contacts/new/mnc?key={:032}", 1)), "the oldest");
}

#[tokio::test]
async fn a_draft_does_not_undo_what_a_colleague_has_corrected_since() {
    let world = World::new().await;
    let crn = world.contact_at(cms::contacts::lifecycle::Status::Dcaa).await;
    let mut amy = world.sign_in("alder.agent").await;
    let address = format!("/contacts/{crn}/answer-clarification");
    let page = amy.get(&address).await;
    let mut fields: Vec<(String, String)> = shown(&page.body, &address).into_iter().collect();
    for (name, value) in [("answer", "Half an ans"), ("building_number", "8")] {
        fields.iter_mut().find(|(known, _)| known == name).unwrap().1 = value.to_owned();
    }
    assert_eq!(types(&mut amy, &address, &fields, now()).await, 204);
    // somebody corrects the postcode meanwhile, as an answer does it
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!(
        "alter table contact_event disable trigger all; alter table contact disable trigger all;
         update contact set postcode = 'LS2 7AA', version = version + 1 where crn = '{crn}';
         insert into contact_event (contact_id, version, action, from_status, to_status, at, actor, actor_org, with_org, holder, changes)
         select id, version, 'reassign', status, status, now(), originator, raised_by, with_org, holder,
                '[{{\"field\": \"postcode\", \"before\": \"LS1 4DY\", \"after\": \"LS2 7AA\"}}]' from contact where crn = '{crn}';
         alter table contact_event enable trigger all; alter table contact enable trigger all"
    )))
    .execute(world.owner())
    .await
    .unwrap();
    let back = amy.get(&address).await;
    assert!(back.all(".app-kept").concat().contains("The contact has changed since"));
    let form = shown(&back.body, &address);
    assert_eq!(
        (form["answer"].as_str(), form["building_number"].as_str(), form["postcode"].as_str()),
        ("Half an ans", "8", "LS2 7AA")
    );
}

#[tokio::test]
async fn a_draft_gives_back_no_role_that_was_taken_since() {
    let world = World::new().await;
    let mut officer = world.sign_in("alder.lso").await;
    let page = officer.get("/people/alder.supervisor").await;
    let mut fields: Vec<(String, String)> = shown(&page.body, "/people/alder.supervisor").into_iter().collect();
    assert!(fields.contains(&("supervisor".to_owned(), "yes".to_owned())));
    fields.iter_mut().find(|(name, _)| name == "name").unwrap().1 = "Another Name".to_owned();
    types(&mut officer, "/people/alder.supervisor", &fields, now()).await;
    sqlx::query("update person set supervisor = false where account = 'alder.supervisor'")
        .execute(world.owner())
        .await
        .unwrap();
    let form = shown(&officer.get("/people/alder.supervisor").await.body, "/people/alder.supervisor");
    assert_eq!((form["name"].as_str(), form.get("supervisor")), ("Another Name", None));
}

#[tokio::test]
async fn text_about_a_contact_from_before_a_reset_stays_there() {
    let world = World::new().await;
    let crn = world.contact_at(cms::contacts::lifecycle::Status::Atca).await;
    let mut cdsp = world.sign_in("cdsp.agent").await;
    let to = format!("/contacts/{crn}/resolve-invalid");
    let stamp = world.stamp(0, "cdsp.agent");
    let old = [("reason", "exists"), ("remarks", "old text"), ("epoch", &stamp), ("version", "2")];
    let fields: Vec<(String, String)> = old.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    assert_eq!(types(&mut cdsp, &to, &fields, now()).await, 409);
    assert_eq!(cdsp.post(&to, &old).await.status, 409);
    assert!(listed(&mut cdsp).await.is_empty());
    // what is about no contact outlives it
    cdsp.post("/feedback", &[("about", "idea"), ("says", "More tea"), ("epoch", &stamp)]).await;
    assert_eq!(listed(&mut cdsp).await, ["/feedback"]);
}

#[tokio::test]
async fn what_is_submitted_is_what_was_checked() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let key = amy.get("/contacts/new/mnc").await.input("key");
    let mut fields = MNC.to_vec();
    fields.push(("key", &key));
    let check = amy.post("/contacts/new/mnc", &fields).await.location();
    let seen = amy.get(&check).await.input("seen");
    // another tab
    let mut other: Vec<(&str, &str)> = MNC.iter().filter(|(name, _)| *name != "street").copied().collect();
    other.extend([("street", "Mill Lane"), ("key", &key)]);
    amy.post("/contacts/new/mnc", &other).await;
    let sent = amy.post("/contacts/new/mnc/check", &[("key", &key), ("seen", &seen)]).await;
    let again = amy.get(&sent.location()).await;
    assert!(again.text().contains("Mill Lane") && again.text().contains("check it again"));
    let done = amy.post("/contacts/new/mnc/check", &[("key", &key), ("seen", &again.input("seen"))]).await;
    assert!(done.location().ends_with("/logged"));
}
