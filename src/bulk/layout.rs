//! `/bulk/layout`: every column of a bulk file, from the one table of rules, and the layout of UK Link style files.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::of_type::OfType;
use crate::app::App;
use crate::contacts::fields::rule::Rule;
use crate::contacts::fields::site;
use crate::contacts::fields::{Field, Spec};
use crate::error::AppError;
use crate::frame::Frame;
use crate::page;
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "bulk/layout.html")]
struct LayoutPage {
    frame: Frame,
    spec: &'static Spec,
}

/// What there is to say of one column.
#[derive(Debug)]
pub struct Column {
    pub field: Field,
    pub label: &'static str,
    pub needed: &'static str,
    pub rules: Vec<&'static Rule>,
    pub example: &'static str,
}

impl LayoutPage {
    fn columns(&self) -> Vec<Column> {
        columns(self.spec)
    }
}

/// All columns, in the order of the form.
pub fn columns(spec: &'static Spec) -> Vec<Column> {
    let of = |field: Field| Column {
        field,
        label: spec.label(&field),
        needed: match field {
            field if site::ONE_OF.contains(&field) => "One of these four",
            field if spec.is_optional(field) => "Optional",
            _ => "Needed",
        },
        rules: spec.rules().filter(|rule| rule.field == field).collect(),
        example: example(spec, field),
    };
    spec.fields().map(of).collect()
}

/// The first good example of its rules.
pub fn example(spec: &'static Spec, field: Field) -> &'static str {
    let good = spec.rules().filter(move |rule| rule.field == field).flat_map(|rule| rule.good);
    good.copied().find(|value| !value.is_empty()).unwrap_or_default()
}

pub async fn show(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    OfType(contact_type): OfType,
) -> Result<Response, AppError> {
    page::ok(&LayoutPage { frame: Frame::new(&app, Some(&viewer), "/bulk/layout"), spec: contact_type.spec() })
}
