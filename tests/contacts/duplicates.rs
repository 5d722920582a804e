//! Possible duplicates: the page between check answers and the CRN, what each may know of it, and the premises keys it is found by.

use axum::http::StatusCode;
use cms::contacts::duplicates;
use cms::contacts::fields::Details;
use cms::contacts::fields::Field;
use cms::contacts::journal::{Input, premises_keys};
use cms::contacts::lifecycle::Status;
use cms::trade::Mprn;
use sqlx::{AssertSqlSafe, Executor};

use crate::world::{MNC, Page, Person, World, lives};

pub const ALIKE: &str = "/contacts/new/mnc/alike";
pub const JSON: &str = "/contacts/new/mnc/alike.json?building_number=7&street=moss+ln&postcode=ls14dy&msn=";

/// Fills in the form with some of its fields changed, up to check answers; answers its key.
pub async fn typed(by: &mut Person, changed: &[(&str, &str)]) -> String {
    let key = by.get("/contacts/new/mnc").await.input("key");
    let mut fields: Vec<(&str, &str)> = MNC
        .iter()
        .map(|(name, value)| (*name, changed.iter().find(|(known, _)| known == name).map_or(*value, |(_, new)| *new)))
        .collect();
    fields.push(("key", &key));
    let check = by.post("/contacts/new/mnc", &fields).await;
    assert_eq!(check.status, StatusCode::SEE_OTHER, "{}", check.text());
    key
}

pub async fn submit(by: &mut Person, key: &str) -> Page {
    by.post("/contacts/new/mnc/check", &[("key", key)]).await
}

async fn go_on(by: &mut Person, key: &str, shown: &str, reason: &str) -> Page {
    by.post(ALIKE, &[("key", key), ("shown", shown), ("reason", reason)]).await
}

/// A meter point at 7 Moss Lane, or another address.
pub async fn registered(world: &World, mprn: &str, address: &str, shipper: &str, network: &str, live: bool) {
    sqlx::query(
        "insert into meter_point (mprn, address, postcode, msn, network, shipper, live)
         values ($1, $2, 'LS1 4DY', 'M7', $3, $4, $5)",
    )
    .bind(mprn)
    .bind(address)
    .bind(network)
    .bind(shipper)
    .bind(live)
    .execute(world.owner())
    .await
    .unwrap();
    premises_keys::fill(world.owner()).await.unwrap();
}

pub fn titles(page: &Page) -> Vec<String> {
    page.all(".app-alike__title")
}

