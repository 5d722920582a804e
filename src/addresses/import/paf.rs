//! The columns of address files: the published order of the Postcode Address File, and what headers call them.

pub const POSTCODE: usize = 0;
pub const TOWN: usize = 1;
pub const LOCALITY: usize = 2;
pub const DOUBLE_LOCALITY: usize = 3;
pub const STREET: usize = 4;
pub const DEPENDENT_STREET: usize = 5;
pub const NUMBER: usize = 6;
pub const BUILDING: usize = 7;
pub const SUB_BUILDING: usize = 8;
pub const PO_BOX: usize = 9;
pub const ORGANISATION: usize = 10;
pub const UDPRN: usize = 11;
pub const UPRN: usize = 12;
pub const COUNTY: usize = 13;

/// What headers call each column.
pub const KNOWN: [&[&str]; 14] = [
    &["postcode", "postcodelocator"],
    &["posttown", "town"],
    &["dependentlocality", "locality"],
    &["doubledependentlocality"],
    &[
        "thoroughfare",
        "thoroughfareanddescriptor",
        "thoroughfaredescriptor",
        "thoroughfarename",
        "streetname",
        "street",
    ],
    &[
        "dependentthoroughfare",
        "dependentthoroughfareanddescriptor",
        "dependentthoroughfaredescriptor",
        "dependentthoroughfarename",
    ],
    &["buildingnumber"],
    &["buildingname"],
    &["subbuildingname", "subbuilding"],
    &["pobox", "poboxnumber"],
    &["organisationname", "organisation", "rmorganisationname"],
    &["udprn"],
    &["uprn"],
    &["county", "postalcounty", "traditionalcounty"],
];

/// Places in the published order of a PAF file without header: postcode, post town, the localities, thoroughfare and
/// dependent thoroughfare with their descriptors, number, names, PO box, department, organisation, UDPRN.
pub const PAF: [Option<usize>; 14] = [
    Some(0),
    Some(1),
    Some(2),
    Some(3),
    Some(4),
    Some(5),
    Some(6),
    Some(7),
    Some(8),
    Some(9),
    Some(11),
    Some(12),
    None,
    None,
];
