//! Values as people write, copy and paste them, by the pages that take them: what means one thing is taken, what does not
//! is refused with a sentence that says what would be.

use cms::contacts::lifecycle::Status::*;

use crate::bulk::{figure, row, send, taken, work};
use crate::world::{MNC, Page, Person, World};

/// The form of an MNC with these values in place of its own.
async fn logged(by: &mut Person, with: &[(&str, &str)]) -> Page {
    let key = by.get("/contacts/new/mnc").await.input("key");
    let mut fields: Vec<(&str, &str)> = MNC.to_vec();
    for (name, value) in with {
        fields.iter_mut().find(|(known, _)| known == name).unwrap().1 = value;
    }
    fields.push(("key", &key));
    by.post("/contacts/new/mnc", &fields).await
}

#[tokio::test]
async fn a_value_is_taken_with_what_stands_around_it() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    for (field, typed, shown) in [
        ("postcode", "ＬＳ１ ４ＤＹ", "LS1 4DY"),
        ("postcode", "ls1–4dy.", "LS1 4DY"),
        ("postcode", "(LS1\u{a0}4DY)", "LS1 4DY"),
        ("msn", "Ｇ４Ａ０１２３", "G4A0123"),
        ("msn", "G4A\u{ad}0\u{2060}123", "G4A0123"),
        ("aq", "１２,０００ kWh", "12,000"),
        ("aq", "12 000 kWh/annum", "12,000"),
        ("contact_phone", "tel: 01632 960001.", "01632 960001"),
        ("contact_phone", "０１６３２ ９６０００１", "01632 960001"),
        ("contact_email", "Site office <site@example.com>;", "site@example.com"),
        ("contact_email", "mailto:site@example.com", "site@example.com"),
        ("contact_email", "site＠example.com", "site@example.com"),
        ("neighbours", "MPRN 9000000006, MPRN: 9000000107.", "9000000006, 9000000107"),
        ("neighbours", "9000000006 9000000107", "9000000006, 9000000107"),
        ("neighbours", "9000000006 and 9000000107", "9000000006, 9000000107"),
        ("market_sector", "I - Industrial and commercial", "Industrial and commercial"),
        ("own_reference", "REF\u{2013}\u{200b}7", "REF-7"),
        ("street", "\u{301}Moss\u{2800}Lane\u{115f}", "Moss Lane"),
    ] {
        let answer = logged(&mut amy, &[(field, typed)]).await;
        assert_eq!(answer.status, 303, "{field} {typed}: {:?}", answer.errors());
        let check = amy.get(&answer.location()).await.text();
        assert!(check.contains(shown), "{field} {typed}: {check}");
    }
}

#[tokio::test]
async fn signs_alone_say_nothing() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    for nothing in ["-", ".", "…", "- –", "\u{301}", "?", "//", "\u{2800}"] {
        let answer = logged(&mut amy, &[("street", nothing), ("why", nothing), ("market_sector", nothing)]).await;
        assert_eq!(answer.status, 422, "{nothing:?}");
        assert_eq!(answer.error("street"), "Enter the street", "{nothing:?}");
        assert_eq!(answer.error("why"), "Say why you think no MPRN exists", "{nothing:?}");
        assert!(answer.error("market_sector").starts_with("Choose the market sector: Domestic (D)"), "{nothing:?}");
        // where nothing need stand they are as good as nothing
        let fields = [("msn", nothing), ("contact_phone", nothing), ("contact_email", nothing), ("aq", nothing)];
        assert_eq!(logged(&mut amy, &fields).await.status, 303, "{nothing:?}");
    }
    let crn = world.contact_at(Dcaa).await;
    for nothing in ["-", "...", "\u{301}"] {
        let answer = world.act(&mut amy, &crn, "answer-clarification", &[("answer", nothing)]).await;
        assert_eq!(
            (answer.status.as_u16(), answer.error("answer")),
            (422, "Enter the answer".to_owned()),
            "{nothing:?}"
        );
    }
    world.must(&mut amy, &crn, "answer-clarification", &[("answer", "👍")]).await;
}

#[tokio::test]
async fn what_was_spoilt_on_the_way_is_refused_at_its_field() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    for (field, typed, says) in [
        ("street", "Caf\u{fffd} Lane", "Street holds letters that were spoilt"),
        ("street", "CafÃ© Lane", "Street holds letters that were spoilt"),
        ("post_town", "Kingâ€™s Lynn", "Post town holds letters that were spoilt"),
        ("plot_number", "46054", "46054 is how a spreadsheet keeps 1 Feb 2026"),
        ("plot_number", "Sunday, 1 February 2026", "A date stands in Plot number"),
        ("plot_number", "Err:502", "Plot number holds a formula that failed"),
        ("msn", "#BUSY!", "Meter serial number holds a formula that failed"),
        ("uprn", "1.00012E11", "UPRN holds a number that a spreadsheet has shortened"),
    ] {
        let answer = logged(&mut amy, &[(field, typed)]).await;
        assert_eq!(answer.status, 422, "{typed}");
        assert!(answer.error(field).contains(says), "{typed}: {:?}", answer.errors());
    }
    let csv = "Plot number,Street,Post town,Postcode,Market sector,Why do you think no MPRN exists\n\
               44958,Moss Lane,LEEDS,LS1 4DY,D,New\n01-Feb,Moss Lane,LEEDS,LS1 4DY,D,New\n\
               4,Heol TÅ· Gwyn,LEEDS,LS1 4DY,D,New\n5,-,LEEDS,LS1 4DY,D,New\n6,Moss Lane,LEEDS,LS1–4DY,Dom (D),New\n";
    let path = taken(&mut amy, "sites.csv", csv.as_bytes()).await;
    work(&world).await;
    let page = amy.get(&path).await.text();
    for says in ["how a spreadsheet keeps 1 Feb 2023", "“01-Feb”", "letters that were spoilt", "Enter the street"] {
        assert!(page.contains(says), "{says}: {page}");
    }
    assert_eq!(figure(&mut amy, &path, "Have errors").await, "4");
}

