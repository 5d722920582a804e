//! Abbreviations that people use in addresses. They are ours, from ordinary English usage.

/// Abbreviations and what they stand for.
#[rustfmt::skip]
pub const ABBREVIATIONS: &[(&str, &str)] = &[
    ("rd", "road"), ("ave", "avenue"), ("av", "avenue"), ("ln", "lane"), ("cl", "close"), ("dr", "drive"),
    ("gdns", "gardens"), ("gdn", "gardens"), ("ct", "court"), ("crt", "court"), ("cres", "crescent"), ("pl", "place"),
    ("sq", "square"), ("terr", "terrace"), ("ter", "terrace"), ("hse", "house"), ("pk", "park"), ("gr", "grove"),
    ("apt", "flat"), ("apartment", "flat"), ("flt", "flat"), ("bldg", "building"), ("bldgs", "buildings"),
    ("est", "estate"), ("mt", "mount"), ("cott", "cottage"), ("str", "street"), ("wy", "way"), ("gff", "ground floor flat"),
    ("fff", "first floor flat"), ("tff", "top floor flat"), ("1st", "first"), ("2nd", "second"), ("3rd", "third"),
    ("nth", "north"), ("sth", "south"), ("upr", "upper"), ("lwr", "lower"), ("gt", "great"), ("lt", "little"),
];