#[tokio::test]
async fn an_own_twin_is_shown_and_going_on_needs_a_reason_that_is_kept() {
    let world = World::new().await;
    let first = world.logged_by("alder.agent2").await;
    let mut amy = world.sign_in("alder.agent").await;
    let key = typed(&mut amy, &[("street", "MOSS LN"), ("msn", "")]).await;
    let stopped = submit(&mut amy, &key).await;
    assert_eq!(stopped.location(), format!("{ALIKE}?key={key}"));
    let page = amy.get(&stopped.location()).await;
    assert_eq!(page.all("h1"), ["We found 1 possible duplicate"]);
    assert_eq!(titles(&page), [format!("Contact {first}")]);
    assert_eq!(page.attributes(".app-alike a", "href"), [format!("/contacts/{first}")]);
    assert_eq!(page.all(".app-alike__why"), ["The same address."]);
    let again = go_on(&mut amy, &key, "1", " ").await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(again.error("reason"), "Say why this one is logged all the same, or stop");
    let long = go_on(&mut amy, &key, "1", &"x".repeat(501)).await;
    assert_eq!((long.status, long.error("reason").contains("500")), (StatusCode::UNPROCESSABLE_ENTITY, true));
    // somebody logs one more in between
    let second = world.logged_by("alder.agent2").await;
    let more = go_on(&mut amy, &key, "1", "The other half").await;
    assert_eq!(more.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(more.body.contains(&second) && more.error("reason").contains("come up since"));

    let mut sends = Vec::new();
    for _ in 0..5 {
        let (mut amy, key) = (amy.clone(), key.clone());
        sends.push(tokio::spawn(async move { go_on(&mut amy, &key, "2", "The other half").await.location() }));
    }
    let mut shown = Vec::new();
    for send in sends {
        shown.push(send.await.unwrap());
    }
    shown.dedup();
    assert_eq!(shown.len(), 1, "{shown:?}");
    assert_eq!(submit(&mut amy, &key).await.location(), shown[0]);
    let check = amy.get(&format!("{ALIKE}?key={key}")).await.location();
    assert_eq!(amy.get(&check).await.location(), shown[0], "Back leads to what it made");
    let made = shown[0].split('/').nth(2).unwrap().to_owned();
    let note = "Note: The raiser knew of 2 possible duplicates: The other half";
    for account in ["alder.agent", "alder.supervisor", "cdsp.agent"] {
        let page = world.sign_in(account).await.get(&format!("/contacts/{made}")).await;
        assert_eq!(page.all(".app-timeline__text"), [note], "{account}");
    }
}

#[tokio::test]
async fn another_site_has_no_extra_step_and_a_psc_none_for_what_it_follows() {
    let world = World::new().await;
    world.logged_by("alder.agent").await;
    let mut amy = world.sign_in("alder.agent").await;
    for changed in [("building_number", "9"), ("street", "Mill Lane"), ("postcode", "BD5 1AA")] {
        let key = typed(&mut amy, &[changed, ("msn", "")]).await;
        assert!(submit(&mut amy, &key).await.location().ends_with("/logged"), "{changed:?}");
    }
    let world = World::new().await;
    let old = world.contact_at(Status::Cciv).await;
    let mut amy = world.sign_in("alder.agent").await;
    let key = typed(&mut amy, &[]).await;
    assert!(submit(&mut amy, &key).await.location().ends_with("/logged"), "{old} is closed");
}

#[tokio::test]
async fn a_serial_number_is_found_wherever_it_is_and_a_slip_is_forgiven() {
    let world = World::new().await;
    let first = world.logged_by("alder.agent").await;
    let mut amy = world.sign_in("alder.agent").await;
    for (changed, why) in [
        (vec![("street", "Far Road"), ("postcode", "G42 1AA")], "The same meter serial number."),
        (
            vec![("postcode", "LS1 4DX"), ("msn", "")],
            "The same street; another postcode: LS1 4DX and LS1 4DY; number 7.",
        ),
        (
            vec![("street", "Mosss Lane"), ("msn", "")],
            "One letter differs in the street name: Mosss Lane and Moss Lane; the same postcode; number 7.",
        ),
        (
            vec![("building_number", ""), ("plot_number", "14"), ("msn", "")],
            "A plot on the same street: plot 14 may be number 7.",
        ),
    ] {
        let key = typed(&mut amy, &changed).await;
        submit(&mut amy, &key).await;
        let page = amy.get(&format!("{ALIKE}?key={key}")).await;
        assert_eq!(titles(&page), [format!("Contact {first}")], "{changed:?}");
        assert_eq!(page.all(".app-alike__why"), [why]);
    }
}

#[tokio::test]
async fn of_four_postal_numbers_none_is_likelier_to_be_the_plot() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    for number in ["1", "3", "5", "7"] {
        let mut details = lives::details();
        details.set(Field::BuildingNumber, number);
        details.set(Field::Msn, "");
        world.logged_with("alder.agent", &details).await;
    }
    let key = typed(&mut amy, &[("building_number", ""), ("plot_number", "14"), ("msn", "")]).await;
    assert!(submit(&mut amy, &key).await.location().ends_with("/logged"));
}