#[tokio::test]
async fn welsh_letters_of_an_old_program_are_read_as_such() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let head = "Plot number,Street,Post town,Postcode,Market sector,Why do you think no MPRN exists\n";
    let with = |street: &[u8]| [head.as_bytes(), b"1,", street, b",CARDIFF,CF10 1AA,D,New\n"].concat();
    let path = taken(&mut amy, "sites.csv", &with(b"Heol T\xfe Gwyn")).await;
    work(&world).await;
    let page = amy.get(&path).await.text();
    assert!(page.contains("Heol T\u{177} Gwyn") && page.contains("ISO-8859-14"), "{page}");
    for street in [&b"Caf\x82 Lane"[..], b"Caf\x8e Lane", b"c\x93t"] {
        let answer = send(&mut amy, "sites.csv", &with(street)).await;
        assert_eq!(answer.status, 422, "{street:?}");
        assert!(answer.error("file").contains("UTF-8"), "{}", answer.error("file"));
    }
}

#[tokio::test]
async fn one_is_found_however_it_is_written() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let crn = world.log(&mut amy).await;
    let (a, b) = (&crn[..4], &crn[4..]);
    for q in [
        format!("{a} {b}"),
        format!("{a}\u{2013}{b}."),
        format!("CRN: {crn},"),
        crn.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap()).collect(),
    ] {
        let q: String = form_urlencoded::byte_serialize(q.as_bytes()).collect();
        assert_eq!(amy.get(&format!("/search?q={q}")).await.location(), format!("/contacts/{crn}"), "{q}");
    }
    for q in ["ls1-4dy", "LS1\u{a0}4DY,", "ＬＳ１ ４ＤＹ", "(LS14DY)", "g4a0123456.", "G4A\u{2013}0123456", "７ moss"]
    {
        let encoded: String = form_urlencoded::byte_serialize(q.as_bytes()).collect();
        for path in ["/search", "/queues/raised"] {
            let page = amy.get(&format!("{path}?q={encoded}")).await;
            assert!(page.text().contains(&crn) || page.location().ends_with(&crn), "{path} {q}: {}", page.text());
        }
    }
}

#[tokio::test]
async fn a_refusal_names_what_is_taken_and_words_are_taken_for_it() {
    let world = World::new().await;
    let mut cdsp = world.sign_in("cdsp.agent").await;
    let crn = world.contact_at(Atca).await;
    let wrong = world.act(&mut cdsp, &crn, "send-visit", &[("network", "the gas board"), ("look_at", "The box")]).await;
    assert!(wrong.error("network").starts_with("Choose a network: "), "{:?}", wrong.errors());
    assert!(wrong.error("network").contains("Cadent"), "{:?}", wrong.errors());
    let wrong = world.act(&mut cdsp, &crn, "resolve-invalid", &[("reason", "because"), ("remarks", "Seen")]).await;
    assert!(wrong.error("reason").starts_with("Choose a reason: "), "{:?}", wrong.errors());
    world.must(&mut cdsp, &crn, "send-visit", &[("network", "NGN"), ("look_at", "The box")]).await;
    assert_eq!(world.status(&crn).await, "SVDN");
}

#[tokio::test]
async fn names_that_turn_what_follows_do_not() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let turned = "\u{202e}lmth.setis\u{2066}";
    let path = taken(&mut amy, &format!("{turned}.csv"), &crate::bulk::file("csv", &[row(&[])])).await;
    work(&world).await;
    for at in [path.as_str(), "/bulk", "/"] {
        assert!(!amy.get(at).await.body.contains(['\u{202e}', '\u{2066}']), "{at}");
    }
    let mut cdsp = world.sign_in("cdsp.supervisor").await;
    let fields = [("used_for", "question"), ("title", turned), ("body", turned)];
    assert_eq!(cdsp.post("/texts/new", &fields).await.status, 303);
    let name = [("filter_name", turned), ("back", "/queues/organisation?due=later")];
    assert_eq!(cdsp.post("/queues/organisation/filters", &name).await.status, 303);
    for at in ["/texts", "/queues/organisation"] {
        let page = cdsp.get(at).await;
        assert!(page.body.contains("lmth.setis") && !page.body.contains(['\u{202e}', '\u{2066}']), "{at}");
    }
}

#[tokio::test]
async fn text_that_was_kept_before_it_was_cleaned_turns_nothing_either() {
    let world = World::new().await;
    sqlx::query("update person set name = 'Owen \u{202e}reksaT\u{2066}' where account = 'cdsp.agent'")
        .execute(world.owner())
        .await
        .unwrap();
    sqlx::query("update organisation set name = '\u{202e}rednA' where code = 'ALD'")
        .execute(world.owner())
        .await
        .unwrap();
    world.contact_at(Atca).await;
    let mut supervisor = world.sign_in("cdsp.supervisor").await;
    for at in ["/workload", "/queues/organisation?view=all", "/queues/organisation/export.csv?view=all"] {
        let page = supervisor.get(at).await;
        assert!(page.status == 200 && page.body.contains("rednA") | page.body.contains("Owen reksaT"), "{at}");
        assert!(!page.body.contains(['\u{202e}', '\u{2066}']), "{at}");
    }
}
