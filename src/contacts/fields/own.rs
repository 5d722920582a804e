//! What every contact type asks besides: the raiser's own reference and the site contact, with their rules.

use super::Section;
use super::field::Field::*;
use super::rule::Rule;
use super::rule::Severity::{Ask, Stop};
use super::rule::{doubted, sentence, too_long};
use crate::trade::text::length;

pub const SECTION: Section = Section {
    title: "Your reference and the site contact",
    hint: "",
    fields: &[OwnReference, ContactName, ContactPhone, ContactEmail],
};

#[rustfmt::skip]
pub const RULES: &[Rule] = &[
    Rule { number: 401, field: OwnReference, severity: Stop, beside: &[],
        rule: "Your reference: at most 30 characters (UK Link).",
        says: |d, _| too_long(d, OwnReference, 30),
        good: &["ALD-2026-0007"], bad: &["A reference of more than thirty letters"] },
    Rule { number: 402, field: ContactName, severity: Stop, beside: &[],
        rule: "Site contact name: at most 60 characters.",
        says: |d, _| too_long(d, ContactName, 60),
        good: &["Site office"], bad: &["A person with so many names that sixty letters are not enough"] },
    Rule { number: 403, field: ContactPhone, severity: Stop, beside: &[],
        rule: "Site contact phone: 7 to 15 digits, with spaces, brackets, hyphens and a leading plus allowed.",
        says: |d, _| sentence(d.get(ContactPhone), |text| {
                let count = text.chars().filter(char::is_ascii_digit).count();
                !(7..=15).contains(&count) || length(text) > 25 || !text.chars().all(|c| c.is_ascii_digit() || " ()-+".contains(c))
            }, "Site contact phone must be a phone number, such as 01632 960 001"),
        good: &["01632 960001", "+44 1632 960 001"], bad: &["12345", "call me", "0163296000100000"] },
    Rule { number: 404, field: ContactEmail, severity: Stop, beside: &[],
        rule: "Site contact e-mail: an address such as name@example.com, at most 100 characters.",
        says: |d, _| sentence(d.get(ContactEmail), |text| length(text) > 100 || !validator::ValidateEmail::validate_email(&text),
            "Site contact e-mail must be an address such as name@example.com"),
        good: &["site@example.com"], bad: &["site", "site@", "a b@example.com"] },
    Rule { number: 502, field: Why, severity: Ask, beside: &[],
        rule: "In a trial: what could be a real MPRN, e-mail address or mobile number in the reasons is asked about.",
        says: |d, facts| doubted(d, facts, Why),
        good: &["Service laid in May; ring 07700 900123."], bad: &["Ring Pat on 07911 123456", "Write to pat@mail.co.uk"] },
    Rule { number: 503, field: ContactPhone, severity: Ask, beside: &[],
        rule: "In a trial: a mobile number outside 07700 900000 to 900999 is asked about.",
        says: |d, facts| doubted(d, facts, ContactPhone),
        good: &["07700 900123", "01632 960001"], bad: &["07911 123456", "+44 7911 123456"] },
    Rule { number: 504, field: ContactEmail, severity: Ask, beside: &[],
        rule: "In a trial: an e-mail address outside the domains reserved for examples is asked about.",
        says: |d, facts| doubted(d, facts, ContactEmail),
        good: &["site@example.org"], bad: &["site@works.co.uk"] },
];
