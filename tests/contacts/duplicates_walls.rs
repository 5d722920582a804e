//! Possible duplicates, and to whom: a rival's twin changes nothing, and MPRNs are whole for those whose they are.

use cms::contacts::fields::Field;
use cms::limits::table::{LOGGED, LOOK_UPS};
use sqlx::{AssertSqlSafe, Executor};

use super::duplicates::{ALIKE, JSON, registered, submit, titles, typed};
use crate::bulk::{added, file, many, row, taken, work};
use crate::limits::used_up;
use crate::world::{Page, World, lives};

/// The request's id and the session's end differ between any two answers.
fn plain(page: &Page, key: &str) -> String {
    let id = page.headers.get("x-request-id").map(|id| id.to_str().unwrap().to_owned()).unwrap_or_default();
    let body = page.body.replace(&id, "ID").replace(key, "KEY");
    // a minute may pass between them
    let body = match body.split_once("as it stood on ") {
        Some((before, after)) => format!("{before}{}", after.split_once('.').map_or(after, |(_, rest)| rest)),
        None => body,
    };
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
        let kept = "select count(*) from duplicate_note";
        assert_eq!(sqlx::query_scalar::<_, i64>(kept).fetch_one(&mut *tx).await.unwrap(), notes, "{account}");
        let found = "select count(*) from meter_points_like('LS1 4DY', 'LS1', '7', '', 'Moss Lane')";
        let found: i64 = sqlx::query_scalar(found).fetch_one(&mut *tx).await.unwrap();
        assert_eq!(found, i64::from(account != "facilitator"), "{account}");
        let forged = "insert into duplicate_note select id, 1, 'x' from contact where crn = $1";
        tx.execute("savepoint s").await.unwrap();
        let forged = sqlx::query(forged).bind(&second).execute(&mut *tx).await;
        assert!(forged.is_err() || forged.unwrap().rows_affected() == 0, "{account} wrote a note");
    }
    let mut nobody = world.app.db.web.begin().await.unwrap();
    let found = "select count(*) from meter_points_like('LS1 4DY', 'LS1', '7', 'M7', 'Moss Lane')";
    assert_eq!(sqlx::query_scalar::<_, i64>(found).fetch_one(&mut *nobody).await.unwrap(), 0);
}

#[tokio::test]
async fn the_register_answers_a_raiser_by_serial_number_or_whole_address() {
    let world = World::new().await;
    registered(&world, "9000000006", "7 Moss Lane, LEEDS", "BIR", "Northern Gas Networks", true).await;
    let by_postcode = ("'LS1 4DY', 'LS1', '', '', ''", false);
    for (account, asked, found) in [
        ("'LS1 4DY', 'LS1', '7', '', 'Moss Lane'", true),
        ("'', '', '', 'M7', ''", true),
        by_postcode,
        ("'LS1 4DY', 'LS1', '', '', 'Moss Lane'", false),
        ("'LS1 4DY', 'LS1', '7', '', ''", false),
        ("'', 'LS1', '7', '', 'Moss Lane'", false),
        ("'LS1 4DY', 'LS1', '', 'M', 'Moss Lane'", false),
    ]
    .into_iter()
    .flat_map(|(asked, found)| ["alder.agent", "dale.agent"].map(|account| (account, asked, found)))
    .chain([("cdsp.agent", by_postcode.0, true)])
    {
        let mut tx = world.app.db.as_viewer(world.person_id(account).await).await.unwrap();
        let sql = format!("select exists (select from meter_points_like({asked}))");
        let is_found: bool = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut *tx).await.unwrap();
        assert_eq!(is_found, found, "{account} {asked}");
    }
}

#[tokio::test]
async fn a_meter_points_mprn_is_whole_for_those_whose_it_is() {
    let world = World::new().await;
    registered(&world, "9000000006", "7 Moss Lane, LEEDS", "BIR", "Northern Gas Networks", true).await;
    for (account, shown) in [
        ("alder.agent", "MPRN 90••••••06"),
        ("dale.agent", "MPRN 90••••••06"),
        ("sgn.agent", "MPRN 90••••••06"),
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
        assert!(json.body.contains(shown) && json.body.contains("1 possible duplicate"), "{account} {}", json.body);
        assert!(json.body.contains("The same meter serial number; the same address"));
        assert_eq!(shown.contains('•'), !json.body.contains("9000000006") && !page.body.contains("9000000006"));
    }
    let crn = world.logged_by("alder.agent").await;
    let page = world.sign_in("cdsp.agent").await.get(&format!("/contacts/{crn}")).await;
    assert_eq!(titles(&page), ["MPRN 9000000006"]);
}

