//! How a contact ends as valid: what was done about it.

use crate::trade::Mprn;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// an MPRN was created, and goes into the register
    Created(Mprn),
}
