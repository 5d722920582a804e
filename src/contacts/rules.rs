//! The rules of an MNC: one table, with a number, a sentence and examples for each. The form, the help page and
//! the tests all follow it. Lengths are PAF's and UK Link's; check digits, postcode and AQ are the industry's.
//!
//! A `Stop` must be mended before the contact can be logged; a `Warn` is shown at check answers and stops nobody; an
//! `Ask`, of a trial only, is asked about once.

use time::Date;

use crate::contacts::details::{Details, mprns};
use crate::contacts::field::Field;
use crate::trade::dates::parse_date;
use crate::trade::postcode::PostcodeError;
use crate::trade::{self, Mprn, address_limits as limit, meter_point, reality};

/// What a broken rule does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    Stop,
    Warn,
    Ask,
}

/// What the rules go by beside the details themselves.
#[derive(Debug, Clone, Copy)]
pub struct Facts {
    /// in London
    pub today: Date,
    /// the data is a trial's, where nothing may be real
    pub trial: bool,
    /// whether the address finder holds the address; `None` while it holds none at all
    pub in_finder: Option<bool>,
    /// the postcode lies on a network of its own, fed by LPG or otherwise
    pub isolated: bool,
}

impl Facts {
    /// What is known without looking anything up.
    pub fn on(today: Date) -> Facts {
        Facts { today, trial: false, in_finder: None, isolated: false }
    }
}

/// A rule that a form breaks, and what it says to whoever typed it.
#[derive(Debug, Clone)]
pub struct Broken {
    pub rule: &'static Rule,
    pub says: String,
}

/// One rule. `says` gives the sentence when it is broken; examples are values of `field`, with `beside` holding
/// what other fields must have for the example to mean something.
#[derive(Debug)]
pub struct Rule {
    pub number: u16,
    pub field: Field,
    pub force: Severity,
    /// the rule as the help page states it
    pub rule: &'static str,
    pub says: fn(&Details, &Facts) -> Option<String>,
    pub good: &'static [&'static str],
    pub bad: &'static [&'static str],
    pub beside: &'static [(Field, &'static str)],
}

/// What is said of a site on an isolated network, before it is submitted and beside the contact.
pub const ISOLATED: &str = "This postcode is on an isolated network, which is fed by LPG or stands apart from the \
    national gas system. An MPRN may not be right for this site; the CDSP decides";

use Field::*;
use Severity::{Ask, Stop, Warn};

const NO_BUILDING: &[(Field, &str)] =
    &[(BuildingNumber, ""), (BuildingName, ""), (SubBuildingName, ""), (PlotNumber, "")];

