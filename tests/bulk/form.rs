//! The form of several sites: counting out, pasting, checking, logging, and nothing that was typed lost.

use cms::contacts::fields::Field;
use cms::limits::table::{CHECKS, LOOK_UPS, ROWS_LOGGED};

use super::{contacts, work};
use crate::contacts::duplicates::registered;
use crate::contacts::duplicates_walls::asked;
use crate::limits::used_up;
use crate::world::{Page, Person, World};

/// What all sites of a block share.
const BLOCK: &[(&str, &str)] = &[
    ("building_name", "Kiln House"),
    ("street", "Moss Lane"),
    ("post_town", "LEEDS"),
    ("postcode", "ls1 4dy"),
    ("market_sector", "D"),
    ("why", "New flats; the riser was laid in May."),
    ("contact_name", "Site office"),
];

async fn post(person: &mut Person, key: &str, rows: &str, more: &[(&str, &str)]) -> Page {
    let mut fields = BLOCK.to_vec();
    fields.extend([("key", key), ("rows", rows)]);
    fields.extend(more);
    person.post("/bulk/form", &fields).await
}

#[tokio::test]
async fn flats_are_counted_out_checked_and_logged_once() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let key = amy.get("/bulk/form").await.input("key");
    let counted = post(
        &mut amy,
        &key,
        "10",
        &[
            ("go", "count"),
            ("count_field", "sub_building_name"),
            ("count_prefix", "Flat"),
            ("count_from", "a"),
            ("count_to", "l"),
        ],
    )
    .await;
    assert_eq!(counted.status, 303, "{}", counted.text());
    let page = amy.get(&counted.location()).await;
    assert_eq!(
        (page.input("r1_sub_building_name").as_str(), page.input("r12_sub_building_name").as_str()),
        ("Flat A", "Flat L")
    );
    assert_eq!((page.input("rows").as_str(), page.input("street").as_str()), ("12", "Moss Lane"));
    let mut cells: Vec<(String, String)> =
        (1..=12).map(|n| (format!("r{n}_sub_building_name"), page.input(&format!("r{n}_sub_building_name")))).collect();
    cells.push(("r3_msn".into(), "G4 £ 12".into()));
    cells.push(("r12_sub_building_name".into(), "Flat K".into()));
    cells.remove(11);
    let with = |cells: &[(String, String)]| -> Vec<(String, String)> { cells.to_vec() };
    let send = with(&cells);
    let borrowed: Vec<(&str, &str)> = send.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let wrong = post(&mut amy, &key, "12", &[borrowed.as_slice(), &[("go", "check")]].concat()).await;
    assert_eq!(wrong.status, 422);
    assert_eq!(wrong.errors().len(), 1, "{:?}", wrong.errors());
    assert!(wrong.error("r3_msn").starts_with("Row 3: "), "{:?}", wrong.errors());
    assert_eq!(wrong.input("r3_msn"), "G4 £ 12");
    // what was typed is there when the form is opened again
    assert_eq!(amy.get(&format!("/bulk/form?key={key}")).await.input("r3_msn"), "G4 £ 12");
    let mended: Vec<(&str, &str)> =
        borrowed.iter().map(|(name, text)| if *name == "r3_msn" { (*name, "G4A12") } else { (*name, *text) }).collect();
    let checked = post(&mut amy, &key, "12", &[mended.as_slice(), &[("go", "check")]].concat()).await;
    assert_eq!(checked.status, 303, "{}", checked.text());
    let check = amy.get(&checked.location()).await;
    assert!(
        check.text().contains("The same as row 11") && check.text().contains("Log 11 contacts"),
        "{}",
        check.text()
    );
    for _ in 0..2 {
        let done = amy.post("/bulk/form/check", &[("key", &key)]).await;
        assert_eq!((done.status.as_u16(), done.location()), (303, format!("/bulk/{key}")));
    }
    work(&world).await;
    assert_eq!(contacts(&world).await, 11);
    let page = amy.get(&format!("/bulk/{key}")).await;
    assert!(page.text().contains("11 contacts were added") && page.text().contains("Flat B, Kiln House, Moss Lane"));
    // Back, and the form again
    assert_eq!(amy.get(&format!("/bulk/form?key={key}")).await.location(), format!("/bulk/{key}"));
    assert_eq!(post(&mut amy, &key, "12", &mended).await.status, 409);
    work(&world).await;
    assert_eq!(contacts(&world).await, 11);
    // the same flats from a new form: all there already
    let key = amy.get("/bulk/form").await.input("key");
    let checked = post(&mut amy, &key, "12", &mended).await;
    let check = amy.get(&checked.location()).await;
    assert!(check.text().contains("so there is nothing left to do"), "{}", check.text());
}

