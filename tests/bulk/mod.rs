//! Many sites at once, by file and by form.

mod check;
mod form;
mod journey;
mod list;
mod of_type;
mod read;
mod sheets;
mod texts;
mod which_sheet;
mod worker;
mod worker_kills;

use axum::body::Body;
use axum::http::{Request, header};
use cms::bulk::SentRow;
use cms::bulk::read::uklink;
use cms::bulk::worker::round;
use cms::contacts::fields::Field;
use cms::contacts::types::ContactType;
use rust_xlsxwriter::Workbook;

use crate::world::{MNC, Page, Person, World};

/// Kinds of files that rows may come in.
pub const KINDS: [&str; 3] = ["csv", "xlsx", "uklink"];

/// A whole, valid row in which some fields have other values.
pub fn row(changes: &[(Field, &str)]) -> SentRow {
    let mut fields: Vec<(Field, String)> =
        MNC.iter().map(|(name, text)| (Field::parse(name).unwrap(), (*text).to_owned())).collect();
    for (field, text) in changes {
        (*text).clone_into(&mut fields[field.place()].1);
    }
    SentRow { contact_type: ContactType::Mnc, line: 0, fields }
}

/// So many valid rows, each for a site of its own.
pub fn many(count: usize) -> Vec<SentRow> {
    (1..=count)
        .map(|n| {
            let postcode = format!("LS{} {}AB", n % 20 + 1, n / 20 % 9);
            row(&[
                (Field::BuildingNumber, ""),
                (Field::PlotNumber, &n.to_string()),
                (Field::Postcode, &postcode),
                (Field::ByHand, "NB"),
                (Field::Msn, &format!("G4A{n:05}")),
            ])
        })
        .collect()
}

/// The rows as a file of this kind.
pub fn file(kind: &str, rows: &[SentRow]) -> Vec<u8> {
    let text = |row: &SentRow, field: Field| row.fields[field.place()].1.clone();
    match kind {
        "csv" => {
            let labels: Vec<&str> =
                ContactType::Mnc.spec().fields().map(|field| ContactType::Mnc.spec().label(&field)).collect();
            let mut out = cms::csv::line(&labels);
            for row in rows {
                let cells: Vec<String> = ContactType::Mnc.spec().fields().map(|field| text(row, field)).collect();
                out += &cms::csv::line(&cells.iter().map(String::as_str).collect::<Vec<_>>());
            }
            out.into_bytes()
        }
        "xlsx" => {
            let mut book = Workbook::new();
            let sheet = book.add_worksheet();
            for (column, field) in (0_u16..).zip(ContactType::Mnc.spec().fields()) {
                sheet.write_string(0, column, ContactType::Mnc.spec().label(&field)).unwrap();
                for (at, row) in (1_u32..).zip(rows) {
                    sheet.write_string(at, column, text(row, field)).unwrap();
                }
            }
            book.save_to_buffer().unwrap()
        }
        _ => {
            let mut out = uklink::header("ALD", "MNC", time::macros::datetime!(2026-11-24 12:00 UTC));
            for row in rows {
                out += &uklink::site(row);
            }
            (out + &format!("\"Z99\",{}\r\n", rows.len())).into_bytes()
        }
    }
}

/// Sends bytes as the file of the form.
pub async fn send(person: &mut Person, name: &str, bytes: &[u8]) -> Page {
    let stamp = person.stamp("/bulk").await.unwrap_or_default();
    let mut body = Vec::new();
    body.extend(
        format!(
            "--b0undary\r\ncontent-disposition: form-data; name=\"epoch\"\r\n\r\n{stamp}\r\n--b0undary\r\n\
             content-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\ncontent-type: application/octet-stream\r\n\r\n"
        )
        .as_bytes(),
    );
    body.extend(bytes);
    body.extend(b"\r\n--b0undary--\r\n");
    let request = Request::post("/bulk")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b0undary")
        .header("sec-fetch-site", "same-origin");
    person.send(request, Body::from(body)).await
}

/// As [`send`], and it has to be taken; answers the address of its page.
pub async fn taken(person: &mut Person, name: &str, bytes: &[u8]) -> String {
    let page = send(person, name, bytes).await;
    assert_eq!(page.status, 303, "{}", page.text());
    page.location()
}

/// Lets the worker do all there is.
pub async fn work(world: &World) {
    while round(&world.app).await.unwrap() {}
}

/// Sends rows, has them checked and the good ones added; answers the page's address.
pub async fn added(world: &World, person: &mut Person, kind: &str, rows: &[SentRow]) -> String {
    let path = taken(person, &format!("sites.{kind}"), &file(kind, rows)).await;
    work(world).await;
    let done = person.post(&path, &[("choice", "add")]).await;
    assert_eq!(done.status, 303, "{}", done.text());
    work(world).await;
    path
}

/// The figures of a bulk's page: "Can be added" or "Added", "Already there", "Have errors".
pub async fn figures(person: &mut Person, path: &str) -> Vec<(String, String)> {
    let page = person.get(path).await;
    assert_eq!(page.status, 200);
    page.all(".app-counts dt").into_iter().zip(page.all(".app-counts dd")).collect()
}

/// The figure under this name.
pub async fn figure(person: &mut Person, path: &str, name: &str) -> String {
    let found = figures(person, path).await;
    found.iter().find(|(known, _)| known == name).unwrap_or_else(|| panic!("no {name} in {found:?}")).1.clone()
}

pub async fn contacts(world: &World) -> i64 {
    sqlx::query_scalar("select count(*) from contact").fetch_one(world.owner()).await.unwrap()
}
