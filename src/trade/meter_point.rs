//! The industry's code lists about meter points and meters that our forms offer.
//!
//! Meter locations and market sectors are the central register's; what a site visit finds
//! follows the meter asset status list. Each list gives a code to store and a text to show.

use super::code_list::code_list;

/// Meter location codes, as the central register publishes them: code and text.
#[rustfmt::skip]
pub const METER_LOCATIONS: [(&str, &str); 35] = [
    ("0", "Unknown"), ("1", "Cellar"), ("2", "Under stairs"), ("3", "Hall"), ("4", "Kitchen"),
    ("5", "Bathroom"), ("6", "Garage"), ("7", "Canteen"), ("8", "Cloakroom"), ("9", "Cupboard"),
    ("10", "Domestic"), ("11", "Front door"), ("12", "Hall cupboard"), ("13", "Kitchen cupboard"),
    ("14", "Kitchen under sink"), ("15", "Landing"), ("16", "Office"), ("17", "Office cupboard"),
    ("18", "Outside WC"), ("19", "Pantry"), ("20", "Porch"), ("21", "Public bar"), ("22", "Rear of shop"),
    ("23", "Saloon bar"), ("24", "Shed"), ("25", "Shop front"), ("26", "Shop window"),
    ("27", "Staff room"), ("28", "Store room"), ("29", "Toilet"), ("30", "Under counter"),
    ("31", "Waiting room"), ("32", "Meter box"), ("98", "Other"), ("99", "Outside"),
];

/// Above this annual quantity (AQ), in kWh a year, a meter point is a large supply point.
pub const SMALL_SUPPLY_POINT_KWH: u32 = 73_200;

code_list! {
    /// Whom the gas is for.
    MarketSector {
        Domestic "D" "Domestic",
        IndustrialAndCommercial "I" "Industrial and commercial",
    }
}

/// Declares what else people call each market sector, and the sentence that lists it.
macro_rules! sector_words {
    ($domestic:literal $(, $home:literal)*; $commercial:literal $(, $business:literal)*;) => {
        const SECTOR_WORDS: [(MarketSector, &[&str]); 2] = [
            (MarketSector::Domestic, &[$domestic $(, $home)*]),
            (MarketSector::IndustrialAndCommercial, &[$commercial $(, $business)*]),
        ];

        /// What is taken for a market sector, for rules and help.
        pub const SECTORS_TAKEN: &str = concat!(
            "D (or ", $domestic $(, ", ", $home)*, ") for domestic, I (or ", $commercial $(, ", ", $business)*,
            ") for industrial and commercial"
        );
        /// The rule of the market sector.
        pub const SECTOR_RULE: &str = concat!(
            "Market sector is needed: D (or ", $domestic $(, ", ", $home)*, ") for domestic, I (or ", $commercial
            $(, ", ", $business)*, ") for industrial and commercial."
        );
    };
}

sector_words! {
    "Dom", "Domestic", "Residential", "Household";
    "I&C", "IC", "C&I", "Ind & Com", "Ind & Comm", "Industrial", "Commercial", "Non-domestic", "Non-dom", "Business";
}

/// The market sector that people call so, however it is spaced and written.
pub fn sector_called(typed: &str) -> Option<MarketSector> {
    let bare = |text: &str| -> String {
        let words = text.to_lowercase().replace(['&', '+'], "and");
        words.chars().filter(|c| c.is_alphanumeric()).collect()
    };
    let called = bare(typed);
    let is_it = |(sector, words): &&(MarketSector, &[&str])| {
        bare(sector.text()) == called || words.iter().any(|word| bare(word) == called)
    };
    SECTOR_WORDS.iter().find(is_it).map(|(sector, _)| *sector)
}

code_list! {
    /// Why an address was entered by hand. Our own list: none is published.
    ByHand {
        NewBuild "NB" "New build, no postal address yet",
        BehindOneDoor "MR" "One of several dwellings behind one door",
        NamedOtherwise "NM" "Known by another name or number",
        NotListed "NL" "Not in the address finder",
    }
}

code_list! {
    /// What an engineer found at the site. Codes as in the meter asset status list, but for
    /// `NoService`, which is about the pipe and not in that list.
    SiteFinding {
        Live "LI" "Live",
        Capped "CA" "Capped",
        Clamped "CL" "Clamped",
        CutOff "CU" "Cut off",
        Removed "RE" "Meter removed",
        NotInstalled "NI" "Service, but no meter ever installed",
        /// Our own code.
        NoService "NS" "No service",
        Unknown "UN" "Could not tell",
    }
}

impl ByHand {
    /// Code and text of each, led by none.
    pub fn choices() -> Vec<(&'static str, &'static str)> {
        std::iter::once(("", "")).chain(Self::ALL.iter().map(|reason| (reason.code(), reason.text()))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_lead_back() {
        let codes: Vec<u8> = METER_LOCATIONS.iter().map(|(code, _)| code.parse().unwrap()).collect();
        assert!(codes.is_sorted_by(|a, b| a < b));
        for &finding in SiteFinding::ALL {
            assert_eq!(SiteFinding::from_code(finding.code()), Some(finding));
        }
        assert_eq!(MarketSector::from_code("I"), Some(MarketSector::IndustrialAndCommercial));
        assert_eq!(MarketSector::from_code("??"), None);
    }
}
