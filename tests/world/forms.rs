//! Whole, valid forms, and what pages say of what was typed into them.

use cms::clock::Clock;

/// A whole, valid MNC.
pub const MNC: &[(&str, &str)] = &[
    ("building_number", "7"),
    ("building_name", ""),
    ("sub_building_name", ""),
    ("plot_number", ""),
    ("street", "Moss Lane"),
    ("dependent_street", ""),
    ("locality", "Upper Moss"),
    ("post_town", "LEEDS"),
    ("county", ""),
    ("postcode", "LS1 4DY"),
    ("uprn", ""),
    ("by_hand", ""),
    ("msn", "G4A0123456"),
    ("reading", ""),
    ("reading_date", ""),
    ("market_sector", "D"),
    ("aq", "12000"),
    ("neighbours", ""),
    ("why", "New house; the service was laid in May."),
    ("own_reference", "REF-1"),
    ("contact_name", "Site office"),
    ("contact_phone", "01632 960001"),
    ("contact_email", "site@example.com"),
];

/// A whole, valid answer to a site visit.
const VISIT: &[(&str, &str)] = &[
    ("visited", "TODAY"),
    ("access", "yes"),
    ("service", "yes"),
    ("meter", "yes"),
    ("remarks", "Meter seen in the box by the door."),
];

/// Today in London, as people type it.
pub fn today() -> String {
    cms::trade::dates::show_typed(cms::trade::working_time::london_date(Clock::System.now()))
}

/// What was typed, as pages say it: dates in words.
pub fn in_words(typed: &str) -> String {
    let date = typed.contains('/').then(|| cms::trade::dates::parse_date(typed).ok()).flatten();
    date.map_or_else(|| typed.to_owned(), cms::trade::dates::show_words)
}

/// [`VISIT`] with today's date in it.
pub fn visit() -> Vec<(&'static str, String)> {
    let today = today();
    VISIT.iter().map(|(name, value)| (*name, value.replace("TODAY", &today))).collect()
}