#[tokio::test]
async fn rows_are_added_pasted_and_refused_with_everything_kept() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let key = amy.get("/bulk/form").await.input("key");
    let more = post(&mut amy, &key, "10", &[("go", "more"), ("r2_plot_number", "2")]).await;
    let page = amy.get(more.location().split('#').next().unwrap()).await;
    assert_eq!((page.input("rows").as_str(), page.input("r2_plot_number").as_str()), ("20", "2"));
    let pasted = "Plot number\tMeter serial number\n3\tG4A1\n4\tG4A2\n";
    let done = post(&mut amy, &key, "20", &[("go", "paste"), ("pasted", pasted), ("r2_plot_number", "2")]).await;
    let page = amy.get(done.location().split('#').next().unwrap()).await;
    assert_eq!((page.input("r3_plot_number").as_str(), page.input("r4_msn").as_str()), ("3", "G4A2"));
    for (fields, at) in [
        (vec![("go", "paste"), ("pasted", "Street\nMoss Lane")], "pasted"),
        (vec![("go", "paste"), ("pasted", "")], "pasted"),
        (vec![("go", "count"), ("count_field", "plot_number"), ("count_from", "9"), ("count_to", "1")], "count_from"),
        (
            vec![
                ("go", "count"),
                ("count_field", "plot_number"),
                ("count_from", "1"),
                ("count_to", "200"),
                ("r2_plot_number", "2"),
            ],
            "count_from",
        ),
        (vec![("go", "check")], "r1_sub_building_name"),
    ] {
        let page = post(&mut amy, &key, "20", &fields).await;
        assert_eq!(page.status, 422, "{fields:?}");
        assert!(!page.error(at).is_empty(), "{:?}", page.errors());
        assert_eq!(page.input("street"), "Moss Lane");
    }
    for fields in [
        vec![("go", "sideways")],
        vec![("r201_msn", "x")],
        vec![("msn", "x")],
        vec![("go", "count"), ("count_field", "street")],
    ] {
        assert_eq!(post(&mut amy, &key, "20", &fields).await.status, 400, "{fields:?}");
    }
    assert_eq!(post(&mut amy, &key, "201", &[]).await.status, 400);
    assert_eq!(post(&mut amy, "../../x", "10", &[]).await.status, 400);
    // nobody else's form
    let mut ben = world.sign_in("birch.agent").await;
    assert_eq!(ben.get(&format!("/bulk/form?key={key}")).await.input("street"), "", "a form of his own");
    assert_eq!(ben.get(&format!("/bulk/form/check?key={key}")).await.status, 404);
    let mut cdsp = world.sign_in("cdsp.agent").await;
    assert_eq!(cdsp.get("/bulk/form").await.status, 403);
    assert!(Field::ALL.len() > 20);
}

/// The people are real ones, so each is counted for themselves.
async fn of_real_people() -> World {
    let world = World::new().await;
    sqlx::query("update person set demo = false").execute(world.owner()).await.unwrap();
    world
}

/// A form of so many houses, sent up to its check page; answers its key and that page's address.
async fn houses(person: &mut Person, rows: usize, more: &[(&str, &str)]) -> (String, String) {
    let key = person.get("/bulk/form").await.input("key");
    let cells: Vec<(String, String)> = (1..=rows).map(|n| (format!("r{n}_building_number"), n.to_string())).collect();
    let mut fields: Vec<(&str, &str)> = cells.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    fields.extend([("building_name", ""), ("by_hand", "NB"), ("go", "check")]);
    fields.extend(more);
    let rows = rows.to_string();
    let mut all: Vec<(&str, &str)> =
        BLOCK.iter().copied().filter(|(name, _)| !fields.iter().any(|(own, _)| own == name)).collect();
    all.extend([("key", &*key), ("rows", &*rows)]);
    all.extend(fields);
    let checked = person.post("/bulk/form", &all).await;
    assert_eq!(checked.status, 303, "{}", checked.text());
    (key, checked.location())
}

#[tokio::test]
async fn rows_of_a_form_are_look_ups_and_beyond_them_nothing_of_others_is_told() {
    let world = of_real_people().await;
    registered(&world, "9000000006", "9 Elsewhere Road, LEEDS", "BIR", "Northern Gas Networks", true).await;
    let mut amy = world.sign_in("alder.agent").await;
    let (_, check) = houses(&mut amy, 3, &[("r3_msn", "M7")]).await;
    for _ in 0..2 {
        let page = amy.get(&check).await;
        assert!(page.text().contains("not yours: The same meter serial number"), "{}", page.text());
        assert_eq!(asked(&world, "alder.agent").await, 4, "three addresses and a serial number, once");
    }
    used_up(&world, "alder.supervisor", &LOOK_UPS).await;
    let mut boss = world.sign_in("alder.supervisor").await;
    let (key, check) = houses(&mut boss, 3, &[("r3_msn", "M7")]).await;
    let page = boss.get(&check).await;
    assert!(!page.text().contains("not yours"), "{}", page.text());
    assert!(page.text().contains("3 rows were not held against meter points of others"), "{}", page.text());
    boss.post("/bulk/form/check", &[("key", &key)]).await;
    work(&world).await;
    assert!(boss.get(&format!("/bulk/{key}")).await.text().contains("3 contacts were added"));
}