#[tokio::test]
async fn a_form_asks_the_register_no_oftener_than_one_may() {
    let world = World::new().await;
    sqlx::query("update person set demo = false").execute(world.owner()).await.unwrap();
    registered(&world, "9000000006", "7 Moss Lane, LEEDS", "BIR", "Northern Gas Networks", true).await;
    let mut amy = world.sign_in("alder.agent").await;
    for (count, serial) in [(2, "G4A1"), (2, "G4A1"), (3, "G4B1")] {
        assert_eq!(amy.get(&format!("{JSON}{serial}")).await.status, 200);
        assert_eq!(asked(&world, "alder.agent").await, count, "the address once");
    }
    used_up(&world, "alder.agent", &LOOK_UPS).await;
    let refused = amy.get(&format!("{JSON}M7")).await;
    assert_eq!((refused.status.as_u16(), refused.body.contains("90••••••06")), (429, false));
    assert_eq!(amy.get(&format!("{JSON}G4A1")).await.status, 200, "asked before");
}

#[tokio::test]
async fn whose_look_ups_are_used_up_logs_and_is_told_of_what_is_theirs() {
    let world = World::new().await;
    sqlx::query("update person set demo = false").execute(world.owner()).await.unwrap();
    registered(&world, "9000000006", "7 Moss Lane, LEEDS", "BIR", "Northern Gas Networks", true).await;
    for account in ["alder.agent", "birch.agent"] {
        used_up(&world, account, &LOOK_UPS).await;
    }
    let mut amy = world.sign_in("alder.agent").await;
    let key = typed(&mut amy, &[("msn", "M7")]).await;
    let page = amy.get(&format!("{ALIKE}?key={key}")).await;
    assert_eq!(page.location(), format!("/contacts/new/mnc/check?key={key}"));
    let logged = submit(&mut amy, &key).await.location();
    assert!(logged.ends_with("/logged"), "{logged}");
    // the reason is asked for what is one's own
    let key = typed(&mut amy, &[("msn", "M7")]).await;
    let page = submit(&mut amy, &key).await.location();
    let page = amy.get(&page).await;
    assert_eq!(titles(&page), [format!("Contact {}", logged.split('/').nth(2).unwrap())]);
    assert!(!page.body.contains("90••••••06"));
    let go_on = [("key", &*key), ("shown", "1"), ("reason", "A second meter")];
    assert!(amy.post(ALIKE, &go_on).await.location().ends_with("/logged"));
    // the page from before, without anything on it
    let key = typed(&mut amy, &[("msn", "M8"), ("building_number", "70")]).await;
    assert!(amy.post(ALIKE, &[("key", &key), ("shown", "0"), ("reason", "")]).await.location().ends_with("/logged"));
    let mut ben = world.sign_in("birch.agent").await;
    let key = typed(&mut ben, &[("msn", "M7")]).await;
    let page = submit(&mut ben, &key).await.location();
    assert_eq!(titles(&ben.get(&page).await), ["MPRN 9000000006"]);
}

#[tokio::test]
async fn where_submitting_leads_to_tells_of_the_register_and_counts() {
    let world = World::new().await;
    sqlx::query("update person set demo = false").execute(world.owner()).await.unwrap();
    registered(&world, "9000000006", "9 Elsewhere Road, LEEDS", "BIR", "Northern Gas Networks", true).await;
    let mut amy = world.sign_in("alder.agent").await;
    for (msn, to, count) in [("M7", "/alike?", 2), ("M7", "/alike?", 2), ("M6", "/logged", 3)] {
        let key = typed(&mut amy, &[("msn", msn)]).await;
        let page = submit(&mut amy, &key).await;
        assert!(page.location().contains(to), "{}", page.location());
        assert_eq!(asked(&world, "alder.agent").await, count, "{msn}");
    }
    // that nothing looks the same is told by the refusal to log it
    used_up(&world, "alder.agent", &LOGGED).await;
    let key = typed(&mut amy, &[("msn", "M5"), ("building_number", "70")]).await;
    assert_eq!(submit(&mut amy, &key).await.status, 429);
    assert_eq!(asked(&world, "alder.agent").await, 5);
}

