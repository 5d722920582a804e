//! Lines, references and numbers are found as they are shown, pasted and mistyped.

use cms::contacts::fields::Field;
use cms::contacts::journal::Input;
use cms::contacts::lifecycle::Status;

use super::found;
use crate::world::World;

/// Logs a contact of Alder Energy with these values.
async fn logged(world: &World, values: &[(Field, &str)]) -> String {
    let mut details = crate::world::lives::details();
    for (field, value) in values {
        details.set(*field, value);
    }
    world.logged_with("alder.agent", &details).await
}

#[tokio::test]
async fn every_line_is_found_as_it_is_shown_and_as_people_write_it() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent2").await;
    let of = |field, value: &'static str| vec![(field, value)];
    let plot = |number| vec![(Field::BuildingNumber, ""), (Field::PlotNumber, number), (Field::Street, "Heron Rise")];
    let mut flat = of(Field::SubBuildingName, "Flat 6");
    flat.extend([(Field::BuildingNumber, "42"), (Field::Street, "Withyholt Terrace")]);
    for (values, asked) in [
        (
            plot("12"),
            &["Plot 12, Heron Rise", "plot 12 heron", "12 heron rise", "Heron Rise LS1 4DY", "heron ls14dy"][..],
        ),
        (plot("Plot 13"), &["Plot 13, Heron Rise", "plot 13"]),
        (flat, &["Flat 6, 42 Withyholt Terrace", "Flat 6,42 withyholt terr", "apt 6 withyholt"]),
        (
            of(Field::Street, "King’s Cross Road"),
            &["King's Cross Road", "Kings Cross", "King’s", "kings cross rd", "KING`S CROSS", "King s Cross"],
        ),
        (of(Field::Street, "Queens Gate"), &["Queen's Gate", "queen’s"]),
        (of(Field::BuildingName, "Stoke-on-Trent Mill"), &["Stoke on Trent", "stoke–on–trent mill", "stokeontrent"]),
        (of(Field::BuildingName, "Co-operative Hall"), &["Cooperative Hall", "Co-operative", "co operative"]),
        (of(Field::BuildingName, "Marks & Rowe"), &["Marks and Rowe", "marks & rowe", "Marks Rowe", "marks&rowe"]),
        (of(Field::Street, "St. John’s Hill"), &["St John's Hill", "St. Johns hill", "Saint Johns Hill", "st johns"]),
        (of(Field::Street, "Heol Tŷ’r Wên"), &["heol ty'r wen", "Tyr Wen", "HEOL TŶR"]),
        (of(Field::Street, "Łódź Mews"), &["Lodz Mews", "łódź"]),
        (of(Field::BuildingName, "J. R. Ashe House"), &["JR Ashe House", "J R Ashe", "J.R. Ashe"]),
        (of(Field::BuildingNumber, "77A"), &["77 A Moss Lane", "77a moss ln"]),
        (of(Field::BuildingNumber, "88 b"), &["88B Moss Lane", "88 b"]),
        (
            of(Field::BuildingNumber, "2-4"),
            &["2-4\tMoss Lane", "2-4\u{b}Moss\u{a0}Lane", "2–4 moss", "2 - 4 Moss Lane"],
        ),
    ] {
        let crn = logged(&world, &values).await;
        for q in asked {
            let page = amy.get(&format!("/search?{}", encoded(q))).await;
            assert_eq!(found(&page), vec![crn.clone()], "{q} of {values:?}");
            let list = amy.get(&format!("/queues/raised?{}", encoded(q))).await;
            assert_eq!(list.all("table.app-queue tbody th"), vec![crn.clone()], "{q} in a list");
        }
        // what was just answered to a search is what lists say of it
        let site =
            amy.get(&format!("/search?{}", encoded(asked[0]))).await.attributes("td.app-cut[title*=', ']", "title");
        for line in &site {
            let page = amy.get(&format!("/search?{}", encoded(line))).await;
            assert!(found(&page).contains(&crn), "{line}");
        }
    }
    // one plot, not those that begin alike
    logged(&world, &plot("1")).await;
    assert_eq!(found(&amy.get("/search?q=plot+1+heron").await).len(), 1);
}

