//! Files of text as people send them: encodings, line ends, quotes and headings; each is read as it was meant, or
//! refused with its row.

use cms::contacts::fields::Field;

use super::{KINDS, figure, file, many, row, send, taken, work};
use crate::world::{Person, World};

fn csv(rows: &[cms::bulk::SentRow]) -> String {
    String::from_utf8(file("csv", rows)).unwrap()
}

/// The sentence that refuses the file.
async fn refused(person: &mut Person, bytes: &[u8]) -> String {
    let page = send(person, "sites.csv", bytes).await;
    assert_eq!(page.status, 422, "{}", page.text());
    page.error("file")
}

/// Row of the sheet and verdict of each row.
async fn verdicts(world: &World, path: &str) -> Vec<(i32, String)> {
    sqlx::query_as("select line, verdict from bulk_row where bulk_key = $1 order by row")
        .bind(path.rsplit('/').next().unwrap())
        .fetch_all(world.owner())
        .await
        .unwrap()
}

#[tokio::test]
async fn letters_are_kept_or_the_row_is_named() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let rows = [row(&[(Field::Street, "Heol T\u{177} Gwyn")]), row(&[(Field::Street, "Caf\u{1} Lane")])];
    for kind in ["csv", "uklink"] {
        let text = file(kind, &rows);
        let bytes: Vec<u8> = text.into_iter().map(|byte| if byte == 1 { 0xe9 } else { byte }).collect();
        let says = refused(&mut amy, &bytes).await;
        assert!(says.starts_with("Row 3 holds a letter that is not UTF-8"), "{kind}: {says}");
    }
    let welsh = csv(&rows[..1]);
    let wide = |bytes: fn(u16) -> [u8; 2]| welsh.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    for (bytes, encoding) in [
        (welsh.clone().into_bytes(), "UTF-8"),
        (format!("\u{feff}{welsh}").into_bytes(), "UTF-8"),
        ([vec![0xff, 0xfe], wide(u16::to_le_bytes)].concat(), "UTF-16LE"),
        ([vec![0xfe, 0xff], wide(u16::to_be_bytes)].concat(), "UTF-16BE"),
    ] {
        let path = taken(&mut amy, "sites.csv", &bytes).await;
        work(&world).await;
        let page = amy.get(&path).await;
        let says = page.all("#reading").remove(0);
        assert!(says.contains(&format!("Read as CSV in {encoding} with commas between cells")), "{says}");
        assert!(says.contains("Street: Heol T\u{177} Gwyn"), "{says}");
    }
    let macintosh = csv(&rows[1..]).replace("\r\n", "\r").into_bytes();
    let macintosh: Vec<u8> = macintosh.into_iter().map(|byte| if byte == 1 { 0x8e } else { byte }).collect();
    assert!(refused(&mut amy, &macintosh).await.contains("Save it as CSV UTF-8"));
    let changed = csv(&[row(&[(Field::Street, "Heol T\u{c5}\u{b7} Gwyn")])]);
    let path = taken(&mut amy, "sites.csv", changed.as_bytes()).await;
    work(&world).await;
    let says = amy.get(&path).await.all("#reading").remove(0);
    assert!(says.contains("row 2, Street, “Heol T\u{c5}\u{b7} Gwyn”, looks as if its letters were changed"), "{says}");
}

#[tokio::test]
async fn a_row_is_called_as_the_sheet_calls_it_however_lines_end() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let mut rows = many(3);
    "two\nlines".clone_into(&mut rows[0].fields[Field::Why.place()].1);
    "ZZ".clone_into(&mut rows[1].fields[Field::Postcode.place()].1);
    let text = csv(&rows).replace("\r\n", "\n");
    let blank = text.replacen('\n', "\n,,\n", 1);
    for end in ["\n", "\r\n", "\r"] {
        for (text, expected) in [(&text, [2, 3, 4]), (&blank, [3, 4, 5])] {
            let path = taken(&mut amy, "sites.csv", text.replace('\n', end).as_bytes()).await;
            work(&world).await;
            let found = verdicts(&world, &path).await;
            let expected = expected.into_iter().zip(["good", "bad", "good"]);
            let expected: Vec<(i32, String)> = expected.map(|(line, verdict)| (line, verdict.to_owned())).collect();
            assert_eq!(found, expected, "{end:?}");
        }
    }
    // line ends of two kinds in one file
    let mixed = text.replacen('\n', "\r", 1);
    let path = taken(&mut amy, "sites.csv", mixed.as_bytes()).await;
    work(&world).await;
    assert_eq!(verdicts(&world, &path).await[1], (3, "bad".to_owned()));
    let uklink = String::from_utf8(file("uklink", &many(2))).unwrap().replace("\r\n", "\r");
    let path = taken(&mut amy, "sites.txt", uklink.as_bytes()).await;
    work(&world).await;
    assert_eq!(figure(&mut amy, &path, "Can be added").await, "2");
}

