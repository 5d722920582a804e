//! A workbook, as the process that reads it does: refused, or read within its limits.

use cms::bulk::read::{rows_of, workbook};
use cms::contacts::types::ContactType;

pub fn run(data: &[u8]) {
    if workbook::safe(data).is_err() {
        return;
    }
    for contact_type in ContactType::ALL {
        if let Ok(read) = workbook::table(*contact_type, data).and_then(|table| rows_of(*contact_type, &table)) {
            crate::csv::judged(&read.rows);
        }
    }
}
