//! The site, which every contact type is about: its fieldset, and the rules of its fields.

use super::field::Field::{self, *};
use super::rule::Rule;
use super::rule::Severity::{Stop, Warn};
use super::rule::{digits, missing, sentence, too_long};
use super::{Details, Section};
use crate::trade::dates::show_words;
use crate::trade::postcode::PostcodeError;
use crate::trade::spreadsheet;
use crate::trade::text::length;
use crate::trade::{self, address_limits as limit};

pub const SECTION: Section = Section {
    title: "Site address",
    hint: "Give at least one of building number, building name, sub-building name and plot number.",
    fields: &[
        BuildingNumber,
        BuildingName,
        SubBuildingName,
        PlotNumber,
        Street,
        DependentStreet,
        Locality,
        PostTown,
        County,
        Postcode,
        Uprn,
        ByHand,
    ],
};

/// Fields of which one is needed: a plot, and what a building is known by in its street.
pub const ONE_OF: [Field; 4] = [BuildingNumber, BuildingName, SubBuildingName, PlotNumber];

/// Why an address is entered by hand: codes and words, led by none.
pub fn by_hand() -> Vec<(&'static str, &'static str)> {
    trade::ByHand::choices()
}

/// What is said of a site on an isolated network, before it is submitted and beside the contact.
pub const ISOLATED: &str = "This postcode is on an isolated network, which is fed by LPG or stands apart from the \
    national gas system. An MPRN may not be right for this site; the CDSP decides";

const NO_BUILDING: &[(Field, &str)] =
    &[(BuildingNumber, ""), (BuildingName, ""), (SubBuildingName, ""), (PlotNumber, "")];