#[rustfmt::skip]
pub const RULES: &[Rule] = &[
    Rule { number: 101, field: BuildingNumber, force: Stop, beside: NO_BUILDING,
        rule: "One of building number, building name, sub-building name or plot number is needed.",
        says: |d, _| [BuildingNumber, BuildingName, SubBuildingName, PlotNumber].iter().all(|f| d.get(*f).is_empty())
            .then(|| "Enter a building number, building name, sub-building name or plot number".into()),
        good: &["7", "7A"], bad: &[""] },
    Rule { number: 102, field: BuildingNumber, force: Stop, beside: &[],
        rule: "Building number: at most 4 characters (PAF), beginning with a digit.",
        says: |d, _| sentence(d.get(BuildingNumber), |text| text.len() > limit::BUILDING_NUMBER || !text.starts_with(|c: char| c.is_ascii_digit()) || !text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'),
            "Building number must begin with a digit and have at most 4 characters, such as 12 or 12A. Put longer ones in building name"),
        good: &["1", "12A", "9999"], bad: &["12345", "A1", "1/2", "one"] },
    Rule { number: 103, field: BuildingName, force: Stop, beside: &[],
        rule: "Building name: at most 50 characters (PAF).",
        says: |d, _| too_long(d, BuildingName, limit::BUILDING_NAME),
        good: &["Kiln House"], bad: &["A building whose name goes on for ever and ever and on"] },
    Rule { number: 104, field: SubBuildingName, force: Stop, beside: &[],
        rule: "Sub-building name: at most 30 characters (PAF).",
        says: |d, _| too_long(d, SubBuildingName, limit::SUB_BUILDING_NAME),
        good: &["Flat 3"], bad: &["The little flat over the old stables"] },
    Rule { number: 105, field: PlotNumber, force: Stop, beside: &[],
        rule: "Plot number: at most 20 characters.",
        says: |d, _| too_long(d, PlotNumber, 20),
        good: &["14", "Plot 14B"], bad: &["the fourteenth plot on the left"] },
    Rule { number: 106, field: Street, force: Stop, beside: &[],
        rule: "Street is needed, at most 80 characters (PAF).",
        says: |d, _| missing(d, Street, "Enter the street").or_else(|| too_long(d, Street, 80)),
        good: &["Moss Lane"], bad: &["", "Lane Lane Lane Lane Lane Lane Lane Lane Lane Lane Lane Lane Lane Lane Lane Lane Lane"] },
    Rule { number: 107, field: Street, force: Warn, beside: &[],
        rule: "A street of more than 40 characters does not fit UK Link, which cuts it.",
        says: |d, _| sentence(d.get(Street), |text| text.chars().count() > limit::UK_LINK_STREET,
            "This street is longer than the 40 characters that UK Link holds"),
        good: &["Moss Lane"], bad: &["Saint Bartholomew the Great and Less Close"] },
    Rule { number: 108, field: DependentStreet, force: Stop, beside: &[],
        rule: "Dependent street: at most 80 characters (PAF).",
        says: |d, _| too_long(d, DependentStreet, 80),
        good: &["Kiln Mews"], bad: &["Lane Lane Lane Lane Lane Lane Lane Lane Lane Lane Lane Lane Lane Lane Lane Lane Lane"] },
    Rule { number: 109, field: DependentStreet, force: Warn, beside: &[],
        rule: "A dependent street of more than 40 characters does not fit UK Link, which cuts it.",
        says: |d, _| sentence(d.get(DependentStreet), |text| text.chars().count() > limit::UK_LINK_STREET,
            "This dependent street is longer than the 40 characters that UK Link holds"),
        good: &["Kiln Mews"], bad: &["Saint Bartholomew the Great and Less Close"] },
    Rule { number: 110, field: Locality, force: Stop, beside: &[],
        rule: "Locality: at most 35 characters (PAF).",
        says: |d, _| too_long(d, Locality, limit::DEPENDENT_LOCALITY),
        good: &["Upper Moss"], bad: &["Upper Moss under Lower Moss by the Moss"] },
    Rule { number: 111, field: PostTown, force: Stop, beside: &[],
        rule: "Post town is needed, at most 30 characters (PAF).",
        says: |d, _| missing(d, PostTown, "Enter the post town").or_else(|| too_long(d, PostTown, limit::POST_TOWN)),
        good: &["LEEDS"], bad: &["", "A post town of more than thirty letters"] },
    Rule { number: 112, field: County, force: Stop, beside: &[],
        rule: "County: at most 40 characters (UK Link).",
        says: |d, _| too_long(d, County, limit::UK_LINK_COUNTY),
        good: &["West Yorkshire"], bad: &["A county with a name of more than forty letters"] },
    Rule { number: 113, field: Postcode, force: Stop, beside: &[],
        rule: "Postcode is needed and must be a whole one, such as LS1 4DY.",
        says: |d, _| missing(d, Postcode, "Enter the postcode").or_else(|| match crate::trade::Postcode::parse(d.get(Postcode)) {
            Err(error @ PostcodeError::NotAPostcode) => Some(error.to_string()),
            _ => None,
        }),
        good: &["LS1 4DY", "ls14dy", "W1A 0AX"], bad: &["", "LS1", "1LS 4DY", "LS1 4CY", "QA1 1AA"] },
    Rule { number: 114, field: Postcode, force: Stop, beside: &[],
        rule: "Sites in Northern Ireland, the Isle of Man and the Channel Islands are outside the market of Great Britain.",
        says: |d, _| match crate::trade::Postcode::parse(d.get(Postcode)) {
            Ok(_) | Err(PostcodeError::NotAPostcode) => None,
            Err(error) => Some(error.to_string()),
        },
        good: &["LS1 4DY"], bad: &["BT1 5GS", "IM1 1AA", "GY1 1AA", "JE2 3AB"] },
    Rule { number: 115, field: Uprn, force: Stop, beside: &[],
        rule: "UPRN: up to 12 digits.",
        says: |d, _| sentence(d.get(Uprn), |text| text.len() > limit::UPRN || !digits(text), "UPRN must be up to 12 digits, such as 100012345678"),
        good: &["1", "100012345678"], bad: &["1234567890123", "12A"] },
    Rule { number: 116, field: ByHand, force: Stop, beside: &[],
        rule: "Why the address is entered by hand: one of the reasons of the list, or nothing.",
        says: |d, _| (!d.get(ByHand).is_empty() && trade::ByHand::from_code(d.get(ByHand)).is_none())
            .then(|| "Choose why the address is entered by hand from the list".into()),
        good: &["", "NB", "nl", "New build, no postal address yet"], bad: &["XX", "because"] },
    Rule { number: 117, field: ByHand, force: Stop, beside: &[],
        rule: "An address that the address finder does not have needs a reason for entering it by hand.",
        says: |d, facts| (facts.in_finder == Some(false) && d.get(ByHand).is_empty())
            .then(|| "Find the address in the address finder, or choose why it is entered by hand".into()),
        good: &["NB", "NL"], bad: &[""] },
    Rule { number: 118, field: Postcode, force: Warn, beside: &[],
        rule: "A postcode on one of the five isolated networks (LPG, or otherwise apart from the national system) is not an ordinary MNC.",
        says: |d, facts| (facts.isolated && !d.get(Postcode).is_empty()).then(|| ISOLATED.into()),
        good: &[""], bad: &["LS1 4DY"] },
    Rule { number: 201, field: Msn, force: Stop, beside: &[],
        rule: "Meter serial number: letters, digits, hyphen and slash, up to 14 (UK Link).",
        says: |d, _| (!d.get(Msn).is_empty()).then(|| crate::trade::Msn::parse(d.get(Msn)).err()).flatten().map(|error| error.to_string()),
        good: &["G4A01234567890", "m016-a/12"], bad: &["G4A012345678901", "G4 £ 12", "G4_1"] },
    Rule { number: 202, field: Reading, force: Stop, beside: &[(ReadingDate, "01/02/2026")],
        rule: "Meter reading: up to 12 digits.",
        says: |d, _| sentence(d.get(Reading), |text| text.len() > 12 || !digits(text), "Meter reading must be digits only, up to 12, such as 01234"),
        good: &["0", "01234"], bad: &["12.5", "1234567890123", "abc"] },
    Rule { number: 203, field: ReadingDate, force: Stop, beside: &[(Reading, "100")],
        rule: "A reading needs its date.",
        says: |d, _| (!d.get(Reading).is_empty() && d.get(ReadingDate).is_empty()).then(|| "Enter the date of the meter reading".into()),
        good: &["01/02/2026"], bad: &[""] },
    Rule { number: 204, field: ReadingDate, force: Stop, beside: &[(Reading, "100")],
        rule: "Reading date: a date such as 24/11/2026.",
        says: |d, _| if d.get(ReadingDate).is_empty() || d.reading_date().is_some() { None } else {
            parse_date(d.get(ReadingDate)).err().map(|error| error.to_string()) },
        good: &["01/02/2026", "1/2/26", "1.2.2026"], bad: &["31/02/2026", "2026", "yesterday", "01/13/2026"] },
    Rule { number: 205, field: ReadingDate, force: Stop, beside: &[(Reading, "100")],
        rule: "Reading date: not in the future, and not before 1990.",
        says: |d, facts| d.reading_date().filter(|date| *date > facts.today || date.year() < 1990)
            .map(|_| "Reading date must be between 1990 and today".into()),
        good: &["01/02/2026"], bad: &["01/02/2999", "31/12/1989"] },
    Rule { number: 206, field: Reading, force: Stop, beside: &[(ReadingDate, "01/02/2026")],
        rule: "A reading date needs its reading.",
        says: |d, _| (d.get(Reading).is_empty() && !d.get(ReadingDate).is_empty()).then(|| "Enter the reading that was taken on that date".into()),
        good: &["100"], bad: &[""] },
    Rule { number: 207, field: MarketSector, force: Stop, beside: &[],
        rule: "Market sector is needed: domestic, or industrial and commercial.",
        says: |d, _| meter_point::MarketSector::from_code(d.get(MarketSector)).is_none().then(|| "Choose the market sector".into()),
        good: &["D", "I"], bad: &["", "X"] },
    Rule { number: 208, field: Aq, force: Stop, beside: &[],
        rule: "Estimated AQ: whole kWh, up to 9 digits.",
        says: |d, _| sentence(d.get(Aq), |text| text.len() > 9 || !digits(text), "Estimated AQ must be whole kWh, such as 12,000"),
        good: &["0", "12000", "12,000", "999999999"], bad: &["-1", "12.5", "1234567890", "lots"] },
    Rule { number: 209, field: Aq, force: Warn, beside: &[(MarketSector, "D")],
        rule: "An AQ above 73,200 kWh makes a large supply point, which is unlikely to be domestic.",
        says: |d, _| (d.get(MarketSector) == "D" && d.aq().is_some_and(|aq| aq > i64::from(meter_point::SMALL_SUPPLY_POINT_KWH)))
            .then(|| "An AQ above 73,200 kWh makes a large supply point, but the market sector says domestic".into()),
        good: &["73200", "12000"], bad: &["73201", "900000"] },
    Rule { number: 210, field: Neighbours, force: Stop, beside: &[],
        rule: "Neighbouring MPRNs: each 6 to 10 digits with the right check digits, ten at most.",
        says: |d, _| if mprns(d.get(Neighbours)).count() > 10 { Some("Enter at most ten neighbouring MPRNs".into()) } else {
            mprns(d.get(Neighbours)).find_map(|mprn| Mprn::parse(mprn).err().map(|error| format!("{}: {error}", short(mprn)))) },
        good: &["9000000006", "9000000006, 9000000107", "90 0000 0006;"], bad: &["1234567890", "9000000007", "12ab", "9000000006, 1"] },
    Rule { number: 301, field: Why, force: Stop, beside: &[],
        rule: "Why no MPRN is thought to exist is needed, at most 2,000 characters.",
        says: |d, _| missing(d, Why, "Say why you think no MPRN exists").or_else(|| too_long(d, Why, 2_000)),
        good: &["New house; the service was laid in May."], bad: &[""] },
    Rule { number: 401, field: OwnReference, force: Stop, beside: &[],
        rule: "Your reference: at most 30 characters (UK Link).",
        says: |d, _| too_long(d, OwnReference, 30),
        good: &["ALD-2026-0007"], bad: &["A reference of more than thirty letters"] },
    Rule { number: 402, field: ContactName, force: Stop, beside: &[],
        rule: "Site contact name: at most 60 characters.",
        says: |d, _| too_long(d, ContactName, 60),
        good: &["Site office"], bad: &["A person with so many names that sixty letters are not enough"] },
    Rule { number: 403, field: ContactPhone, force: Stop, beside: &[],
        rule: "Site contact phone: 7 to 15 digits, with spaces, brackets, hyphens and a leading plus allowed.",
        says: |d, _| sentence(d.get(ContactPhone), |text| {
                let count = text.chars().filter(char::is_ascii_digit).count();
                !(7..=15).contains(&count) || text.chars().count() > 25 || !text.chars().all(|c| c.is_ascii_digit() || " ()-+".contains(c))
            }, "Site contact phone must be a phone number, such as 01632 960 001"),
        good: &["01632 960001", "+44 1632 960 001"], bad: &["12345", "call me", "0163296000100000"] },
    Rule { number: 404, field: ContactEmail, force: Stop, beside: &[],
        rule: "Site contact e-mail: an address such as name@example.com, at most 100 characters.",
        says: |d, _| sentence(d.get(ContactEmail), |text| text.len() > 100 || !validator::ValidateEmail::validate_email(&text),
            "Site contact e-mail must be an address such as name@example.com"),
        good: &["site@example.com"], bad: &["site", "site@", "a b@example.com"] },
    Rule { number: 501, field: Neighbours, force: Ask, beside: &[],
        rule: "In a trial: an MPRN whose check digits are right is asked about if it is not in the sample range.",
        says: |d, facts| facts.trial.then(|| mprns(d.get(Neighbours)).find_map(reality::mprn)).flatten().map(|doubt| doubt.to_string()),
        good: &["9000000006", ""], bad: &["3938424403", "9000000006, 10140505"] },
    Rule { number: 502, field: Why, force: Ask, beside: &[],
        rule: "In a trial: what could be a real MPRN, e-mail address or mobile number in the reasons is asked about.",
        says: |d, facts| doubted(d, facts, Why),
        good: &["Service laid in May; ring 07700 900123."], bad: &["Ring Pat on 07911 123456", "Write to pat@mail.co.uk"] },
    Rule { number: 503, field: ContactPhone, force: Ask, beside: &[],
        rule: "In a trial: a mobile number outside 07700 900000 to 900999 is asked about.",
        says: |d, facts| doubted(d, facts, ContactPhone),
        good: &["07700 900123", "01632 960001"], bad: &["07911 123456", "+44 7911 123456"] },
    Rule { number: 504, field: ContactEmail, force: Ask, beside: &[],
        rule: "In a trial: an e-mail address outside the domains reserved for examples is asked about.",
        says: |d, facts| doubted(d, facts, ContactEmail),
        good: &["site@example.org"], bad: &["site@works.co.uk"] },
];

