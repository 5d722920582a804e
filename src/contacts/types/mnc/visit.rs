//! What the network answers to the site visit of an MNC.

use crate::contacts::fields::field::Field;
use crate::contacts::fields::input::{NARROW, TEN};
use crate::contacts::fields::question::{Asked, Question, too_long};
use crate::contacts::fields::spec::{Fieldset, Said};
use crate::contacts::fields::visit::{ACCESS, JOB, NO_ACCESS, REMARKS, VISITED, YES_NO};
use crate::contacts::fields::{Details, Input};
use crate::trade::meter_point::{METER_LOCATIONS, SiteFinding};
use crate::trade::words::fold;
use crate::trade::{Mprn, Msn};

pub const FORM: &[Fieldset] = &[
    Fieldset { title: "The visit", questions: &[VISITED, ACCESS, NO_ACCESS] },
    Fieldset {
        title: "What was found",
        questions: &[SERVICE, METER, SUPPLY, MSN_FOUND, READING_FOUND, LOCATION, ADDRESS_FOUND, OTHER_MPRN],
    },
    Fieldset { title: "For the record", questions: &[JOB, REMARKS] },
];

/// What the raiser has said of the same. Readings go up between two days, so they never differ.
pub fn said(question: &str, found: &str, details: &Details) -> Option<Said> {
    let same = |one: &str, other: &str| fold(one) == fold(other);
    let (words, differs) = match question {
        "msn_found" => {
            let serial = details.get(Field::Msn);
            (serial.to_owned(), !serial.is_empty() && !found.is_empty() && !same(serial, found))
        }
        "reading_found" => (details.shown(Field::Reading), false),
        "address_found" if !found.is_empty() => {
            let line = details.address_line();
            let differs = !same(&line, found);
            (line, differs)
        }
        "other_mprn" => {
            let neighbours = details.neighbours();
            (neighbours.join(", "), !found.is_empty() && !neighbours.iter().any(|mprn| same(mprn, found)))
        }
        _ => return None,
    };
    Some(Said { words, differs })
}

const SERVICE: Question = Question {
    name: "service",
    label: "Is there a gas service?",
    hint: "",
    input: YES_NO,
    optional: false,
    asked: Asked::Unless("access", "no"),
    says: |answers, _| {
        (!YES_NO.offers(answers.get("service")))
            .then(|| format!("Say whether there is a gas service: {}", YES_NO.taken()))
    },
};
const METER: Question = Question {
    name: "meter",
    label: "Is there a meter?",
    hint: "",
    input: YES_NO,
    optional: false,
    asked: Asked::Unless("access", "no"),
    says: |answers, _| {
        (!YES_NO.offers(answers.get("meter"))).then(|| format!("Say whether there is a meter: {}", YES_NO.taken()))
    },
};
const SUPPLY: Question = Question {
    name: "supply",
    label: "State of the supply",
    hint: "",
    input: SUPPLIES,
    optional: true,
    asked: Asked::Unless("access", "no"),
    says: |answers, _| {
        (!SUPPLIES.offers(answers.get("supply")))
            .then(|| format!("Choose the state of the supply: {}", SUPPLIES.taken()))
    },
};
const MSN_FOUND: Question = Question {
    name: "msn_found",
    label: "Meter serial number found",
    hint: "",
    input: Input::Serial(TEN),
    optional: true,
    asked: Asked::Unless("access", "no"),
    says: |answers, _| {
        let found = answers.get("msn_found");
        if found.is_empty() { None } else { Msn::parse(found).err().map(|error| error.to_string()) }
    },
};
const READING_FOUND: Question = Question {
    name: "reading_found",
    label: "Reading found",
    hint: "",
    input: Input::Digits,
    optional: true,
    asked: Asked::Unless("access", "no"),
    says: |answers, _| {
        let found = answers.get("reading_found");
        let fits = found.len() <= 12 && found.bytes().all(|byte| byte.is_ascii_digit());
        (!fits).then(|| "The reading must be digits only, up to 12, such as 01234 or 12,345".to_owned())
    },
};
const LOCATION: Question = Question {
    name: "location",
    label: "Meter location",
    hint: "",
    input: LOCATIONS,
    optional: true,
    asked: Asked::Unless("access", "no"),
    says: |answers, _| {
        (!LOCATIONS.offers(answers.get("location")))
            .then(|| format!("Choose the meter location: {}", LOCATIONS.taken()))
    },
};
const ADDRESS_FOUND: Question = Question {
    name: "address_found",
    label: "Address as found",
    hint: "If it differs from the one above",
    input: Input::Words(NARROW),
    optional: true,
    asked: Asked::Unless("access", "no"),
    says: |answers, _| too_long(answers.get("address_found"), "The address as found", 300),
};
const OTHER_MPRN: Question = Question {
    name: "other_mprn",
    label: "Other MPRN seen",
    hint: "",
    input: Input::Mprn,
    optional: true,
    asked: Asked::Always,
    says: |answers, _| {
        let seen = answers.get("other_mprn");
        if seen.is_empty() { None } else { Mprn::parse(seen).err().map(|error| error.to_string()) }
    },
};

const SUPPLIES: Input = Input::Select(|| {
    let known = SiteFinding::ALL.iter().map(|found| (found.code(), found.text()));
    std::iter::once(("", "Not stated")).chain(known).collect()
});
const LOCATIONS: Input =
    Input::Select(|| std::iter::once(("", "Not stated")).chain(METER_LOCATIONS.iter().copied()).collect());
