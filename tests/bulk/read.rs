//! Files that are refused whole: each in a sentence of its own that says what to do, soon, and with nothing kept.

use std::io::{Cursor, Write};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::Request;
use cms::bulk::{MOST_BYTES, MOST_ROWS};
use cms::contacts::fields::Field;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::{figure, file, many, row, send, taken, work};
use crate::world::World;

/// The longest a refusal may take: on an idle machine in release a tenth of it.
const SOON: Duration = Duration::from_secs(4);

/// An archive of these parts.
fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(*name, SimpleFileOptions::default().compression_method(CompressionMethod::Deflated)).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

const TYPES: &[u8] = br#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>"#;
const RELS: &[u8] = br#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
const PACKAGE: &[u8] = br#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK: &[u8] = br#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Sites" sheetId="1" r:id="r1"/></sheets></workbook>"#;

/// A workbook whose only sheet is this.
fn workbook(sheet: &[u8]) -> Vec<u8> {
    archive(&[
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", PACKAGE),
        ("xl/workbook.xml", BOOK),
        ("xl/_rels/workbook.xml.rels", RELS),
        ("xl/worksheets/sheet1.xml", sheet),
    ])
}

fn sheet(rows: &str) -> Vec<u8> {
    format!(
        "<?xml version=\"1.0\"?><worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{rows}</sheetData></worksheet>"
    )
    .into_bytes()
}

fn cell(at: &str, text: &str) -> String {
    format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
}

/// Replaces every place in which a size stands, in the headers of an archive.
fn lying(mut bytes: Vec<u8>, real: u32, said: u32) -> Vec<u8> {
    let (real, said) = (real.to_le_bytes(), said.to_le_bytes());
    for at in 0..bytes.len() - 4 {
        if bytes[at..at + 4] == real {
            bytes[at..at + 4].copy_from_slice(&said);
        }
    }
    bytes
}

fn too_long() -> String {
    let mut rows = many(1);
    rows.extend(many(MOST_ROWS));
    String::from_utf8(file("csv", &rows)).unwrap()
}

#[tokio::test]
async fn files_that_are_no_table_of_ours_are_refused_in_a_sentence() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let good = String::from_utf8(file("csv", &many(2))).unwrap();
    let encrypted: Vec<u8> = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        .iter()
        .copied()
        .chain("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("nothing", Vec::new(), "Choose the file"),
        ("headings only", good.lines().next().unwrap().as_bytes().to_vec(), "headings but no rows"),
        ("another table", b"Colour,Street\nred,Moss Lane\n".to_vec(), "Not known: \u{201c}Colour\u{201d}"),
        ("a column less", good.replace("Postcode,", "Postcodes,").into_bytes(), "Missing: \u{201c}Postcode\u{201d}"),
        ("too many rows", too_long().into_bytes(), "more than 5,000 rows"),
        (
            "more cells than columns",
            format!("{good}{}x\n", "x,".repeat(30)).into_bytes(),
            "more cells than there are columns",
        ),
        ("a password", encrypted, "protected with a password"),
        ("an old workbook", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1Workbook".to_vec(), "old kind (.xls)"),
        ("a PDF", b"%PDF-1.7 Street".to_vec(), "This is a PDF"),
        ("a picture", b"\x89PNG\r\n\x1a\n".to_vec(), "This is a picture"),
        ("bytes", b"Street\0,\x81\x02".to_vec(), "can\u{2019}t be read as text"),
        ("a Word document", archive(&[("word/document.xml", b"<w/>")]), "This is a Word document"),
        ("OpenDocument", archive(&[("mimetype", b"x"), ("content.xml", b"<o/>")]), "OpenDocument file (.ods)"),
        ("macros", archive(&[("xl/workbook.xml", BOOK), ("xl/vbaProject.bin", b"x")]), "workbook with macros"),
        ("an archive", archive(&[("readme.txt", b"hello")]), "This is an archive"),
        ("half a workbook", file("xlsx", &many(2))[..2000].to_vec(), "The workbook is damaged"),
        ("UK Link without a trailer", b"\"A00\",\"ALD\",\"MNC\"\r\n".to_vec(), "trailer Z99 is missing"),
        ("another's UK Link", b"\"A00\",\"BIR\",\"MNC\"\r\n\"Z99\",0".to_vec(), "signed in for ALD"),
        (
            "a failed formula",
            workbook(&sheet("<row r=\"1\"><c r=\"A1\" t=\"e\"><v>#REF!</v></c></row>")),
            "formula that failed",
        ),
    ];
    for (what, bytes, says) in cases {
        let began = Instant::now();
        let page = send(&mut amy, "f.csv", &bytes).await;
        assert_eq!(page.status, 422, "{what}: {}", page.text());
        assert!(page.error("file").contains(says), "{what}: {}", page.error("file"));
        assert!(began.elapsed() < SOON, "{what} took {:?}", began.elapsed());
    }
    let large = send(&mut amy, "f.csv", &vec![b'x'; MOST_BYTES + 1]).await;
    assert_eq!(large.status, 413);
    assert!(large.error("file").contains("larger than 5 MB"), "{}", large.text());
    let huge = send(&mut amy, "f.csv", &vec![b'x'; 5 * MOST_BYTES]).await;
    assert_eq!(huge.status, 413);
    let kept: i64 = sqlx::query_scalar("select (select count(*) from bulk) + (select count(*) from bulk_row)")
        .fetch_one(world.owner())
        .await
        .unwrap();
    assert_eq!(kept, 0, "something of a refused file was kept");
}

