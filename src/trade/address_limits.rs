//! How long each part of an address may be, in characters: the maximum lengths of Royal Mail's
//! Postcode Address File (PAF), and the shorter ones of UK Link, the industry's register.
//!
//! The two differ: a street that PAF allows may not fit into UK Link's record. Forms accept
//! PAF's lengths and warn above UK Link's; nothing is ever cut silently.

pub const ORGANISATION_NAME: usize = 60;
pub const SUB_BUILDING_NAME: usize = 30;
pub const BUILDING_NAME: usize = 50;
/// Digits; a number such as "12A" is a building name to PAF.
pub const BUILDING_NUMBER: usize = 4;
/// Name (60), a space and descriptor such as "Road" (20).
pub const DEPENDENT_STREET: usize = 81;
/// Name (60), a space and descriptor such as "Road" (20).
pub const STREET: usize = 81;
pub const DOUBLE_DEPENDENT_LOCALITY: usize = 35;
pub const DEPENDENT_LOCALITY: usize = 35;
pub const POST_TOWN: usize = 30;
/// Digits of a Unique Property Reference Number.
pub const UPRN: usize = 12;

/// UK Link's record: street and dependent street.
pub const UK_LINK_STREET: usize = 40;
/// UK Link's record; PAF has no county.
pub const UK_LINK_COUNTY: usize = 40;
