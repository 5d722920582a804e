//! A file that is text: decoded, taken apart, its rows by the rules; and the same text pasted into a table.

use cms::bulk::already_logged::{premises_key, row_key};
use cms::bulk::check::by_rules;
use cms::bulk::read::{rows_of, text};
use cms::bulk::{MOST_ROWS, SentRow, paste};
use cms::contacts::fields::rule::Facts;
use cms::contacts::types::ContactType;
use cms::trade::dates::parse_date;

pub fn run(data: &[u8]) {
    let Ok((decoded, encoding)) = text::decode(data) else { return };
    let table = text::table(&decoded, encoding);
    for contact_type in ContactType::ALL {
        if let Ok(read) = table.clone().and_then(|table| rows_of(*contact_type, &table)) {
            judged(&read.rows);
        }
        let _ = paste::rows(contact_type.spec(), &decoded);
    }
}

/// What every row is put through.
pub fn judged(rows: &[SentRow]) {
    assert!(rows.len() <= MOST_ROWS);
    let facts = Facts { trial: true, ..Facts::on(parse_date("24/11/2026").unwrap()) };
    for row in rows.iter().take(50) {
        let details = row.details();
        let outcome = by_rules(&details, &facts);
        assert!(outcome.problems.iter().all(|problem| !problem.says.is_empty()));
        let _ = (row_key(&details), premises_key(&details));
    }
}
