//! Searching: by number, postcode and words, mistyped numbers, and nothing of anybody else's.

use cms::contacts::fields::Field;
use cms::contacts::fields::outcome::Outcome;
use cms::contacts::journal::Input;
use cms::contacts::lifecycle::Status;

use crate::world::{Page, World};

fn found(page: &Page) -> Vec<String> {
    page.all("table tbody th")
}

#[tokio::test]
async fn a_contact_is_found_by_whatever_one_has_of_it() {
    let world = World::new().await;
    let crn = world.contact_at(Status::Atca).await;
    let mprn = cms::trade::Mprn::from_body(90_123_456);
    world.record("cdsp.agent", &crn, Input::ResolveValid(Outcome::Created(mprn.clone()))).await.unwrap();
    sqlx::query(
        "insert into contact_mprn (contact_id, role, place, mprn)
         select id, 'neighbour', 1, '9012345607' from contact where crn = $1",
    )
    .bind(&crn)
    .execute(world.owner())
    .await
    .unwrap();
    let mut amy = world.sign_in("alder.agent2").await;
    let (small, digits) = (crn.to_lowercase(), crn.trim_start_matches('C').to_owned());
    for q in [crn.as_str(), &small, &format!("{}+{}", &small[..4], &small[4..]), &digits] {
        assert_eq!(amy.get(&format!("/search?q={q}")).await.location(), format!("/contacts/{crn}"), "{q}");
    }
    for q in [
        mprn.as_str(),
        "9012345607",
        "LS1+4DY",
        "ls14dy",
        "ls1",
        "G4A0123456",
        "g4a+0123456",
        "moss",
        "MOSS+lane",
        "móss+lan",
        "leeds+moss",
        "7+moss+lane",
        "upper",
    ] {
        assert_eq!(found(&amy.get(&format!("/search?q={q}")).await), vec![crn.clone()], "{q}");
    }
    for q in ["mill", "moss+mill", "LS2", "oss", "7512345605"] {
        let page = amy.get(&format!("/search?q={q}")).await;
        assert_eq!((page.status.as_u16(), found(&page)), (200, vec![]), "{q}");
        assert_eq!(page.all(".app-empty").len(), 1);
    }
    assert_eq!(amy.get("/search").await.all("table").len(), 0);
}

#[tokio::test]
async fn a_number_is_looked_for_as_everything_it_can_be() {
    let world = World::new().await;
    let crn = world.contact_at(Status::Aaca).await;
    // nine digits that are a CRN without its C and an MPRN as well
    let both = (1_000_000..9_999_999)
        .map(|body| cms::trade::Mprn::from_body(body).as_str().to_owned())
        .find(|mprn| mprn.len() == 9 && cms::trade::Crn::parse(mprn).is_ok())
        .unwrap();
    let mut amy = world.sign_in("alder.agent").await;
    for update in [
        "with c as (update contact set words = '' where crn = $2 returning id)
         insert into contact_mprn (contact_id, role, place, mprn) select id, 'neighbour', 1, $1 from c",
        "with gone as (delete from contact_mprn)
         update contact set words = array_to_tsvector(array[$1]) where crn = $2",
    ] {
        sqlx::query(update).bind(&both).bind(&crn).execute(world.owner()).await.unwrap();
        assert_eq!(found(&amy.get(&format!("/search?q={both}")).await), vec![crn.clone()], "{update}");
    }
}

#[tokio::test]
async fn a_search_has_pages_and_its_contacts_lead_back_to_it() {
    let world = World::new().await;
    for _ in 0..51 {
        world.logged_by("alder.agent").await;
    }
    let mut amy = world.sign_in("alder.agent").await;
    let page = amy.get("/search?q=moss").await;
    assert_eq!(found(&page).len(), 50);
    assert_eq!(page.all("h1"), ["51 found for “moss”"]);
    assert!(page.all("title")[0].contains("51 found for “moss”"));
    assert_eq!(page.attributes("#search-box", "value"), ["moss"]);
    let last = found(&page).pop().unwrap();
    let second = amy.get(&page.attributes("a[rel='next']", "href")[0]).await;
    assert_eq!(found(&second).len(), 1);
    let first = amy.get(&second.attributes("a[rel='prev']", "href")[0]).await;
    assert_eq!(found(&first).pop(), Some(last.clone()));

    let opens = page.attributes("[data-queue-open]", "href").pop().unwrap();
    let contact = amy.get(&opens).await.location();
    assert_eq!(contact, format!("/contacts/{last}"));
    let contact = amy.get_from("/search?q=moss", &contact).await;
    assert_eq!(contact.attributes(".app-walk .govuk-back-link", "href"), ["/search?q=moss"]);
    assert_eq!(contact.all(".app-walk .govuk-back-link"), ["Search: “moss”"]);
    let next = contact.attributes(".app-walk a[rel='next']", "href");
    assert_eq!(next, [format!("/contacts/{}", found(&second)[0])]);
}

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
        let sql = "select count(*) from contacts_with_reference('bir:*', 10)";
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

#[tokio::test]
async fn what_is_not_yours_is_answered_like_what_is_not_there() {
    let world = World::new().await;
    let crn = world.contact_at(Status::Svdn).await;
    let missing = cms::trade::Crn::from_digits(12_345_678).as_str().to_owned();
    for (account, sees) in
        [("birch.agent", false), ("sgn.agent", false), ("ngn.agent", true), ("cdsp.agent", true), ("facilitator", true)]
    {
        let mut person = world.sign_in(account).await;
        assert_eq!(found(&person.get("/search?q=moss").await).len(), usize::from(sees), "{account}");
        let by_crn = person.get(&format!("/search?q={crn}")).await;
        let nothing = person.get(&format!("/search?q={missing}")).await;
        if sees {
            assert_eq!(by_crn.location(), format!("/contacts/{crn}"));
        } else {
            let plain = |page: &Page, q: &str| page.body.replace(q, "Q");
            assert_eq!(plain(&by_crn, &crn), plain(&nothing, &missing), "{account}");
        }
    }
}

#[tokio::test]
async fn nothing_typed_is_special() {
    let world = World::new().await;
    world.contact_at(Status::Aaca).await;
    let mut amy = world.sign_in("alder.agent").await;
    for q in [
        "%25",
        "_",
        "%5C",
        "'",
        "%22",
        "%26",
        "%7C",
        "!",
        "%3A*",
        "(",
        ")",
        "moss'%3B--",
        "moss+%26+lane",
        "%F0%9F%94%A5",
    ] {
        let page = amy.get(&format!("/search?q={q}")).await;
        assert_eq!(page.status, 200, "{q}");
    }
    assert_eq!(found(&amy.get("/search?q=%25").await), Vec::<String>::new());
    assert_eq!(amy.get("/search?q=a%00b").await.status, 200);
    // each of these becomes four letters when folded
    let wide = "%E3%8C%80".repeat(200);
    assert_eq!(amy.get(&format!("/search?q={wide}")).await.status, 200);
    let long = "x".repeat(300);
    let page = amy.get(&format!("/search?q={long}")).await;
    assert_eq!((page.status.as_u16(), page.attributes("#search-box", "value")), (422, vec![long]));
    assert!(page.all(".govuk-error-summary a")[0].contains("too long"));
}