#[tokio::test]
async fn hostile_workbooks_are_refused_soon() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let zeros = vec![b' '; 60 * 1024 * 1024];
    let bomb =
        archive(&[("[Content_Types].xml", TYPES), ("xl/workbook.xml", BOOK), ("xl/worksheets/sheet1.xml", &zeros)]);
    let parts: Vec<(String, Vec<u8>)> = (0..30_000).map(|n| (format!("{n:x}"), Vec::new())).collect();
    let parts: Vec<(&str, &[u8])> = parts.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let laughs = b"<?xml version=\"1.0\"?><!DOCTYPE w [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\">]><workbook>&c;</workbook>";
    let outside = b"<?xml version=\"1.0\"?><!DOCTYPE w SYSTEM \"file:///etc/passwd\"><workbook/>";
    let utf16: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain("<!DOCTYPE w [<!ENTITY a \"ha\">]><workbook/>".encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let a_row = |n: u32| format!("<row r=\"{n}\">{}</row>", cell(&format!("A{n}"), "x"));
    let many_rows: Vec<String> = (2..20_000).map(a_row).collect();
    let heads = format!("<row r=\"1\">{}</row>", cell("A1", "Street"));
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        (
            "a cell in the far corner",
            workbook(&sheet(&format!("{heads}<row r=\"1048576\">{}</row>", cell("XFD1048576", "x")))),
            "more than 60 columns",
        ),
        ("millions of rows", workbook(&sheet(&many_rows.concat())), "5,000 rows"),
        ("a bomb", bomb.clone(), "far larger inside"),
        ("a bomb that lies", lying(bomb, 60 * 1024 * 1024, 100), "damaged"),
        ("an archive in an archive", archive(&[("inner.xlsx", &file("xlsx", &many(1)))]), "This is an archive"),
        ("thirty thousand parts", archive(&parts), "far larger inside"),
        ("a billion laughs", archive(&[("xl/workbook.xml", laughs)]), "damaged"),
        ("an outside entity", archive(&[("xl/workbook.xml", outside)]), "damaged"),
        ("entities in UTF-16", archive(&[("xl/workbook.xml", &utf16)]), "damaged"),
    ];
    for (what, bytes, says) in cases {
        assert!(bytes.len() < MOST_BYTES, "{what} is {} bytes", bytes.len());
        let began = Instant::now();
        let page = send(&mut amy, "f.xlsx", &bytes).await;
        let took = began.elapsed();
        assert_eq!(page.status, 422, "{what}: {}", page.text());
        assert!(page.error("file").contains(says), "{what}: {}", page.error("file"));
        assert!(took < SOON, "{what} took {took:?}");
        println!("{what}: {took:?}");
    }
}

