//! The parts of a workbook that tell where a sheet stands and what of it is not in view: hidden rows and columns, merged
//! cells, and formulas whose results were not saved. The cells themselves are read by [`super::sheet`].

use std::collections::HashSet;
use std::io::{Cursor, Read};

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::damaged;
use crate::bulk::sent::MOST_COLUMNS;
use crate::bulk::sent::refusal::Refusal;

/// What a sheet does not show of itself. Rows count from 1, columns from 0.
#[derive(Debug, Default)]
pub struct Unseen {
    pub rows: Vec<usize>,
    pub columns: Vec<usize>,
    /// cells of formulas without a result
    pub unsaved: HashSet<(usize, usize)>,
    pub merged: Vec<Merged>,
}

/// First and last cell, row and column, and as the sheet names them.
pub type Merged = ((usize, usize), (usize, usize), String);

/// What the sheet of this name does not show.
pub fn unseen(bytes: &[u8], name: &str) -> Result<Unseen, Refusal> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged())?;
    let path = path_of(&mut zip, name)?.ok_or_else(damaged)?;
    let text = part(&mut zip, &path)?;
    let mut reader = Reader::from_str(&text);
    let mut unseen = Unseen::default();
    let (mut row, mut column) = (0, 0);
    let mut cell = Cell::default();
    let mut in_value = false;
    loop {
        match reader.read_event().map_err(|_| damaged())? {
            Event::Start(tag) => match tag.local_name().as_ref() {
                "row" => begin_row(&tag, &mut row, &mut column, &mut unseen),
                "c" => {
                    column = attribute(&tag, "r").and_then(|at| position(&at)).map_or(column, |(_, column)| column);
                    cell = Cell { is_text: attribute(&tag, "t").as_deref() == Some("str"), ..Cell::default() };
                }
                "f" => cell.is_formula = true,
                "v" => in_value = true,
                "col" => hide_columns(&tag, &mut unseen),
                "mergeCell" => merge(&tag, &mut unseen),
                _ => {}
            },
            Event::Empty(tag) => match tag.local_name().as_ref() {
                "row" => begin_row(&tag, &mut row, &mut column, &mut unseen),
                "c" => column = attribute(&tag, "r").and_then(|at| position(&at)).map_or(column, |(_, at)| at) + 1,
                "f" => cell.is_formula = true,
                "col" => hide_columns(&tag, &mut unseen),
                "mergeCell" => merge(&tag, &mut unseen),
                _ => {}
            },
            Event::Text(text) if in_value && !text.trim().is_empty() => cell.has_value = true,
            Event::GeneralRef(_) if in_value => cell.has_value = true,
            Event::End(tag) => match tag.local_name().as_ref() {
                "v" => in_value = false,
                "c" => {
                    // a formula may well come to an empty text
                    if cell.is_formula && !cell.has_value && !cell.is_text {
                        unseen.unsaved.insert((row, column));
                    }
                    column += 1;
                }
                _ => {}
            },
            Event::Eof => return Ok(unseen),
            _ => {}
        }
    }
}

/// What is known of a cell while it is read.
#[derive(Debug, Default)]
struct Cell {
    is_text: bool,
    is_formula: bool,
    has_value: bool,
}

fn begin_row(tag: &BytesStart<'_>, row: &mut usize, column: &mut usize, unseen: &mut Unseen) {
    *row = attribute(tag, "r").and_then(|row| row.parse().ok()).unwrap_or(*row + 1);
    *column = 0;
    if is_hidden(tag) {
        unseen.rows.push(*row);
    }
}

fn hide_columns(tag: &BytesStart<'_>, unseen: &mut Unseen) {
    let number = |name| attribute(tag, name).and_then(|text| text.parse::<usize>().ok());
    if let (true, Some(first @ 1..), Some(last)) = (is_hidden(tag), number("min"), number("max")) {
        unseen.columns.extend(first - 1..last.min(MOST_COLUMNS));
    }
}

fn merge(tag: &BytesStart<'_>, unseen: &mut Unseen) {
    let Some(range) = attribute(tag, "ref") else { return };
    if let Some((first, last)) = range.split_once(':')
        && let (Some(first), Some(last)) = (position(first), position(last))
    {
        unseen.merged.push((first, last, range.replace(':', " to ")));
    }
}

fn is_hidden(tag: &BytesStart<'_>) -> bool {
    attribute(tag, "hidden").is_some_and(|hidden| matches!(hidden.as_str(), "1" | "true"))
}

/// Row and column of "B12".
fn position(name: &str) -> Option<(usize, usize)> {
    let name = name.replace('$', "");
    let letters = name.bytes().take_while(u8::is_ascii_alphabetic).count();
    let column = name[..letters].bytes().try_fold(0_usize, |column, letter| {
        column.checked_mul(26)?.checked_add(usize::from(letter.to_ascii_uppercase() - b'A') + 1)
    })?;
    Some((name[letters..].parse().ok()?, column.checked_sub(1)?))
}

/// Where the sheet of this name stands in the archive.
fn path_of(zip: &mut ZipArchive<Cursor<&[u8]>>, name: &str) -> Result<Option<String>, Refusal> {
    let book = part(zip, "xl/workbook.xml")?;
    let sheet = tags(&book, "sheet", |tag| {
        (attribute(tag, "name").as_deref() == Some(name)).then(|| attribute(tag, "id")).flatten()
    })?;
    let Some(id) = sheet else { return Ok(None) };
    let relations = part(zip, "xl/_rels/workbook.xml.rels")?;
    let target = tags(&relations, "Relationship", |tag| {
        (attribute(tag, "Id").as_deref() == Some(&*id)).then(|| attribute(tag, "Target")).flatten()
    })?;
    Ok(target.map(|target| match target.strip_prefix('/') {
        Some(whole) => whole.to_owned(),
        None if target.starts_with("xl/") => target,
        None => format!("xl/{}", target.trim_start_matches("./")),
    }))
}

/// The first of these elements of which something is found.
fn tags<T>(text: &str, element: &str, find: impl Fn(&BytesStart<'_>) -> Option<T>) -> Result<Option<T>, Refusal> {
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event().map_err(|_| damaged())? {
            Event::Start(tag) | Event::Empty(tag) if tag.local_name().as_ref() == element => {
                if let Some(found) = find(&tag) {
                    return Ok(Some(found));
                }
            }
            Event::Eof => return Ok(None),
            _ => {}
        }
    }
}

/// The text of a part, whose name is written in any case. How much it inflates to has been limited before.
fn part(zip: &mut ZipArchive<Cursor<&[u8]>>, path: &str) -> Result<String, Refusal> {
    let mut names = zip.file_names().flatten().map(std::borrow::Cow::into_owned);
    let name = names.find(|name| name.eq_ignore_ascii_case(path)).ok_or_else(damaged)?;
    drop(names);
    let mut bytes = Vec::new();
    zip.by_name(&name).map_err(|_| damaged())?.read_to_end(&mut bytes).map_err(|_| damaged())?;
    let encoding = encoding_rs::Encoding::for_bom(&bytes).map_or(encoding_rs::UTF_8, |(encoding, _)| encoding);
    Ok(encoding.decode_with_bom_removal(&bytes).0.into_owned())
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut all = tag.attributes();
    all.with_checks(false);
    let found = all.flatten().find(|one| one.key.local_name().as_ref() == name)?;
    Some(unescape(&found.value).map_or_else(|_| found.value.to_string(), std::borrow::Cow::into_owned))
}