#[tokio::test]
async fn rows_of_a_file_are_look_ups_and_beyond_them_nothing_of_others_is_told() {
    let world = World::new().await;
    sqlx::query("update person set demo = false").execute(world.owner()).await.unwrap();
    registered(&world, "9000000006", "9 Elsewhere Road, LEEDS", "BIR", "Northern Gas Networks", true).await;
    let site = row(&[(Field::Msn, "M7"), (Field::BuildingNumber, "3"), (Field::Street, "Far Street")]);
    let sent = file("csv", &[site]);
    let mut amy = world.sign_in("alder.agent").await;
    for _ in 0..2 {
        let path = taken(&mut amy, "sites.csv", &sent).await;
        work(&world).await;
        assert!(amy.get(&path).await.text().contains("not yours: The same meter serial number"));
        assert_eq!(asked(&world, "alder.agent").await, 2, "a serial number and an address, once");
    }
    for (account, is_told) in [("alder.agent2", false), ("birch.agent", true)] {
        used_up(&world, account, &LOOK_UPS).await;
        let mut person = world.sign_in(account).await;
        let path = taken(&mut person, "sites.csv", &sent).await;
        work(&world).await;
        let page = person.get(&path).await.text();
        assert_eq!(page.contains("The same meter serial number"), is_told, "{account}: {page}");
        assert!(page.contains("1 row was not held against meter points of others"), "{account}: {page}");
        // honest rows go on
        let choice: &[(&str, &str)] = &[("choice", "add"), ("with_asked", "yes")];
        person.post(&path, if is_told { choice } else { &choice[..1] }).await;
        work(&world).await;
        assert!(person.get(&path).await.text().contains("1 contact was added"), "{account}");
    }
}

#[tokio::test]
async fn a_large_file_is_checked_and_added_whatever_may_be_looked_up() {
    let world = World::new().await;
    sqlx::query("update person set demo = false").execute(world.owner()).await.unwrap();
    let mut amy = world.sign_in("alder.agent").await;
    let path = added(&world, &mut amy, "csv", &many(250)).await;
    let page = amy.get(&path).await.text();
    assert!(page.contains("250 contacts were added") && page.contains("rows were not held against"), "{page}");
}

/// What the register was asked by a person, as it is counted.
pub async fn asked(world: &World, account: &str) -> i64 {
    sqlx::query_scalar("select count(*) from spent where what like 'look-ups %' and whom = $1")
        .bind(format!("person {}", world.person_id(account).await))
        .fetch_one(world.owner())
        .await
        .unwrap()
}

#[tokio::test]
async fn a_file_of_rows_walks_no_register() {
    let world = World::new().await;
    registered(&world, "9000000006", "9 Elsewhere Road, LEEDS", "BIR", "Northern Gas Networks", true).await;
    for (account, says) in [
        (
            "alder.agent",
            "Looks the same as a meter point in the register that is not yours: The same meter serial number",
        ),
        (
            "birch.agent",
            "Looks the same as MPRN 9000000006, 9 Elsewhere Road, LEEDS, LS1 4DY: The same meter serial number",
        ),
    ] {
        let mut person = world.sign_in(account).await;
        let site = row(&[(Field::Msn, "M7"), (Field::BuildingNumber, "3"), (Field::Street, "Far Street")]);
        let path = taken(&mut person, "sites.csv", &file("csv", &[site])).await;
        work(&world).await;
        let page = person.get(&path).await;
        assert!(page.text().contains(says), "{account}: {}", page.text());
        let all = person.get(&format!("{path}/all.csv")).await;
        assert_eq!(all.body.contains("Elsewhere"), account == "birch.agent", "{}", all.body);
    }
}
