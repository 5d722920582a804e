//! The rules of an MNC beside those of its site.

use crate::contacts::fields::field::Field::*;
use crate::contacts::fields::input::mprns;
use crate::contacts::fields::rule::Rule;
use crate::contacts::fields::rule::Severity::{Ask, Stop, Warn};
use crate::contacts::fields::rule::{digits, missing, sentence, short, too_long};
use crate::trade::dates::parse_date;
use crate::trade::{Mprn, meter_point, reality};

#[rustfmt::skip]
pub const RULES: &[Rule] = &[
    Rule { number: 201, field: Msn, severity: Stop, beside: &[],
        rule: "Meter serial number: letters, digits, hyphen and slash, up to 14 (UK Link).",
        says: |d, _| (!d.get(Msn).is_empty()).then(|| crate::trade::Msn::parse(d.get(Msn)).err()).flatten().map(|error| error.to_string()),
        good: &["G4A01234567890", "m016-a/12"], bad: &["G4A012345678901", "G4 £ 12", "G4_1"] },
    Rule { number: 202, field: Reading, severity: Stop, beside: &[(ReadingDate, "01/02/2026")],
        rule: "Meter reading: up to 12 digits.",
        says: |d, _| sentence(d.get(Reading), |text| text.len() > 12 || !digits(text), "Meter reading must be digits only, up to 12, such as 01234 or 12,345"),
        good: &["0", "01234", "12,345", "12 345", "12345 m3"], bad: &["12.5", "1,2", "1,23", "12.345", "1234567890123", "abc"] },
    Rule { number: 203, field: ReadingDate, severity: Stop, beside: &[(Reading, "100")],
        rule: "A reading needs its date.",
        says: |d, _| (!d.get(Reading).is_empty() && d.get(ReadingDate).is_empty()).then(|| "Enter the date of the meter reading".into()),
        good: &["01/02/2026"], bad: &[""] },
    Rule { number: 204, field: ReadingDate, severity: Stop, beside: &[(Reading, "100")],
        rule: "Reading date: a date such as 24/11/2026 or 24 Nov 2026.",
        says: |d, _| if d.get(ReadingDate).is_empty() || d.reading_date().is_some() { None } else {
            parse_date(d.get(ReadingDate)).err().map(|error| error.to_string()) },
        good: &["01/02/2026", "1/2/26", "1.2.2026", "1 Feb 2026", "2026-02-01"], bad: &["31/02/2026", "2026", "soon", "01/13/2026"] },
    Rule { number: 205, field: ReadingDate, severity: Stop, beside: &[(Reading, "100")],
        rule: "Reading date: not in the future, and not before 1990.",
        says: |d, facts| d.reading_date().filter(|date| *date > facts.today || date.year() < 1990)
            .map(|_| "Reading date must be between 1990 and today".into()),
        good: &["01/02/2026"], bad: &["01/02/2999", "31/12/1989"] },
    Rule { number: 206, field: Reading, severity: Stop, beside: &[(ReadingDate, "01/02/2026")],
        rule: "A reading date needs its reading.",
        says: |d, _| (d.get(Reading).is_empty() && !d.get(ReadingDate).is_empty()).then(|| "Enter the reading that was taken on that date".into()),
        good: &["100"], bad: &[""] },
    Rule { number: 207, field: MarketSector, severity: Stop, beside: &[],
        rule: "Market sector is needed: domestic (D, dom), or industrial and commercial (I, I&C).",
        says: |d, _| meter_point::MarketSector::from_code(d.get(MarketSector)).is_none()
            .then(|| format!("Choose the market sector: {}", MarketSector.input().taken())),
        good: &["D", "I", "dom", "I&C", "i & c", "C&I", "Ind & Comm", "Non-domestic", "Industrial & commercial"], bad: &["", "X", "LSP"] },
    Rule { number: 208, field: Aq, severity: Stop, beside: &[],
        rule: "Estimated AQ: whole kWh, up to 9 digits.",
        says: |d, _| sentence(d.get(Aq), |text| text.len() > 9 || !digits(text), "Estimated AQ must be whole kWh, such as 12,000"),
        good: &["0", "12000", "12,000", "12,000.00", "12 000 kWh", "999999999"],
        bad: &["-1", "12.5", "1,2", "1,23", "12.345", "12 MWh", "1234567890", "lots"] },
    Rule { number: 209, field: Aq, severity: Warn, beside: &[(MarketSector, "D")],
        rule: "An AQ above 73,200 kWh makes a large supply point, which is unlikely to be domestic.",
        says: |d, _| (d.get(MarketSector) == "D" && d.aq().is_some_and(|aq| aq > i64::from(meter_point::SMALL_SUPPLY_POINT_KWH)))
            .then(|| "An AQ above 73,200 kWh makes a large supply point, but the market sector says domestic".into()),
        good: &["73200", "12000"], bad: &["73201", "900000"] },
    Rule { number: 210, field: Neighbours, severity: Stop, beside: &[],
        rule: "Neighbouring MPRNs: each 6 to 10 digits with the right check digits, ten at most.",
        says: |d, _| if mprns(d.get(Neighbours)).count() > 10 { Some("Enter at most ten neighbouring MPRNs".into()) } else {
            mprns(d.get(Neighbours)).find_map(|mprn| Mprn::parse(mprn).err().map(|error| format!("{}: {error}", short(mprn)))) },
        good: &["9000000006", "9000000006, 9000000107", "90 0000 0006;"], bad: &["1234567890", "9000000007", "12ab", "9000000006, 1"] },
    Rule { number: 301, field: Why, severity: Stop, beside: &[],
        rule: "Why no MPRN is thought to exist is needed, at most 2,000 characters.",
        says: |d, _| missing(d, Why, "Say why you think no MPRN exists").or_else(|| too_long(d, Why, 2_000)),
        good: &["New house; the service was laid in May."], bad: &[""] },
    Rule { number: 501, field: Neighbours, severity: Ask, beside: &[],
        rule: "In a trial: an MPRN whose check digits are right is asked about if it is not in the sample range.",
        says: |d, facts| facts.trial.then(|| mprns(d.get(Neighbours)).find_map(reality::mprn)).flatten().map(|doubt| doubt.to_string()),
        good: &["9000000006", ""], bad: &["3938424403", "9000000006, 10140505"] },
];
