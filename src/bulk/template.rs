//! `/bulk/template.csv`, `.xlsx` and `.uklink`: the templates, made from the fields and the one table of rules.

use axum::extract::State;
use axum::response::Response;
use rust_xlsxwriter::{Format, FormatAlign, Workbook, XlsxError};

use super::SentRow;
use super::layout::{columns, example};
use super::of_type::OfType;
use super::read::uklink::{Cell, header as uk_link_header, record, site};
use crate::app::App;
use crate::contacts::fields::Spec;
use crate::download::{CSV, TEXT, XLSX, attached, csv_headings};
use crate::error::AppError;
use crate::session::SignedIn;

fn labels(spec: &'static Spec) -> Vec<&'static str> {
    spec.fields().map(|field| spec.label(&field)).collect()
}

pub async fn csv(SignedIn(viewer): SignedIn, OfType(contact_type): OfType) -> Result<Response, AppError> {
    viewer.may_log()?;
    Ok(attached("sites-template.csv", CSV, csv_headings(&labels(contact_type.spec()))))
}

pub async fn xlsx(SignedIn(viewer): SignedIn, OfType(contact_type): OfType) -> Result<Response, AppError> {
    viewer.may_log()?;
    let bytes = workbook(contact_type.spec()).map_err(|error| AppError::Broken(error.into()))?;
    Ok(attached("sites-template.xlsx", XLSX, bytes))
}

/// A header, one record as an example, and the trailer.
pub async fn uk_link(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    OfType(contact_type): OfType,
) -> Result<Response, AppError> {
    viewer.may_log()?;
    let spec = contact_type.spec();
    let code = viewer.organisation.as_ref().map(|organisation| organisation.code.as_str()).unwrap_or_default();
    let fields = spec.fields().map(|field| (field, example(spec, field).to_owned())).collect();
    let text = uk_link_header(code, spec.code, app.clock.now())
        + &site(&SentRow { contact_type, line: 2, fields })
        + &record(&[Cell::Text("Z99"), Cell::Number(1)]);
    Ok(attached("sites-template.uklink", TEXT, text))
}

fn workbook(spec: &'static Spec) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let bold = Format::new().set_bold();
    // text, so that leading noughts and long numbers stay as they are typed
    let text = Format::new().set_num_format("@");
    let sheet = book.add_worksheet();
    sheet.set_name("Sites")?;
    sheet.set_freeze_panes(1, 0)?;
    for (column, label) in (0_u16..).zip(labels(spec)) {
        sheet.set_column_format(column, &text)?;
        sheet.set_column_width(column, if label.len() > 20 { 32 } else { 20 })?;
        sheet.write_string_with_format(0, column, label, &bold)?;
    }
    let explained = book.add_worksheet();
    explained.set_name("Columns")?;
    explained.set_freeze_panes(1, 1)?;
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    for (column, (title, width)) in
        (0_u16..).zip([("Column", 34), ("Needed", 18), ("What it holds", 40), ("Rules", 90), ("Example", 30)])
    {
        explained.set_column_width(column, width)?;
        explained.write_string_with_format(0, column, title, &bold)?;
    }
    for (at, column) in (1_u32..).zip(columns(spec)) {
        let rules: Vec<String> = column.rules.iter().map(|rule| format!("{} {}", rule.number, rule.rule)).collect();
        for (place, cell) in
            (0_u16..).zip([column.label, column.needed, column.field.hint(), &rules.join("\n"), column.example])
        {
            explained.write_string_with_format(at, place, cell, &wrapped)?;
        }
    }
    book.save_to_buffer()
}