#[tokio::test]
async fn a_table_that_would_be_misread_is_refused() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let good = csv(&many(2));
    let (headings, rows) = good.split_once("\r\n").unwrap();
    let with = |heading: &str, cell: &str| {
        let rows: Vec<String> = rows.lines().map(|line| format!("{line},{cell}\r\n")).collect();
        format!("{headings},{heading}\r\n{}", rows.concat())
    };
    for (text, says) in [
        (with("", "G4A7"), "Column X has no heading but holds values, such as “G4A7” in row 2"),
        (with("msn", "G4A7"), "The column Meter serial number is there twice, as columns M and X"),
        (with("Colour", "red"), "Not known: “Colour”"),
        (with("#REF!", "red"), "The heading of column X is a formula that failed"),
        (good.replacen("Moss Lane", "\"Moss Lane", 1), "Row 2 begins a text in double quotes that never ends"),
    ] {
        let found = refused(&mut amy, text.as_bytes()).await;
        assert!(found.contains(says), "{found}");
    }
    for (text, says) in [
        (with("", ""), "all 23 columns, headings in row 1."),
        (format!("Sites of March\r\n\r\n{good}"), "headings in row 3; row 1 above the headings left out"),
        (good.replace(';', ".").replace(',', ";"), "with semicolons between cells"),
    ] {
        let path = taken(&mut amy, "sites.csv", text.as_bytes()).await;
        work(&world).await;
        let found = amy.get(&path).await.all("#reading").remove(0);
        assert!(found.contains(says), "{found}");
        assert_eq!(figure(&mut amy, &path, "Can be added").await, "2");
    }
}

#[tokio::test]
async fn what_a_spreadsheet_has_made_of_a_value_is_said_in_every_way_in() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    for (field, text, says) in [
        (Field::PlotNumber, "01-Feb", "A date stands in Plot number: “01-Feb”"),
        (Field::BuildingNumber, "Feb-26", "A date stands in Building number: “Feb-26”"),
        (Field::Msn, "01-Feb", "A date stands in Meter serial number"),
        (Field::Uprn, "1.00012E+11", "UPRN holds a number that a spreadsheet has shortened"),
        (Field::Street, "#N/A", "Street holds a formula that failed: “#N/A”"),
        (Field::OwnReference, "########", "Your reference holds “########”"),
        (Field::MarketSector, "LSP", "Choose the market sector: Domestic (D)"),
    ] {
        for kind in KINDS {
            let path = taken(&mut amy, "sites", &file(kind, &[row(&[(field, text)])])).await;
            work(&world).await;
            let page = amy.get(&path).await.text();
            assert!(page.contains(says), "{kind}: {page}");
        }
    }
    for (field, text, kept) in
        [(Field::Reading, "12,345", "12345"), (Field::MarketSector, "I&C", "I"), (Field::MarketSector, "dom.", "D")]
    {
        for kind in KINDS {
            let sent = row(&[(Field::ReadingDate, "01/02/2026"), (Field::Reading, "1"), (field, text)]);
            let path = taken(&mut amy, "sites", &file(kind, std::slice::from_ref(&sent))).await;
            work(&world).await;
            assert_eq!(figure(&mut amy, &path, "Can be added").await, "1", "{kind} {text}");
            assert_eq!(sent.details().get(field), kept);
        }
    }
}