/// What a form breaks, in the order of its fields.
pub fn broken(details: &Details, facts: &Facts, force: Severity) -> Vec<Broken> {
    let mut found: Vec<Broken> = Vec::new();
    for rule in RULES.iter().filter(|rule| rule.force == force) {
        // one message a field: the first rule that fails explains most
        if found.iter().any(|broken| broken.rule.field == rule.field) {
            continue;
        }
        if let Some(says) = (rule.says)(details, facts) {
            found.push(Broken { rule, says });
        }
    }
    found.sort_by_key(|broken| broken.rule.field);
    found
}

fn doubted(details: &Details, facts: &Facts, field: Field) -> Option<String> {
    facts.trial.then(|| reality::doubts(details.get(field)).first().map(ToString::to_string)).flatten()
}

fn missing(details: &Details, field: Field, says: &str) -> Option<String> {
    details.get(field).is_empty().then(|| says.to_owned())
}

fn too_long(details: &Details, field: Field, most: usize) -> Option<String> {
    let length = details.get(field).chars().count();
    (length > most).then(|| format!("{} must have at most {most} characters; this has {length}", field.label()))
}

/// The sentence if a value is there and wrong.
fn sentence(value: &str, is_wrong: impl Fn(&str) -> bool, says: &str) -> Option<String> {
    (!value.is_empty() && is_wrong(value)).then(|| says.to_owned())
}

fn digits(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_digit())
}

fn short(text: &str) -> String {
    text.chars().take(20).collect()
}