#[rustfmt::skip]
pub const RULES: &[Rule] = &[
    Rule { number: 101, field: BuildingNumber, severity: Stop, beside: NO_BUILDING,
        rule: "One of building number, building name, sub-building name or plot number is needed.",
        says: |d, _| [BuildingNumber, BuildingName, SubBuildingName, PlotNumber].iter().all(|f| d.get(*f).is_empty())
            .then(|| "Enter a building number, building name, sub-building name or plot number".into()),
        good: &["7", "7A"], bad: &[""] },
    Rule { number: 102, field: BuildingNumber, severity: Stop, beside: &[],
        rule: "Building number: at most 4 characters (PAF), beginning with a digit.",
        says: |d, _| sentence(d.get(BuildingNumber), |text| text.len() > limit::BUILDING_NUMBER || !text.starts_with(|c: char| c.is_ascii_digit()) || !text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'),
            "Building number must begin with a digit and have at most 4 characters, such as 12 or 12A. Put longer ones in building name"),
        good: &["1", "12A", "9999"], bad: &["12345", "A1", "1/2", "one"] },
    Rule { number: 103, field: BuildingName, severity: Stop, beside: &[],
        rule: "Building name: at most 50 characters (PAF).",
        says: |d, _| too_long(d, BuildingName, limit::BUILDING_NAME),
        good: &["Kiln House"], bad: &["A building whose name goes on for ever and ever and on"] },
    Rule { number: 104, field: SubBuildingName, severity: Stop, beside: &[],
        rule: "Sub-building name: at most 30 characters (PAF).",
        says: |d, _| too_long(d, SubBuildingName, limit::SUB_BUILDING_NAME),
        good: &["Flat 3"], bad: &["The little flat over the old stables"] },
    Rule { number: 105, field: PlotNumber, severity: Stop, beside: &[],
        rule: "Plot number: at most 20 characters.",
        says: |d, _| too_long(d, PlotNumber, 20),
        good: &["14", "Plot 14B"], bad: &["the fourteenth plot on the left"] },
    Rule { number: 106, field: Street, severity: Stop, beside: &[],
        rule: "Street is needed, at most 80 characters (PAF).",
        says: |d, _| missing(d, Street, "Enter the street").or_else(|| too_long(d, Street, 80)),
        good: &["Moss Lane"], bad: &["", "Lane Lane Lane Lane Lane Lane Lane Lane Lane Lane Lane Lane Lane Lane Lane Lane Lane"] },
    Rule { number: 107, field: Street, severity: Warn, beside: &[],
        rule: "A street of more than 40 characters does not fit UK Link, which cuts it.",
        says: |d, _| sentence(d.get(Street), |text| length(text) > limit::UK_LINK_STREET,
            "This street is longer than the 40 characters that UK Link holds"),
        good: &["Moss Lane"], bad: &["Saint Bartholomew the Great and Less Close"] },
    Rule { number: 108, field: DependentStreet, severity: Stop, beside: &[],
        rule: "Dependent street: at most 80 characters (PAF).",
        says: |d, _| too_long(d, DependentStreet, 80),
        good: &["Kiln Mews"], bad: &["Lane Lane Lane Lane Lane Lane Lane Lane Lane Lane Lane Lane Lane Lane Lane Lane Lane"] },
    Rule { number: 109, field: DependentStreet, severity: Warn, beside: &[],
        rule: "A dependent street of more than 40 characters does not fit UK Link, which cuts it.",
        says: |d, _| sentence(d.get(DependentStreet), |text| length(text) > limit::UK_LINK_STREET,
            "This dependent street is longer than the 40 characters that UK Link holds"),
        good: &["Kiln Mews"], bad: &["Saint Bartholomew the Great and Less Close"] },
    Rule { number: 110, field: Locality, severity: Stop, beside: &[],
        rule: "Locality: at most 35 characters (PAF).",
        says: |d, _| too_long(d, Locality, limit::DEPENDENT_LOCALITY),
        good: &["Upper Moss"], bad: &["Upper Moss under Lower Moss by the Moss"] },
    Rule { number: 111, field: PostTown, severity: Stop, beside: &[],
        rule: "Post town is needed, at most 30 characters (PAF).",
        says: |d, _| missing(d, PostTown, "Enter the post town").or_else(|| too_long(d, PostTown, limit::POST_TOWN)),
        good: &["LEEDS"], bad: &["", "A post town of more than thirty letters"] },
    Rule { number: 112, field: County, severity: Stop, beside: &[],
        rule: "County: at most 40 characters (UK Link).",
        says: |d, _| too_long(d, County, limit::UK_LINK_COUNTY),
        good: &["West Yorkshire"], bad: &["A county with a name of more than forty letters"] },
    Rule { number: 113, field: Postcode, severity: Stop, beside: &[],
        rule: "Postcode is needed and must be a whole one, such as LS1 4DY.",
        says: |d, _| missing(d, Postcode, "Enter the postcode").or_else(|| match crate::trade::Postcode::parse(d.get(Postcode)) {
            Err(error @ PostcodeError::NotAPostcode) => Some(error.to_string()),
            _ => None,
        }),
        good: &["LS1 4DY", "ls14dy", "W1A 0AX"], bad: &["", "LS1", "1LS 4DY", "LS1 4CY", "QA1 1AA"] },
    Rule { number: 114, field: Postcode, severity: Stop, beside: &[],
        rule: "Sites in Northern Ireland, the Isle of Man and the Channel Islands are outside the market of Great Britain.",
        says: |d, _| match crate::trade::Postcode::parse(d.get(Postcode)) {
            Ok(_) | Err(PostcodeError::NotAPostcode) => None,
            Err(error) => Some(error.to_string()),
        },
        good: &["LS1 4DY"], bad: &["BT1 5GS", "IM1 1AA", "GY1 1AA", "JE2 3AB"] },
    Rule { number: 115, field: Uprn, severity: Stop, beside: &[],
        rule: "UPRN: up to 12 digits.",
        says: |d, _| sentence(d.get(Uprn), |text| text.len() > limit::UPRN || !digits(text), "UPRN must be up to 12 digits, such as 100012345678"),
        good: &["1", "100012345678"], bad: &["1234567890123", "12A"] },
    Rule { number: 116, field: ByHand, severity: Stop, beside: &[],
        rule: "Why the address is entered by hand: one of the reasons of the list, or nothing.",
        says: |d, _| (!d.get(ByHand).is_empty() && trade::ByHand::from_code(d.get(ByHand)).is_none())
            .then(|| format!("Choose why the address is entered by hand: {}", ByHand.input().taken())),
        good: &["", "NB", "nl", "New build, no postal address yet"], bad: &["XX", "because"] },
    Rule { number: 117, field: ByHand, severity: Stop, beside: &[],
        rule: "An address that the address finder does not have needs a reason for entering it by hand.",
        says: |d, facts| (facts.in_finder == Some(false) && d.get(ByHand).is_empty())
            .then(|| "Find the address in the address finder, or choose why it is entered by hand".into()),
        good: &["NB", "NL"], bad: &[""] },
    Rule { number: 118, field: Postcode, severity: Warn, beside: &[],
        rule: "A postcode on one of the five isolated networks (LPG, or otherwise apart from the national system) is not an ordinary MNC.",
        says: |d, facts| (facts.isolated && !d.get(Postcode).is_empty()).then(|| ISOLATED.into()),
        good: &[""], bad: &["LS1 4DY"] },
    Rule { number: 119, field: BuildingName, severity: Stop, beside: &[],
        rule: "Building name: not the number by which a spreadsheet keeps a date.",
        says: |d, _| day_number(d, BuildingName), good: &["1234"], bad: &["44958"] },
    Rule { number: 120, field: SubBuildingName, severity: Stop, beside: &[],
        rule: "Sub-building name: not the number by which a spreadsheet keeps a date.",
        says: |d, _| day_number(d, SubBuildingName), good: &["12"], bad: &["44958"] },
    Rule { number: 121, field: PlotNumber, severity: Stop, beside: &[],
        rule: "Plot number: not the number by which a spreadsheet keeps a date.",
        says: |d, _| day_number(d, PlotNumber), good: &["1234"], bad: &["44958", "46054"] },
];

/// The sentence if a date stands there as its number.
fn day_number(details: &Details, field: Field) -> Option<String> {
    let text = details.get(field);
    let label = details.spec.label(&field);
    let day = spreadsheet::day_of(text).map(show_words)?;
    Some(format!(
        "A date stands in {label}: {text} is how a spreadsheet keeps {day}. Format the cell as Text and enter it again; a \
         number that is meant takes a word, such as “No {text}”"
    ))
}
