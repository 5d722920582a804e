//! The order of equals: streets, numbers, buildings and flats as people count.

use std::cmp::Ordering;

use crate::addresses::Address;

/// The order in which people would write a street down.
pub fn natural(one: &Address, other: &Address) -> Ordering {
    let parts = |address: &Address| {
        [
            chunks(&address.street),
            chunks(&address.dependent_street),
            chunks(&address.number),
            chunks(&address.building),
            chunks(&address.sub_building),
            chunks(&address.organisation),
            chunks(&address.postcode),
        ]
    };
    parts(one).cmp(&parts(other))
}

/// A text cut into words and numbers, so that 10 follows 9.
fn chunks(text: &str) -> Vec<(u64, String)> {
    let mut found: Vec<(u64, String)> = Vec::new();
    let mut digits = false;
    for c in text.to_lowercase().chars().filter(|c| !c.is_whitespace()) {
        if found.is_empty() || c.is_ascii_digit() != digits {
            digits = c.is_ascii_digit();
            found.push((0, String::new()));
        }
        if let Some(last) = found.last_mut() {
            match c.to_digit(10) {
                Some(digit) => last.0 = last.0.saturating_mul(10).saturating_add(u64::from(digit)),
                None => last.1.push(c),
            }
        }
    }
    found
}
