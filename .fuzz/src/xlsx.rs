//! A workbook, as the process that reads it does: refused, or read within its limits.

use cms::bulk::read::{rows_of, workbook};
use cms::contacts::types::ContactType;

pub fn run(data: &[u8]) {
    if workbook::safe(data).is_err() {
        return;
    }
    let Ok(table) = workbook::table(data.to_vec()) else { return };
    for contact_type in ContactType::ALL {
        if let Ok(rows) = rows_of(*contact_type, table.clone()) {
            crate::csv::judged(&rows);
        }
    }
}
