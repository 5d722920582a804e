//! A site with what it is compared by, worked out once, since it is held against many.

use super::parts::Dwelling;
use super::site::Site;

#[derive(Debug, Clone)]
pub struct Compared<'a> {
    pub site: Site<'a>,
    pub dwelling: Dwelling,
    /// dependent street and street, in canonical words
    pub road: String,
    /// the postcode without its space
    pub code: String,
}

impl<'a> From<Site<'a>> for Compared<'a> {
    fn from(site: Site<'a>) -> Self {
        Compared { dwelling: site.parts(), road: site.road(), code: site.code(), site }
    }
}
