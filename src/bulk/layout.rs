//! `/bulk/layout`: every column of a bulk file, from the one table of rules, and the layout of UK Link style files.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use crate::app::App;
use crate::contacts::field::Field;
use crate::contacts::rules::{RULES, Rule};
use crate::error::AppError;
use crate::frame::Frame;
use crate::page;
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "bulk/layout.html")]
struct LayoutPage {
    frame: Frame,
}

/// What there is to say of one column.
#[derive(Debug)]
pub struct Column {
    pub field: Field,
    pub needed: &'static str,
    pub rules: Vec<&'static Rule>,
    pub example: &'static str,
}

impl LayoutPage {
    fn columns(&self) -> Vec<Column> {
        columns()
    }
}

/// All columns, in the order of the form.
pub fn columns() -> Vec<Column> {
    let of = |field: Field| Column {
        field,
        needed: match field {
            Field::BuildingNumber | Field::BuildingName | Field::SubBuildingName | Field::PlotNumber => {
                "One of these four"
            }
            field if field.is_optional() => "Optional",
            _ => "Needed",
        },
        rules: RULES.iter().filter(|rule| rule.field == field).collect(),
        example: example(field),
    };
    Field::ALL.into_iter().map(of).collect()
}

/// The first good example of its rules.
pub fn example(field: Field) -> &'static str {
    let good = RULES.iter().filter(|rule| rule.field == field).flat_map(|rule| rule.good);
    good.copied().find(|value| !value.is_empty()).unwrap_or_default()
}

pub async fn show(State(app): State<App>, SignedIn(viewer): SignedIn) -> Result<Response, AppError> {
    page::ok(&LayoutPage { frame: Frame::new(&app, Some(&viewer), "/bulk/layout") })
}
