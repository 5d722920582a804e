//! Workbooks taken apart, for tests of what goes out and of what comes in.

use std::io::{Cursor, Read, Write};

use calamine::{Data, Reader, Xlsx};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use crate::world::{Person, World};

/// Number formats of a sheet: of whole columns, and of each cell by row and column.
pub struct Formats {
    pub columns: Vec<String>,
    pub cells: Vec<((usize, usize), String)>,
}

/// The bytes of a file that goes out.
pub async fn download(world: &World, person: &Person, path: &str) -> Vec<u8> {
    let request = axum::http::Request::get(path)
        .header("host", "127.0.0.1:8080")
        .header("cookie", person.cookie().unwrap())
        .body(axum::body::Body::empty())
        .unwrap();
    let response = tower::ServiceExt::oneshot(world.site.clone(), request).await.unwrap();
    assert_eq!(response.status(), 200, "{path}");
    http_body_util::BodyExt::collect(response.into_body()).await.unwrap().to_bytes().to_vec()
}

/// The values of a sheet, row by row from its headings.
pub fn values(bytes: &[u8], sheet: &str) -> Vec<Vec<Data>> {
    let mut book = Xlsx::new(Cursor::new(bytes)).unwrap();
    book.worksheet_range(sheet).unwrap().rows().map(<[Data]>::to_vec).collect()
}

/// The number formats of the first sheet, which has this name.
pub fn formats(bytes: &[u8], sheet: &str) -> Formats {
    let mut book = Xlsx::new(Cursor::new(bytes)).unwrap();
    let mut reader = book.worksheet_cells_reader(sheet).unwrap();
    let codes: Vec<String> = reader
        .styles()
        .iter()
        .map(|style| style.number_format.as_ref().map_or("General", |format| format.format_code.as_str()).to_owned())
        .collect();
    let mut cells = Vec::new();
    while let Some((cell, style)) = reader.next_cell_with_style_id().unwrap() {
        let (row, column) = cell.get_position();
        cells.push(((row as usize, column as usize), codes[style].clone()));
    }
    let xml = part(bytes, "xl/worksheets/sheet1.xml");
    let mut columns = Vec::new();
    for tag in xml.split("<col ").skip(1) {
        let number = |name: &str| {
            let rest = tag.split('>').next().unwrap().split_once(&format!("{name}=\""));
            rest.map(|(_, rest)| rest.split('"').next().unwrap().parse::<usize>().unwrap())
        };
        let last = number("max").unwrap();
        columns.resize(last, codes[number("style").unwrap_or_default()].clone());
    }
    Formats { columns, cells }
}

/// The workbook with no formula's result saved, as some programs write one.
pub fn without_results(bytes: &[u8]) -> Vec<u8> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for place in 0..zip.len() {
        let mut file = zip.by_index(place).unwrap();
        let name = file.name().unwrap().to_string();
        let mut content = Vec::new();
        file.read_to_end(&mut content).unwrap();
        if name.ends_with("sheet1.xml") {
            let text = String::from_utf8(content).unwrap();
            let mut parts = text.split("</f>");
            let mut kept = parts.next().unwrap().to_owned();
            for rest in parts {
                kept += "</f>";
                kept += rest.split_once("</v>").map_or(rest, |(_, rest)| rest);
            }
            content = kept.into_bytes();
        }
        out.start_file(name, SimpleFileOptions::default()).unwrap();
        out.write_all(&content).unwrap();
    }
    out.finish().unwrap().into_inner()
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}