fn encoded(q: &str) -> String {
    form_urlencoded::Serializer::new(String::new()).append_pair("q", q).finish()
}

#[tokio::test]
async fn the_own_reference_is_found_by_those_who_may_read_it() {
    let world = World::new().await;
    let mut details = crate::world::lives::details();
    details.set(Field::OwnReference, "BIR-0001/Phase 2");
    let crn = world.logged_with("alder.agent", &details).await;
    let mut cdsp = world.sign_in("cdsp.agent").await;
    world.take(&mut cdsp, &crn, "cdsp.agent").await;
    let network = world.organisation_id("NGN").await;
    let visit = Input::SendVisit { network, look_at: "Look" };
    world.record("cdsp.agent", &crn, visit).await.unwrap();
    for (account, sees) in [
        ("alder.agent", true),
        ("alder.agent2", true),
        ("cdsp.agent", true),
        ("facilitator", true),
        ("ngn.agent", false),
        ("birch.agent", false),
    ] {
        let mut person = world.sign_in(account).await;
        for q in [
            "BIR-0001",
            "bir-0001/phase 2",
            "bir0001",
            "BIR 0001",
            "“BIR-0001”",
            "Your reference: BIR-0001",
            "phase bir",
        ] {
            let page = person.get(&format!("/search?{}", encoded(q))).await;
            assert_eq!(found(&page).len(), usize::from(sees), "{account} {q}");
        }
        // the wall of the queries is not the only one
        let mut tx = world.app.db.as_viewer(world.person_id(account).await).await.unwrap();
        let sql = "select count(*) from contacts_with_words(array['bir:*'], false, null, false, 10, 10)";
        let hits: i64 = sqlx::query_scalar(sql).fetch_one(&mut *tx).await.unwrap();
        assert_eq!(hits, i64::from(sees), "{account}");
    }
    let mut agent = world.sign_in("alder.agent").await;
    assert_eq!(agent.get("/queues/raised?q=BIR-0001").await.all("table.app-queue tbody th"), vec![crn]);
}

#[tokio::test]
async fn a_crn_is_found_in_whatever_was_pasted() {
    let world = World::new().await;
    let (crn, other) = (world.contact_at(Status::Aaca).await, world.contact_at(Status::Aaca).await);
    let mut amy = world.sign_in("alder.agent").await;
    let long = format!("{} {crn} {}", "lorem ipsum ".repeat(40), "dolor ".repeat(40));
    for q in [
        format!("{crn}."),
        format!("CRN: {}.", crn.to_lowercase()),
        format!("“{crn}”"),
        format!("({crn})"),
        format!("https://cms.example/contacts/{crn}?list=%2Fqueues%2Fmine#history"),
        format!("C {} {}", &crn[1..5], &crn[5..]),
        format!("CRN {}", &crn[1..]),
        format!("\t{crn}\r\n"),
        format!("Contact {crn} was assigned to you"),
        long,
    ] {
        let page = amy.get(&format!("/search?{}", encoded(&q))).await;
        assert_eq!((page.status.as_u16(), page.location()), (303, format!("/contacts/{crn}")), "{q}");
    }
    let both = amy.get(&format!("/search?{}", encoded(&format!("{crn}\n{other}\n")))).await;
    assert_eq!(found(&both).len(), 2);
}

#[tokio::test]
async fn mistyped_numbers_are_said_to_be_so() {
    let world = World::new().await;
    let crn = world.contact_at(Status::Aaca).await;
    let last = crn.chars().last().unwrap().to_digit(10).unwrap();
    let wrong = format!("{}{}", &crn[..9], (last + 1) % 10);
    let mut amy = world.sign_in("alder.agent").await;
    assert!(
        amy.get(&format!("/search?q={wrong}")).await.all(".govuk-inset-text")[0].contains("one of its digits is wrong")
    );
    assert!(amy.get("/search?q=7512345605").await.all(".govuk-inset-text")[0].contains("check digits"));
}