#[tokio::test]
async fn ten_thousand_numbers_remain_behind_a_mask() {
    let world = World::new().await;
    for (mprn, shown) in [
        ("7512345604", "75••••••04"),
        ("9000000006", "90••••••06"),
        ("10140505", "••••••••05"),
        ("123456701", "••••••••01"),
        ("432108", "••••••••08"),
    ] {
        let masked: String = sqlx::query_scalar("select masked($1)").bind(mprn).fetch_one(world.owner()).await.unwrap();
        assert_eq!(masked, shown);
        let (first, last) = (masked.split('•').next().unwrap(), &shown[shown.len() - 2..]);
        // every body that the mask leaves possible, each with its own check digits
        let bodies = if first.is_empty() { 1_000..1_000_000 } else { 75_000_000..76_000_000 };
        let fits = bodies.filter(|body| Mprn::from_body(*body).as_str().ends_with(last)).count();
        assert!(fits >= 10_000, "{mprn}: {fits}");
    }
}

#[tokio::test]
async fn a_dead_meter_point_asks_for_a_change_of_status() {
    let world = World::new().await;
    registered(&world, "9000000006", "7 Moss Lane, LEEDS", "", "", false).await;
    let mut amy = world.sign_in("alder.agent").await;
    let key = typed(&mut amy, &[]).await;
    submit(&mut amy, &key).await;
    let page = amy.get(&format!("{ALIKE}?key={key}")).await;
    assert!(page.text().contains("dead. It needs a change of status (DTL), not a new MPRN"));
}

#[tokio::test]
async fn the_cdsp_sees_what_looks_the_same_beside_every_contact() {
    let world = World::new().await;
    let mut agent = world.sign_in("cdsp.agent").await;
    let alone = world.contact_at(Status::Ccva).await;
    let page = agent.get(&format!("/contacts/{alone}")).await;
    assert!(page.text().contains("Looks the sameNone found."), "its own MPRN is no twin: {}", page.text());
    let twin = world.logged_by("birch.agent").await;
    let page = agent.get(&format!("/contacts/{twin}")).await;
    assert_eq!(titles(&page).len(), 1, "the MPRN that was created at the same address");
    // nothing is in the way of resolving it
    world.take(&mut agent, &twin, "cdsp.agent").await;
    world.must(&mut agent, &twin, "resolve-valid", &[("mprn", "9099999908"), ("sure", "yes")]).await;
    for account in ["alder.agent", "birch.agent"] {
        let crn = if account == "alder.agent" { &alone } else { &twin };
        let page = world.sign_in(account).await.get(&format!("/contacts/{crn}")).await;
        assert!(!page.body.contains("Looks the same"), "{account}");
    }
}

#[tokio::test]
async fn a_correction_moves_the_premises_key() {
    let world = World::new().await;
    let crn = world.contact_at(Status::Dcaa).await;
    let mut corrected: Details = lives::details();
    corrected.set(Field::BuildingNumber, "29B");
    let corrected = Some(Box::new(corrected));
    world.record("alder.agent", &crn, Input::AnswerClarification { answer: "29B", corrected }).await.unwrap();
    let key: String = sqlx::query_scalar("select premises_key from contact where crn = $1")
        .bind(&crn)
        .fetch_one(world.owner())
        .await
        .unwrap();
    assert_eq!(key, "29");
}

#[tokio::test]
async fn rows_from_before_marks_are_filled_once_and_found() {
    let world = World::new().await;
    let crn = world.logged_by("alder.agent").await;
    let closed = world.contact_at(Status::Cciv).await;
    registered(&world, "9000000006", "Flat 2, 7A Moss Lane, LEEDS", "ALD", "", true).await;
    world
        .owner()
        .execute("update contact set premises_key = null; update meter_point set premises_key = null")
        .await
        .unwrap();
    assert_eq!(premises_keys::fill(world.owner()).await.unwrap(), 2, "{closed} is closed and never looked for");
    assert_eq!(premises_keys::fill(world.owner()).await.unwrap(), 0);
    let keys: Vec<String> = sqlx::query_scalar(
        "select premises_key from contact where crn = $1 union all select premises_key from meter_point",
    )
    .bind(&crn)
    .fetch_all(world.owner())
    .await
    .unwrap();
    assert_eq!(keys, ["7", "7"]);
    let mut elsewhere = lives::details();
    elsewhere.set(Field::Postcode, "LS1 9ZZ");
    elsewhere.set(Field::Msn, "");
    let viewer = world.viewer("alder.agent").await;
    let mut tx = world.app.db.as_viewer(viewer.id).await.unwrap();
    let candidates = duplicates::of(&mut tx, &viewer, &elsewhere, None).await.unwrap();
    assert_eq!(candidates.iter().map(duplicates::Candidate::title).collect::<Vec<_>>(), [format!("Contact {crn}")]);
}

