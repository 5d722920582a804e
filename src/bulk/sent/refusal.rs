//! Why a file was not taken, and what to do: one sentence for its sender.

use super::{MOST_COLUMNS, MOST_ROWS};
use crate::trade::words::thousands;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal(pub String);

impl Refusal {
    pub fn because(says: impl Into<String>) -> Refusal {
        Refusal(says.into())
    }

    pub fn empty() -> Refusal {
        Refusal::because("The file is empty. Choose the file that holds your rows.")
    }

    pub fn too_many_rows() -> Refusal {
        Refusal(format!(
            "The file has more than {} rows. Split it, and send the parts one after the other.",
            thousands(MOST_ROWS as u64)
        ))
    }

    pub fn too_many_columns() -> Refusal {
        Refusal(format!(
            "The file has more than {MOST_COLUMNS} columns. Download the template and copy your rows into it."
        ))
    }
}
