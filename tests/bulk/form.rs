//! The form of several sites: counting out, pasting, checking, logging, and nothing that was typed lost.

use cms::contacts::fields::Field;

use super::{contacts, work};
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
