//! An address as the parts that tell one site from the next.

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
