//! Rules that every type shares: no field is a date, a time or an error that a spreadsheet has put in the place of what
//! was typed. They speak before the rules of their fields, so their numbers come first.

use super::field::Field::*;
use super::rule::Rule;
use super::rule::Severity::Stop;
use crate::trade::spreadsheet::Slip;

/// One rule for each field: its number, its label, what must stand beside it, and examples.
macro_rules! slips {
    ($($number:literal $field:ident $label:literal $beside:expr, $good:expr, $bad:expr;)*) => {
        pub const RULES: &[Rule] = &[$(Rule {
            number: $number,
            field: $field,
            severity: Stop,
            beside: $beside,
            rule: concat!(
                $label,
                ": not a date, a time, a number cut short or the error of a formula, as spreadsheets make them."
            ),
            says: |d, _| Slip::of(d.get($field)).map(|slip| slip.says($label, d.get($field))),
            good: $good,
            bad: $bad,
        },)*];
    };
}

slips! {
    11 BuildingNumber "Building number" &[], &["12A"], &["01-Feb", "Feb-26", "01/02/2026", "06:00", "#N/A"];
    12 BuildingName "Building name" &[], &["Kiln House"], &["01-Feb", "#REF!", "####"];
    13 SubBuildingName "Sub-building name" &[], &["Flat 3"], &["01-Feb", "2026-02-01"];
    14 PlotNumber "Plot number" &[], &["1-2", "14"], &["01-Feb", "Feb-26", "1 Feb 2026", "01/02/2026", "1:02", "1.23E+11"];
    15 Street "Street" &[], &["Moss Lane"], &["#N/A", "01/02/2026"];
    16 DependentStreet "Dependent street" &[], &["Kiln Mews"], &["#N/A"];
    17 Locality "Locality" &[], &["Upper Moss"], &["#N/A"];
    18 PostTown "Post town" &[], &["LEEDS"], &["#N/A"];
    19 County "County" &[], &["West Yorkshire"], &["#N/A"];
    20 Uprn "UPRN" &[], &["100012345678"], &["1.00012E+11", "####"];
    21 Msn "Meter serial number" &[], &["G4A01234567890", "10-11-12"], &["01-Feb", "Feb-26", "1.23E+11", "#N/A"];
    22 Reading "Meter reading" &[(ReadingDate, "01/02/2026")], &["01234"], &["1.23E+11", "18/10/1933", "####"];
    23 Aq "Estimated AQ" &[], &["12000"], &["1.2E+04", "07/11/1932", "#DIV/0!"];
    24 Why "Why" &[], &["New house; the service was laid in May."], &["#NAME?", "01/02/2026"];
    25 OwnReference "Your reference" &[], &["ALD-2026-0007"], &["1.23E+11", "Feb-26", "#N/A"];
    26 ContactName "Site contact name" &[], &["Site office"], &["#N/A"];
    27 ContactPhone "Site contact phone" &[], &["01632 960001"], &["1.63296E+09", "#N/A"];
}
