//! What a network found at the site: the form of a site visit. Its content is our own: none is published.

use serde::{Deserialize, Serialize};
use time::Date;

use crate::form::trimmed;
use crate::trade::dates::{parse_date, show_typed};
use crate::trade::meter_point::{SiteFinding, meter_location};
use crate::trade::{Mprn, Msn};
use crate::typed::Typed;

pub const YES_NO: &[(&str, &str)] = &[("yes", "Yes"), ("no", "No"), ("unknown", "Not known")];

/// The form, and what is kept of it: the date as 2026-11-24, choices by their codes.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Findings {
    #[serde(deserialize_with = "trimmed")]
    pub visited: String,
    pub access: String,
    #[serde(deserialize_with = "trimmed")]
    pub no_access: String,
    pub service: String,
    pub meter: String,
    pub supply: String,
    #[serde(deserialize_with = "trimmed")]
    pub msn_found: String,
    #[serde(deserialize_with = "trimmed")]
    pub reading_found: String,
    pub location: String,
    #[serde(deserialize_with = "trimmed")]
    pub address_found: String,
    #[serde(deserialize_with = "trimmed")]
    pub other_mprn: String,
    #[serde(deserialize_with = "trimmed")]
    pub job: String,
    #[serde(deserialize_with = "trimmed")]
    pub remarks: String,
}

impl Findings {
    /// As a reader sees them: label and value, what was left empty left out.
    pub fn rows(&self) -> Vec<(&'static str, String)> {
        let choice =
            |code: &str| YES_NO.iter().find(|(known, _)| *known == code).map_or(code, |(_, text)| text).to_owned();
        let date = parse_iso(&self.visited).map_or_else(|| self.visited.clone(), show_typed);
        let location = location(&self.location).unwrap_or_default();
        let supply = SiteFinding::from_code(&self.supply).map_or("", SiteFinding::text).to_owned();
        let rows = [
            ("Date visited", date),
            ("Was access gained?", choice(&self.access)),
            ("Why access was not gained", self.no_access.clone()),
            ("Is there a gas service?", choice(&self.service)),
            ("Is there a meter?", choice(&self.meter)),
            ("State of the supply", supply),
            ("Meter serial number found", self.msn_found.clone()),
            ("Reading found", self.reading_found.clone()),
            ("Meter location", location),
            ("Address as found", self.address_found.clone()),
            ("Other MPRN seen", self.other_mprn.clone()),
            ("Engineer or job reference", self.job.clone()),
            ("Remarks", self.remarks.clone()),
        ];
        rows.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }

    /// Checks every field, notes what is wrong, and brings what is right into its one form.
    pub fn check(&mut self, typed: &mut Typed, logged: Date, today: Date) {
        match parse_date(&self.visited) {
            _ if self.visited.is_empty() => typed.wrong("visited", "Enter the date of the visit"),
            Err(error) => typed.wrong("visited", error.to_string()),
            Ok(date) if date > today => typed.wrong("visited", "The date of the visit can’t be in the future"),
            Ok(date) if date < logged => {
                typed.wrong(
                    "visited",
                    format!("The date of the visit can’t be before the contact was logged, on {}", show_typed(logged)),
                );
            }
            Ok(date) => self.visited = date.to_string(),
        }
        for (name, value, says) in [
            ("access", &self.access, "Say whether access was gained"),
            ("service", &self.service, "Say whether there is a gas service"),
            ("meter", &self.meter, "Say whether there is a meter"),
        ] {
            if !YES_NO.iter().any(|(code, _)| code == value) {
                typed.wrong(name, says);
            }
        }
        if self.access == "no" && self.no_access.is_empty() {
            typed.wrong("no_access", "Say why access was not gained");
        }
        if !self.supply.is_empty() && SiteFinding::from_code(&self.supply).is_none() {
            typed.wrong("supply", "Choose the state of the supply from the list");
        }
        if !self.msn_found.is_empty() {
            match Msn::parse(&self.msn_found) {
                Ok(msn) => msn.as_str().clone_into(&mut self.msn_found),
                Err(error) => typed.wrong("msn_found", error.to_string()),
            }
        }
        if !self.reading_found.chars().all(|c| c.is_ascii_digit()) || self.reading_found.len() > 12 {
            typed.wrong("reading_found", "The reading must be digits only, up to 12");
        }
        if !self.location.is_empty() && location(&self.location).is_none() {
            typed.wrong("location", "Choose the meter location from the list");
        }
        if !self.other_mprn.is_empty() {
            match Mprn::parse(&self.other_mprn) {
                Ok(mprn) => mprn.as_str().clone_into(&mut self.other_mprn),
                Err(error) => typed.wrong("other_mprn", error.to_string()),
            }
        }
        for (name, value, label, most) in [
            ("no_access", &self.no_access, "Why access was not gained", 500),
            ("address_found", &self.address_found, "The address as found", 300),
            ("job", &self.job, "The job reference", 60),
            ("remarks", &self.remarks, "Remarks", 2_000),
        ] {
            if value.chars().count() > most {
                typed.wrong(name, format!("{label} must have at most {most} characters"));
            }
        }
    }
}

fn location(code: &str) -> Option<String> {
    code.parse().ok().and_then(meter_location).map(str::to_owned)
}

fn parse_iso(date: &str) -> Option<Date> {
    Date::parse(date, time::macros::format_description!("[year]-[month]-[day]")).ok()
}