#[tokio::test]
async fn text_is_read_in_every_encoding_that_excel_writes() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let rows = [row(&[(Field::Street, "Ty\u{2019}r Fferm, Caf\u{e9} Lane")])];
    let text = String::from_utf8(file("csv", &rows)).unwrap();
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    for bytes in [
        text.as_bytes().to_vec(),
        format!("\u{feff}{text}").into_bytes(),
        encoding_rs::WINDOWS_1252.encode(&text).0.into_owned(),
        utf16,
    ] {
        let path = super::taken(&mut amy, "e.csv", &bytes).await;
        super::work(&world).await;
        let street: String = sqlx::query_scalar("select fields->>'street' from bulk_row where bulk_key = $1")
            .bind(path.rsplit('/').next().unwrap())
            .fetch_one(world.owner())
            .await
            .unwrap();
        assert_eq!(street, "Ty\u{2019}r Fferm, Caf\u{e9} Lane");
        assert_eq!(super::figure(&mut amy, &path, "Can be added").await, "1");
    }
    // the name of a file is only ever shown, as text and without its folders
    let path = super::taken(&mut amy, "../../etc/<b>passwd</b>.csv", text.as_bytes()).await;
    super::work(&world).await;
    let page = amy.get(&path).await;
    assert!(
        page.text().contains("b>.csv") && !page.body.contains("<b>") && !page.body.contains(".."),
        "{}",
        page.text()
    );
}

#[tokio::test]
async fn so_many_files_a_day_and_no_more() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let bytes = file("csv", &many(1));
    for _ in 0..cms::limits::table::BULKS_A_DAY.person {
        super::taken(&mut amy, "a.csv", &bytes).await;
    }
    let page = send(&mut amy, "a.csv", &bytes).await;
    assert_eq!(page.status, 429);
    assert!(page.text().contains("Try again in 24 hours"), "{}", page.text());
    // the first of them was sent two hours before, and then is a day old
    let older = async |hours: i32| {
        sqlx::query(
            "update bulk set created = created - make_interval(hours => $1)
             where created = (select min(created) from bulk)",
        )
        .bind(hours)
        .execute(world.owner())
        .await
        .unwrap();
    };
    older(2).await;
    let page = send(&mut amy, "a.csv", &bytes).await;
    assert!(page.text().contains("Try again in 22 hours"), "{}", page.text());
    let seconds: i64 = page.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((22 * 3_600 - 120..=22 * 3_600 + 1).contains(&seconds), "{seconds}");
    older(22).await;
    let page = send(&mut amy, "a.csv", &bytes).await;
    assert_ne!(page.text().contains("Try again in 22 hours"), page.status == 429, "{}", page.text());
}

#[tokio::test]
async fn a_cell_longer_than_a_workbook_takes_is_rejected_and_goes_back_cut() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let long = "x".repeat(40_000);
    let path = taken(&mut amy, "a.csv", &file("csv", &[row(&[(Field::Street, &long)])])).await;
    work(&world).await;
    assert_eq!(figure(&mut amy, &path, "Have errors").await, "1");
    for file in ["all.xlsx", "rejected.xlsx", "rejected.csv"] {
        assert_eq!(amy.get(&format!("{path}/{file}")).await.status, 200, "{file}");
    }
}

#[tokio::test]
async fn a_file_without_the_epoch_of_its_page_is_refused() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let file = "--XX\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\nx\r\n";
    let named = |stamp: &str| format!("--XX\r\ncontent-disposition: form-data; name=\"epoch\"\r\n\r\n{stamp}\r\n");
    let epoch = named(&amy.stamp("/bulk").await.unwrap());
    for (parts, status) in [
        (file.to_owned(), 409),
        (String::new(), 409),
        (format!("{file}{epoch}"), 409),
        (format!("{}{file}", named("1")), 409),
        (format!("{}{file}", named("")), 409),
        (format!("{epoch}{file}"), 422),
    ] {
        let request = Request::post("/bulk")
            .header("content-type", "multipart/form-data; boundary=XX")
            .header("sec-fetch-site", "same-origin");
        assert_eq!(amy.send(request, Body::from(format!("{parts}--XX--\r\n"))).await.status, status, "{parts}");
    }
}

#[tokio::test]
async fn what_cannot_be_a_key_is_at_no_address() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    for key in ["%00", "a%00b", "%FF%FE", "%F0%9F%94%A5%F0%9F%94%A5", "'", "0123456789abcdef0123456789abcde%00"] {
        for rest in ["", "/progress", "/all.csv", "/rejected.xlsx", "/%00"] {
            let status = amy.get(&format!("/bulk/{key}{rest}")).await.status.as_u16();
            assert!(matches!(status, 400 | 404), "/bulk/{key}{rest}: {status}");
        }
        let status = amy.post(&format!("/bulk/{key}"), &[("choice", "add")]).await.status.as_u16();
        assert!(matches!(status, 400 | 404), "/bulk/{key}: {status}");
    }
}
