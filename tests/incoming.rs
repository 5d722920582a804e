//! Text as people paste it, in every way in: form, draft, search, filter, file, sign-in and names. What can't be seen is
//! gone, and what is left decides.

use cms::contacts::lifecycle::Status;

use crate::bulk::{taken, work};
use crate::world::{MNC, Page, Person, World};

/// The form of an MNC with these values in place of its own, as its page answers it.
async fn logged(by: &mut Person, with: &[(&str, &str)]) -> (String, Page) {
    let form = by.get("/contacts/new/mnc").await;
    let (key, epoch) = (form.input("key"), form.input("epoch"));
    let mut fields: Vec<(&str, &str)> = MNC.to_vec();
    for (name, value) in with {
        fields.iter_mut().find(|(known, _)| known == name).unwrap().1 = value;
    }
    fields.extend([("key", key.as_str()), ("epoch", epoch.as_str())]);
    let answer = by.post("/contacts/new/mnc", &fields).await;
    (key, answer)
}

/// What the check page shows for these values; they have to be taken.
async fn checked(by: &mut Person, with: &[(&str, &str)]) -> String {
    let (_, answer) = logged(by, with).await;
    assert_eq!(answer.status, 303, "{with:?}: {:?}", answer.errors());
    by.get(&answer.location()).await.text()
}

#[tokio::test]
async fn control_characters_are_blanks_and_line_breaks() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    for (why, kept) in [
        ("Copied:\u{b}meter found.", "Copied:\nmeter found."),
        ("one\u{2028}two\u{2029}three\u{85}four\u{c}five", "one\ntwo\nthree\nfour\nfive"),
        ("a\0b\u{1b}c", "a b c"),
    ] {
        let (key, answer) = logged(&mut amy, &[("why", why)]).await;
        assert_eq!(answer.status, 303, "{why:?}");
        let stored: String = sqlx::query_scalar(
            "select f ->> 1 from draft, jsonb_array_elements(fields) f where form like '%' || $1 and f ->> 0 = 'why'",
        )
        .bind(&key)
        .fetch_one(world.owner())
        .await
        .unwrap();
        assert_eq!(stored, kept);
        let back = amy.get(&format!("/contacts/new/mnc?key={key}")).await;
        assert_eq!(back.all("textarea#why"), [kept.replace('\n', " ")]);
    }
}

#[tokio::test]
async fn what_is_left_says_whether_something_was_typed() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    for nothing in [
        "\u{200b}",
        "\u{a0}",
        "\u{feff}\u{2060}",
        "\u{ad}",
        "\u{202e}",
        "\u{3164}",
        "\u{200d}\u{fe0f}",
        "\0",
        "\u{2028}",
    ] {
        let (_, answer) =
            logged(&mut amy, &[("street", nothing), ("why", nothing), ("building_number", nothing)]).await;
        assert_eq!(answer.status, 422, "{nothing:?}");
        assert_eq!(answer.error("street"), "Enter the street", "{nothing:?}");
        assert_eq!(answer.error("why"), "Say why you think no MPRN exists", "{nothing:?}");
    }
    let text = checked(
        &mut amy,
        &[
            ("contact_phone", "\u{202a}01632 960001\u{202c}"),
            ("msn", "\u{200e}G4A\u{2013}0123456\u{a0}"),
            ("postcode", "ls1\u{a0}4dy\u{200b}"),
            ("building_number", "1\u{2011}3"),
            ("street", "Abbey \u{202e}enaL dlO"),
            ("post_town", "Ty\u{302} Gwyn"),
            ("neighbours", "90\u{2009}00\u{2013}0000\u{2212}06"),
        ],
    )
    .await;
    for shown in ["01632 960001", "G4A-0123456", "LS1 4DY", "1-3", "Abbey enaL dlO", "T\u{177} Gwyn", "9000000006"] {
        assert!(text.contains(shown), "{shown} in {text}");
    }
}

