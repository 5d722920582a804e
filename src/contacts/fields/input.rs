//! How a value is typed, kept and shown: the one list that fields, questions of a visit and outcomes draw on.
//!
//! Kept, each value has one fixed form: postcodes in capitals with a space, dates as 2026-11-24, choices by their codes,
//! MPRNs of ten digits separated by a comma and a space. What does not parse stays as typed; rules say what is wrong.

use time::Date;
use time::macros::format_description;

use super::choice;
use crate::trade::dates::{parse_date, show_typed, show_words};
use crate::trade::numbers::digits_of;
use crate::trade::spreadsheet::Slip;
use crate::trade::text::{clean, clean_line, plain_dashes, says_something};
use crate::trade::words::thousands;
use crate::trade::{Mprn, Msn, Postcode};

/// Codes and texts of a list to choose from.
pub type Choices = fn() -> Vec<(&'static str, &'static str)>;

/// CSS classes for how wide a field is drawn: as its column, or as wide as so many characters.
pub const NARROW: &str = "";
pub const TEN: &str = "govuk-input--width-10";
pub const TWENTY: &str = "govuk-input--width-20";

/// Units that may stand behind a reading, and behind a quantity of kWh.
const OF_A_READING: &[&str] = &["m3", "m³", "m^3", "cu m", "cubic metres", "cubic meters", "units"];
const OF_ENERGY: &[&str] = &[
    "kwh",
    "kwh/year",
    "kwh/yr",
    "kwh/a",
    "kwh/annum",
    "kwh p/a",
    "kwh pa",
    "kwh p.a",
    "kwh a year",
    "kwh per year",
    "kwh per annum",
];

#[derive(Debug, Clone, Copy)]
pub enum Input {
    /// one line of words with single spaces, drawn this wide
    Words(&'static str),
    /// the same, of a reference: never free text
    Reference(&'static str),
    /// text of several lines, kept as typed; `most` characters are counted down, 0 for no count
    Lines {
        rows: u8,
        most: u16,
    },
    /// digits, kept with their leading noughts; thousands may have their commas
    Digits,
    /// a whole number; shown with thousands
    Number,
    /// a date in any usual order
    Date,
    Postcode,
    /// a meter serial number, drawn this wide
    Serial(&'static str),
    Mprn,
    /// MPRNs with commas, semicolons or new lines between them
    Mprns,
    Phone,
    Email,
    Radios(Choices),
    /// a list that opens; its first choice is none
    Select(Choices),
}

use Input::{
    Date as Day, Digits, Email, Lines, Mprn as OneMprn, Mprns, Number, Phone, Postcode as Code, Radios, Reference,
    Select, Serial, Words,
};

impl Input {
    /// The value in its one fixed form; nothing for a dash or a stop, which stand where nothing is known.
    pub fn fixed(self, typed: &str) -> String {
        let typed = clean(typed);
        let typed = typed.trim();
        // as it is typed into a spreadsheet, to keep the noughts of a number
        let number = typed.strip_prefix(['\'', '\u{2019}']);
        let typed = number.filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit())).unwrap_or(typed);
        let as_typed = || typed.to_owned();
        if !says_something(typed) && Slip::of(typed).is_none() {
            return String::new();
        }
        match self {
            // one space between words, as an address is compared
            Words(_) => clean_line(typed),
            Email => bare_email(typed),
            Reference(_) => plain_dashes(&clean_line(typed)),
            Phone => bare_phone(typed),
            Lines { .. } => as_typed(),
            Digits => digits_of(typed, OF_A_READING).unwrap_or_else(as_typed),
            Number => digits_of(typed, OF_ENERGY).unwrap_or_else(as_typed),
            Day => parse_date(typed).map_or_else(|_| as_typed(), |date| date.to_string()),
            Code => Postcode::parse(typed).map_or_else(|_| as_typed(), |code| code.as_str().to_owned()),
            Serial(_) => Msn::parse(typed).map_or_else(|_| as_typed(), |msn| msn.as_str().to_owned()),
            OneMprn => fixed_mprn(typed),
            Mprns => mprns(typed).map(fixed_mprn).collect::<Vec<_>>().join(", "),
            Radios(choices) | Select(choices) => choice::meant(&choices(), typed).map_or_else(as_typed, str::to_owned),
        }
    }

    /// A kept value as a form shows it for typing.
    pub fn typed(self, kept: &str) -> String {
        match self {
            Day => date(kept).map_or_else(|| kept.to_owned(), show_typed),
            Words(_)
            | Reference(_)
            | Lines { .. }
            | Digits
            | Number
            | Code
            | Serial(_)
            | OneMprn
            | Mprns
            | Phone
            | Email
            | Radios(_)
            | Select(_) => kept.to_owned(),
        }
    }

    /// A kept value as a page shows it for reading.
    pub fn shown(self, kept: &str) -> String {
        match self {
            Radios(choices) | Select(choices) => choices()
                .into_iter()
                .find(|(code, _)| *code == kept)
                .map_or_else(|| kept.to_owned(), |(_, text)| text.to_owned()),
            Number => kept.parse().map_or_else(|_| kept.to_owned(), thousands),
            Day => date(kept).map_or_else(|| kept.to_owned(), show_words),
            Words(_) | Reference(_) | Lines { .. } | Digits | Code | Serial(_) | OneMprn | Mprns | Phone | Email => {
                self.typed(kept)
            }
        }
    }

    /// Whether it holds free text, in which anything could have been written.
    pub fn is_free_text(self) -> bool {
        matches!(self, Words(_) | Lines { .. } | Phone | Email)
    }

    /// Whether it holds nothing but MPRNs.
    pub fn holds_mprns(self) -> bool {
        matches!(self, OneMprn | Mprns)
    }

    /// What can be chosen, with the code of none where that is offered; nothing where it is typed.
    fn choices(self) -> Vec<(&'static str, &'static str)> {
        match self {
            Radios(choices) | Select(choices) => choices(),
            Words(_)
            | Reference(_)
            | Lines { .. }
            | Digits
            | Number
            | Day
            | Code
            | Serial(_)
            | OneMprn
            | Mprns
            | Phone
            | Email => Vec::new(),
        }
    }

    /// What is taken where it is a choice, for a sentence.
    pub fn taken(self) -> String {
        choice::taken(&self.choices())
    }

    /// Whether this is one of the choices.
    pub fn offers(self, code: &str) -> bool {
        self.choices().iter().any(|(known, _)| *known == code)
    }
}

/// As it stands in a link, in angle brackets or at the end of a sentence.
fn bare_email(typed: &str) -> String {
    let line = clean_line(typed);
    let within = line.rsplit_once('<').map_or(&*line, |(_, rest)| rest).trim_end_matches(['>', '.', ',', ';', ' ']);
    let is_link = within.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("mailto:"));
    if is_link { within[7..].to_owned() } else { within.to_owned() }
}