#[tokio::test]
async fn a_form_of_two_hundred_rows_is_logged_and_sixteen_in_a_row_are_not() {
    let world = of_real_people().await;
    let mut amy = world.sign_in("alder.agent").await;
    let forms = usize::try_from(ROWS_LOGGED.person).unwrap() / 200;
    assert!((2..16).contains(&forms));
    for n in 1..=forms {
        let (key, _) = houses(&mut amy, 200, &[]).await;
        assert_eq!(amy.post("/bulk/form/check", &[("key", &key)]).await.location(), format!("/bulk/{key}"), "{n}");
    }
    let (key, check) = houses(&mut amy, 200, &[]).await;
    let refused = amy.post("/bulk/form/check", &[("key", &key)]).await;
    assert_eq!((refused.status.as_u16(), refused.all("h1")), (429, vec!["Check your sites".to_owned()]));
    assert_eq!(refused.errors().len(), 1, "{}", refused.text());
    assert!(refused.text().contains("logged as many contacts by forms for several sites"), "{}", refused.text());
    assert!(refused.headers.contains_key("retry-after"));
    assert_eq!(amy.get(&check).await.status, 200);
    assert_eq!(amy.get(&format!("/bulk/form?key={key}")).await.input("r200_building_number"), "200");
    let bulks: i64 = sqlx::query_scalar("select count(*) from bulk").fetch_one(world.owner()).await.unwrap();
    assert_eq!(usize::try_from(bulks).unwrap(), forms);
    // a small one by somebody else
    let mut boss = world.sign_in("alder.supervisor").await;
    let (key, _) = houses(&mut boss, 3, &[]).await;
    assert_eq!(boss.post("/bulk/form/check", &[("key", &key)]).await.status, 303);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_many_contacts_are_open_a_long_form_is_checked_all_the_same() {
    let world = of_real_people().await;
    world.logged_by("alder.agent").await;
    sqlx::raw_sql(
        "alter table contact disable trigger user; alter table contact drop constraint status_is_what_history_says;
         alter table contact drop constraint an_mnc_has_its_body;
         insert into contact (crn, contact_type, raised_by, originator, received, status, version, with_org, since, due, moved,
             form_key, building_number, street, post_town, postcode, premises_key)
         select 'C' || lpad((100000000 + n)::text, 9, '0'), contact_type, raised_by, originator, received, status, version,
             with_org, since, due, moved, 'copy' || n, n % 300 + 1, street, post_town, postcode, (n % 300 + 1)::text
         from contact, generate_series(1, 1800) n where contact.id = (select min(id) from contact);
         analyze contact",
    )
    .execute(world.owner())
    .await
    .unwrap();
    let mut amy = world.sign_in("alder.agent").await;
    let (_, check) = houses(&mut amy, 200, &[("street", "Moss Lane East")]).await;
    let asks: Vec<_> = (0..6)
        .map(|_| {
            let (mut amy, check) = (amy.clone(), check.clone());
            tokio::spawn(async move { amy.get(&check).await })
        })
        .collect();
    for ask in asks {
        let page = ask.await.unwrap();
        // on a slow machine one may have waited for its turn in vain, but none in Postgres
        assert!(matches!(page.status.as_u16(), 200 | 429), "{}", page.text());
    }
    let page = amy.get(&check).await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(page.text().contains("Looks the same as Contact"), "each is held against what has its number");
}

#[tokio::test]
async fn one_form_of_a_persons_is_checked_at_a_time() {
    let world = of_real_people().await;
    let mut amy = world.sign_in("alder.agent").await;
    let (key, check) = houses(&mut amy, 2, &[]).await;
    let whom = format!("person {}", world.person_id("alder.agent").await);
    let at_once = &world.app.at_once;
    let held = at_once.take(CHECKS.slug, whom, 1, std::time::Duration::ZERO).await.unwrap();
    for page in [amy.get(&check).await, amy.post("/bulk/form/check", &[("key", &key)]).await] {
        assert_eq!(page.status, 429, "{}", page.text());
        assert!(page.text().contains("are being checked"), "{}", page.text());
    }
    drop(held);
    assert_eq!(amy.get(&check).await.status, 200);
}