#[tokio::test]
async fn dates_numbers_and_choices_are_taken_as_people_write_them() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    for date in [
        "24 Nov 2025",
        "24 November 2025",
        "24.11.25",
        "24-11-2025",
        "2025-11-24",
        "Mon 24 Nov 2025",
        "24 Nov 2025 at 10:02",
    ] {
        let text = checked(&mut amy, &[("reading", "01234"), ("reading_date", date)]).await;
        assert!(text.contains("24 Nov 2025"), "{date}: {text}");
    }
    let today = crate::world::today();
    for date in ["today", "Today", &today[..5]] {
        let text = checked(&mut amy, &[("reading", "01234"), ("reading_date", date)]).await;
        assert!(text.contains(&crate::world::in_words(&today)), "{date}: {text}");
    }
    for (reading, shown) in [
        ("12,345", "12345"),
        ("12 345", "12345"),
        ("12\u{a0}345", "12345"),
        ("012345", "012345"),
        ("12345 m3", "12345"),
    ] {
        let text =
            checked(&mut amy, &[("reading", reading), ("reading_date", "24/11/2025"), ("aq", "12,345 kWh")]).await;
        assert!(text.contains(&format!("Meter reading {shown} ")), "{reading}: {text}");
        assert!(text.contains("12,345"), "{text}");
    }
    for (field, value, says) in [
        ("reading", "1,23", "Meter reading must be digits only"),
        ("aq", "1,23", "Estimated AQ must be whole kWh"),
        ("aq", "12 MWh", "Estimated AQ must be whole kWh"),
        ("reading_date", "31 Feb 2026", "There is no 31 February 2026"),
        ("market_sector", "X", "Choose the market sector: Domestic (D) or Industrial and commercial (I)"),
        ("market_sector", "", "Choose the market sector: Domestic (D) or Industrial and commercial (I)"),
    ] {
        let (_, answer) = logged(&mut amy, &[("reading", "1"), ("reading_date", "24/11/2025"), (field, value)]).await;
        assert!(answer.error(field).starts_with(says), "{field} {value}: {:?}", answer.errors());
    }
    for sector in ["I&C", "i & c", "Industrial & commercial", "commercial"] {
        assert!(
            checked(&mut amy, &[("market_sector", sector)]).await.contains("Industrial and commercial"),
            "{sector}"
        );
    }
}

#[tokio::test]
async fn a_file_is_read_as_the_form_is() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let csv = "Building number,Street,Post town,Postcode,Meter reading,Reading date,Market sector,Estimated AQ (kWh),Why do you think no MPRN exists\n\
               7,Abbey \u{202e}Lane\u{200b},LEEDS,LS1 4DY,\"12,345\",24 Nov 2025,I&C,\"12,000 kWh\",Copied:\u{b}found\u{7}\n\
               8,\u{200b},LEEDS,LS1 4DY,1,yesterday,dom,1,x\n\
               9,Moss Lane,LEEDS,LS1 4DY,\"1,23\",31/02/2026,maybe,1,x\n";
    let key = taken(&mut amy, "sites.csv", csv.as_bytes()).await.trim_start_matches("/bulk/").to_owned();
    work(&world).await;
    let rows: Vec<serde_json::Value> =
        sqlx::query_scalar("select fields from bulk_row where bulk_key = $1 order by row")
            .bind(&key)
            .fetch_all(world.owner())
            .await
            .unwrap();
    assert_eq!(rows[0]["street"], "Abbey Lane");
    assert_eq!(rows[0]["why"], "Copied:\nfound");
    assert_ne!(rows[1]["reading_date"], "yesterday", "it is a date by the day on which it came");
    let page = amy.get(&format!("/bulk/{key}")).await.text();
    for says in [
        "Enter the street",
        "Meter reading must be digits only",
        "There is no 31 February 2026",
        "Choose the market sector: Domestic (D)",
    ] {
        assert!(page.contains(says), "{says} in {page}");
    }
}