/// Without what stands around it where it is copied from.
fn bare_phone(typed: &str) -> String {
    if Slip::of(typed).is_some() {
        return typed.to_owned();
    }
    let line = plain_dashes(&clean_line(&typed.replace(['.', '/'], " ")));
    let bare = line.trim_end_matches([',', ';', ' ']);
    let label = bare.find(|c: char| !c.is_alphabetic()).unwrap_or_default();
    let is_label = ["tel", "phone", "telephone", "mob", "mobile"].contains(&&*bare[..label].to_lowercase());
    if is_label { bare[label..].trim_start_matches([':', '.', ' ']).to_owned() } else { bare.to_owned() }
}

/// A date as it is kept, in whatever year: rules say which years can be right.
pub fn date(kept: &str) -> Option<Date> {
    Date::parse(kept, format_description!("[year]-[month]-[day]")).ok()
}

fn fixed_mprn(typed: &str) -> String {
    Mprn::parse(typed).map_or_else(|_| typed.to_owned(), |mprn| mprn.as_str().to_owned())
}

/// The MPRNs of a list typed with commas, semicolons, slashes or new lines between them, or with blanks if each part is one.
pub fn mprns(typed: &str) -> impl Iterator<Item = &str> {
    let parts = typed.split([',', ';', '/', '|', '&', '\t', '\n']).flat_map(|part| part.split(" and "));
    let each = parts.flat_map(|part| {
        let words: Vec<&str> = part.split_whitespace().collect();
        if words.len() > 1 && words.iter().all(|word| Mprn::parse(word).is_ok()) { words } else { vec![part] }
    });
    each.map(str::trim).filter(|mprn| !mprn.is_empty())
}