#[tokio::test]
async fn what_is_typed_is_looked_up_in_the_background_and_read_strictly() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    sqlx::query("update session set last_seen = now() - interval '25 minutes'").execute(world.owner()).await.unwrap();
    assert_eq!(amy.get(&format!("{JSON}x")).await.body, r#"{"hits":[],"says":""}"#);
    let kept: bool = sqlx::query_scalar("select last_seen < now() - interval '24 minutes' from session")
        .fetch_one(world.owner())
        .await
        .unwrap();
    assert!(kept, "looking while typing keeps nobody signed in");
    for (query, status) in [("nothing=1", 400), ("postcode=%00", 200), ("msn=a%00b", 200)] {
        let page = amy.get(&format!("/contacts/new/mnc/alike.json?{query}")).await;
        assert_eq!(page.status, status, "{query}");
    }
    let mut agent = world.sign_in("cdsp.agent").await;
    for path in [JSON.to_owned(), format!("{ALIKE}?key=0")] {
        assert_eq!(agent.get(&path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    let key = typed(&mut amy, &[]).await;
    let stamp = amy.stamp(ALIKE).await.unwrap();
    let body = |more: &str| format!("key={key}&shown=1&reason=x&epoch={stamp}{more}");
    for bad in [body("&reason=y"), body("&state=CCVA")] {
        assert_eq!(amy.post_raw(ALIKE, bad.clone()).await.status, StatusCode::BAD_REQUEST, "{bad}");
    }
    let mut rival = world.sign_in("birch.agent").await;
    assert_eq!(go_on(&mut rival, &key, "1", "x").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn each_look_up_finds_its_index_as_the_web_role() {
    let world = World::new().await;
    for _ in 0..30 {
        world.logged_by("alder.agent").await;
    }
    world.owner().execute("analyze").await.unwrap();
    let viewer = world.viewer("alder.agent").await;
    let own = viewer.organisation_id().unwrap();
    for (condition, index) in [
        (format!("raisers_postcode = '{own} LS1 4DY'"), "open_of_a_raiser_at_a_postcode"),
        (format!("raisers_premises = '{own} LS1 7'"), "open_of_a_raiser_by_premises"),
        (format!("raisers_serial = '{own} G4A0123456'"), "open_of_a_raiser_by_serial"),
    ] {
        let mut tx = world.app.db.as_viewer(viewer.id).await.unwrap();
        tx.execute("set local enable_seqscan = off; set local enable_bitmapscan = off").await.unwrap();
        let plan: Vec<String> =
            sqlx::query_scalar(AssertSqlSafe(format!("explain select id from contact where {condition}")))
                .fetch_all(&mut *tx)
                .await
                .unwrap();
        assert!(plan.iter().any(|line| line.contains(index)), "{condition}\n{}", plan.join("\n"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_forms_of_a_site_at_once_one_is_logged() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let mut sends = Vec::new();
    for _ in 0..10 {
        let (key, mut amy) = (typed(&mut amy, &[]).await, amy.clone());
        sends.push(async move { submit(&mut amy, &key).await.location() });
    }
    let sends: Vec<_> = sends.into_iter().map(tokio::spawn).collect();
    let mut logged = 0;
    for sent in sends {
        let to = sent.await.unwrap();
        assert!(to.ends_with("/logged") || to.starts_with(ALIKE), "{to}");
        logged += usize::from(to.ends_with("/logged"));
    }
    assert_eq!(logged, 1);
}