#[tokio::test]
async fn addresses_are_read_with_blanks_for_what_cannot_be_seen() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let crn = world.log(&mut amy).await;
    for q in ["Moss%09Lane", "Moss%0BLane", "Moss%E2%80%8B+Lane", "%E2%80%8EMoss+Lane%00", "Moss%C2%A0Lane"] {
        for path in ["/search", "/queues/raised"] {
            let page = amy.get(&format!("{path}?q={q}")).await;
            assert_eq!(page.status, 200, "{path} {q}");
            assert!(page.text().contains(&crn), "{path} {q}: {}", page.text());
        }
    }
    let straight = amy.get(&format!("/search?q=%E2%80%AA{crn}%E2%80%AC")).await;
    assert_eq!(straight.location(), format!("/contacts/{crn}"));
    for path in ["/search?q=caf%E9", "/search?q=%", "/sign-in?next=%09"] {
        assert!(amy.get(path).await.status.as_u16() < 400, "{path}");
    }
    let long = amy.get(&format!("/search?q={}", "a".repeat(300))).await;
    assert_eq!(long.status, 422);
    assert!(long.text().contains("up to 200 characters"), "{}", long.text());
    let filter = amy.get("/queues/raised?status=XXXX").await;
    assert_eq!((filter.status.as_u16(), filter.all("h1")), (400, vec!["This address can’t be read".to_owned()]));
    assert!(filter.text().contains("(status)") && filter.all(".app-who__name") == ["alder.agent"], "{}", filter.text());
    for from in ["24+Nov+2025", "24%2F11%2F2025", "2025-11-24", "yesterday"] {
        assert_eq!(amy.get(&format!("/queues/raised?from={from}")).await.status, 200, "{from}");
    }
}

#[tokio::test]
async fn accounts_and_names_are_what_is_seen_of_them() {
    let world = World::new().await;
    let mut guest = world.stranger();
    let fields = [
        ("account", "\u{200b}Alder.Agent\u{a0}"),
        ("password", crate::world::PASSWORD),
        ("sitting", "Pat\u{202e}\u{b}Doe"),
    ];
    assert_eq!(guest.post("/sign-in", &fields).await.location(), "/");
    assert!(guest.get("/").await.text().contains("Pat Doe"));
    let mut officer = world.sign_in("alder.lso").await;
    let epoch = officer.get("/people/new").await.input("epoch");
    let fields = [
        ("epoch", epoch.as_str()),
        ("name", "Jo\u{200b}e\u{301} \u{202e}Day\u{2028}"),
        ("account", "alder.joe\u{feff}"),
    ];
    let added = officer.post("/people/new", &fields).await;
    assert_eq!(added.status, 200, "{:?}", added.errors());
    let name: String = sqlx::query_scalar("select name from person where account = 'ald.alder.joe'")
        .fetch_one(world.owner())
        .await
        .unwrap();
    assert_eq!(name, "Jo\u{e9} Day");
}

#[tokio::test]
async fn characters_are_counted_alike_wherever_it_is_said() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let crn = world.contact_at(Status::Dcaa).await;
    for (text, count) in
        [("👍🏽".repeat(1_100), "2,200"), ("e\u{301}".repeat(2_001), "2,001"), ("a\r\n".repeat(1_000) + "ab", "2,002")]
    {
        let answer = world.act(&mut amy, &crn, "answer-clarification", &[("answer", &text)]).await;
        assert_eq!(answer.status, 422);
        assert!(answer.error("answer").contains("2,000 characters"), "{:?} {count}", answer.errors());
        let (_, answer) = logged(&mut amy, &[("why", &text)]).await;
        assert!(answer.error("why").contains(&count.replace(',', "")), "{:?} {count}", answer.errors());
    }
    for text in ["👍🏽".repeat(1_000), "e\u{301}".repeat(2_000), "a\r\n".repeat(1_000)] {
        let (_, answer) = logged(&mut amy, &[("why", &text)]).await;
        assert_eq!(answer.status, 303, "{:?}", answer.errors());
    }
}
