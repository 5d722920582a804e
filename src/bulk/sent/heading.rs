//! Where a table names its columns: in its first row, or below a title and the like.

use super::columns::{Column, field, of};
use super::refusal::Refusal;
use super::table::Rows;
use crate::contacts::fields::Spec;

/// Rows among which the headings are looked for.
pub const LOOKED_AT: usize = 20;

/// The place of the row that names the columns of this type, and those columns. If there is none, what is wrong with the
/// row that comes nearest.
pub fn of_rows(spec: &Spec, rows: &Rows) -> Result<(usize, Vec<Column>), Refusal> {
    let texts = |place: usize| rows[place].1.iter().map(super::table::Cell::text).collect::<Vec<_>>();
    let known = |place: usize| texts(place).iter().filter(|text| field(spec, text).is_some()).count();
    let places = 0..rows.len().min(LOOKED_AT);
    // of equals the first
    let place = places.rev().max_by_key(|place| known(*place)).ok_or_else(Refusal::empty)?;
    let place = if known(place) > 1 { place } else { 0 };
    of(spec, rows[place].0, &texts(place)).map(|columns| (place, columns))
}
