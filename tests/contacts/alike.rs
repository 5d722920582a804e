//! What looks the same: the page between check answers and the CRN, what each may know of it, and the marks it is found by.

use axum::http::StatusCode;
use cms::contacts::alike;
use cms::contacts::details::Details;
use cms::contacts::field::Field;
use cms::contacts::journal::marks;
use cms::contacts::lifecycle::{Action, Status};
use sqlx::{AssertSqlSafe, Executor};

use crate::world::{MNC, Page, Person, World, lives};

const ALIKE: &str = "/contacts/new/mnc/alike";
const JSON: &str = "/contacts/new/mnc/alike.json?building_number=7&street=moss+ln&postcode=ls14dy&msn=";

/// Fills in the form with some of its fields changed, up to check answers; answers its key.
async fn typed(by: &mut Person, changed: &[(&str, &str)]) -> String {
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

async fn submit(by: &mut Person, key: &str) -> Page {
    by.post("/contacts/new/mnc/check", &[("key", key)]).await
}

async fn go_on(by: &mut Person, key: &str, shown: &str, reason: &str) -> Page {
    by.post(ALIKE, &[("key", key), ("shown", shown), ("reason", reason)]).await
}

/// A meter point at 7 Moss Lane, or another address.
async fn registered(world: &World, mprn: &str, address: &str, shipper: &str, network: &str, live: bool) {
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
    marks::fill(world.owner()).await.unwrap();
}

fn titles(page: &Page) -> Vec<String> {
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
    assert_eq!(page.all("h1"), ["We found 1 that looks the same"]);
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
    let note = "Note: The raiser knew of 2 that look the same: The other half";
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

/// The request's id and the session's end differ between any two answers.
fn plain(page: &Page, key: &str) -> String {
    let id = page.headers.get("x-request-id").map(|id| id.to_str().unwrap().to_owned()).unwrap_or_default();
    let body = page.body.replace(&id, "ID").replace(key, "KEY");
    match body.split_once("Your session ends at ") {
        Some((before, after)) => format!("{before}{}", &after[5..]),
        None => body,
    }
}

async fn a_rivals_twin_changes_nothing(world: &World, real: &World) {
    let mut views: Vec<Vec<String>> = Vec::new();
    let mut twin = None;
    for round in 0..2 {
        if round == 1 {
            let mut details = lives::details();
            for (field, word) in [(Field::Why, "canarywhy"), (Field::OwnReference, "canaryref")] {
                details.set(field, word);
            }
            twin = Some(real.logged_with("birch.agent", &details).await);
        }
        let mut seen = Vec::new();
        for account in ["alder.agent", "cedar.agent", "ngn.agent", "dale.agent"] {
            let mut person = world.sign_in(account).await;
            let key = typed(&mut person, &[("msn", "G4A0123456")]).await;
            for page in [
                person.get(&format!("/contacts/new/mnc/check?key={key}")).await,
                person.get(&format!("{JSON}G4A0123456")).await,
                person.get(&format!("{ALIKE}?key={key}")).await,
            ] {
                assert!(page.status.is_success() || page.status.is_redirection());
                seen.push(format!("{} {} {}", page.status, page.location().replace(&key, "KEY"), plain(&page, &key)));
            }
            sqlx::query("delete from draft").execute(real.owner()).await.unwrap();
        }
        views.push(seen);
    }
    let twin = twin.unwrap();
    for (without, with) in views[0].iter().zip(&views[1]) {
        assert_eq!(without, with);
        assert!(!with.contains(&twin) && !with.contains("canary") && !with.contains("Birch"));
    }
    // and submitting goes straight through
    let mut amy = world.sign_in("alder.agent").await;
    let key = typed(&mut amy, &[]).await;
    assert!(submit(&mut amy, &key).await.location().ends_with("/logged"));
    // the CDSP sees both, the facilitator no such section
    let page = world.sign_in("cdsp.agent").await.get(&format!("/contacts/{twin}")).await;
    assert_eq!(titles(&page).len(), 1);
    assert!(page.all(".app-alike span").iter().any(|text| text.contains("raised by Alder Energy")), "{}", page.text());
    let page = world.sign_in("facilitator").await.get(&format!("/contacts/{twin}")).await;
    assert!(!page.body.contains("Looks the same") && titles(&page).is_empty());
}

#[tokio::test]
async fn of_a_rivals_twin_nothing_is_seen_behind_both_walls() {
    let world = World::new().await;
    a_rivals_twin_changes_nothing(&world, &world).await;
}

#[tokio::test]
async fn of_a_rivals_twin_nothing_is_seen_by_the_queries_alone() {
    let world = World::new().await;
    a_rivals_twin_changes_nothing(&world.behind_queries_only(), &world).await;
}

#[tokio::test]
async fn row_level_security_alone_hides_twins_notes_and_register() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let (_, second) = (world.log(&mut amy).await, world.log(&mut amy).await);
    registered(&world, "9000000006", "7 Moss Lane, LEEDS", "ALD", "Northern Gas Networks", true).await;
    for (account, contacts, notes) in [
        ("alder.agent2", 2, 1),
        ("cdsp.agent", 2, 1),
        ("birch.agent", 0, 0),
        ("ngn.agent", 0, 0),
        ("facilitator", 2, 1),
    ] {
        let viewer = world.viewer(account).await;
        let mut tx = world.app.db.as_viewer(viewer.id).await.unwrap();
        let near = "select count(*) from contact where with_org is not null and postcode = 'LS1 4DY'";
        assert_eq!(sqlx::query_scalar::<_, i64>(near).fetch_one(&mut *tx).await.unwrap(), contacts, "{account}");
        let kept = "select count(*) from alike_note";
        assert_eq!(sqlx::query_scalar::<_, i64>(kept).fetch_one(&mut *tx).await.unwrap(), notes, "{account}");
        let found = "select count(*) from meter_points_like('LS1 4DY', 'LS1', '7', '', 'Moss Lane')";
        let found: i64 = sqlx::query_scalar(found).fetch_one(&mut *tx).await.unwrap();
        assert_eq!(found, i64::from(account != "facilitator"), "{account}");
        let forged = "insert into alike_note select id, 1, 'x' from contact where crn = $1";
        tx.execute("savepoint s").await.unwrap();
        let forged = sqlx::query(forged).bind(&second).execute(&mut *tx).await;
        assert!(forged.is_err() || forged.unwrap().rows_affected() == 0, "{account} wrote a note");
    }
    let mut nobody = world.app.db.web.begin().await.unwrap();
    let found = "select count(*) from meter_points_like('LS1 4DY', 'LS1', '7', 'M7', 'Moss Lane')";
    assert_eq!(sqlx::query_scalar::<_, i64>(found).fetch_one(&mut *nobody).await.unwrap(), 0);
}

#[tokio::test]
async fn a_meter_points_mprn_is_whole_for_those_whose_it_is() {
    let world = World::new().await;
    registered(&world, "9000000006", "7 Moss Lane, LEEDS", "BIR", "Northern Gas Networks", true).await;
    for (account, shown) in [
        ("alder.agent", "MPRN 90•••••006"),
        ("dale.agent", "MPRN 90•••••006"),
        ("sgn.agent", "MPRN 90•••••006"),
        ("birch.agent", "MPRN 9000000006"),
        ("ngn.agent", "MPRN 9000000006"),
    ] {
        let mut person = world.sign_in(account).await;
        let key = typed(&mut person, &[]).await;
        let stopped = submit(&mut person, &key).await;
        let page = person.get(&stopped.location()).await;
        assert_eq!(titles(&page), [shown], "{account}");
        assert_eq!(page.all(".app-alike span")[1], "In the register: live.");
        let json = person.get(&format!("{JSON}M7")).await;
        assert!(json.body.contains(shown) && json.body.contains("1 that looks the same"), "{account} {}", json.body);
        assert!(json.body.contains("The same meter serial number; the same address"));
        assert_eq!(shown.contains('•'), !json.body.contains("9000000006") && !page.body.contains("9000000006"));
    }
    let crn = world.logged_by("alder.agent").await;
    let page = world.sign_in("cdsp.agent").await.get(&format!("/contacts/{crn}")).await;
    assert_eq!(titles(&page), ["MPRN 9000000006"]);
}

#[tokio::test]
async fn masks_hide_five_digits_of_any_length() {
    let world = World::new().await;
    for (mprn, shown) in [("7512345604", "75•••••604"), ("10140505", "•••••505"), ("432108", "•••••8")]
    {
        let masked: String = sqlx::query_scalar("select masked($1)").bind(mprn).fetch_one(world.owner()).await.unwrap();
        assert_eq!(masked, shown);
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
    world.must(&mut agent, &twin, "resolve-valid", &[("mprn", "9099999908")]).await;
    for account in ["alder.agent", "birch.agent"] {
        let crn = if account == "alder.agent" { &alone } else { &twin };
        let page = world.sign_in(account).await.get(&format!("/contacts/{crn}")).await;
        assert!(!page.body.contains("Looks the same"), "{account}");
    }
}

#[tokio::test]
async fn a_correction_moves_the_mark() {
    let world = World::new().await;
    let crn = world.contact_at(Status::Dcaa).await;
    let mut corrected: Details = lives::details();
    corrected.set(Field::BuildingNumber, "29B");
    let given = cms::contacts::journal::Given { text: "29B", corrected: Some(&corrected), ..Default::default() };
    world.record("alder.agent", &crn, Action::AnswerClarification, &given).await.unwrap();
    let mark: String = sqlx::query_scalar("select mark from contact where crn = $1")
        .bind(&crn)
        .fetch_one(world.owner())
        .await
        .unwrap();
    assert_eq!(mark, "29");
}

#[tokio::test]
async fn rows_from_before_marks_are_filled_once_and_found() {
    let world = World::new().await;
    let crn = world.logged_by("alder.agent").await;
    let closed = world.contact_at(Status::Cciv).await;
    registered(&world, "9000000006", "Flat 2, 7A Moss Lane, LEEDS", "ALD", "", true).await;
    world.owner().execute("update contact set mark = null; update meter_point set mark = null").await.unwrap();
    assert_eq!(marks::fill(world.owner()).await.unwrap(), 2, "{closed} is closed and never looked for");
    assert_eq!(marks::fill(world.owner()).await.unwrap(), 0);
    let marks: Vec<String> =
        sqlx::query_scalar("select mark from contact where crn = $1 union all select mark from meter_point")
            .bind(&crn)
            .fetch_all(world.owner())
            .await
            .unwrap();
    assert_eq!(marks, ["7", "7"]);
    let mut elsewhere = lives::details();
    elsewhere.set(Field::Postcode, "LS1 9ZZ");
    elsewhere.set(Field::Msn, "");
    let viewer = world.viewer("alder.agent").await;
    let mut tx = world.app.db.as_viewer(viewer.id).await.unwrap();
    let hits = alike::of(&mut tx, &viewer, &elsewhere, None).await.unwrap();
    assert_eq!(hits.iter().map(alike::Hit::title).collect::<Vec<_>>(), [format!("Contact {crn}")]);
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
    for query in ["nothing=1", "postcode=%00", "msn=a%00b"] {
        let page = amy.get(&format!("/contacts/new/mnc/alike.json?{query}")).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{query}");
    }
    let mut agent = world.sign_in("cdsp.agent").await;
    for path in [JSON.to_owned(), format!("{ALIKE}?key=0")] {
        assert_eq!(agent.get(&path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    let key = typed(&mut amy, &[]).await;
    let body = |more: &str| format!("key={key}&shown=1&reason=x{more}");
    for bad in [body("%00"), body("%1B"), body("&reason=y"), body("&state=CCVA")] {
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
        (format!("raisers_house = '{own} LS1 7'"), "open_of_a_raiser_by_house"),
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
