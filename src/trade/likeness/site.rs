//! An address as the parts that tell one site from the next.

use crate::trade::site_line::first_line;

/// As typed or stored.
#[derive(Debug, Clone, Copy, Default)]
pub struct Site<'a> {
    pub sub_building: &'a str,
    pub building: &'a str,
    pub number: &'a str,
    pub plot: &'a str,
    pub dependent_street: &'a str,
    pub street: &'a str,
    pub postcode: &'a str,
}

impl Site<'_> {
    /// What tells one building of a street from the next.
    pub fn first_line(&self) -> String {
        first_line(&[self.sub_building, self.building, self.number, self.plot, self.street])
    }
}
