//! What a request of each scene may cost at most: statements and round trips, the pool's guard among them. CI counts them
//! (`cms bench --counts`), so that no page gets slower unnoticed; whoever makes one cheaper lowers its number here.

/// By the beginning of the scene's name; the first that fits.
const COSTS: &[(&str, u64, u64)] = &[
    ("contact, opened from a list", 8, 10),
    ("contact, ", 5, 7),
    ("workload, one person", 8, 11),
    // those of one's own account stand beside those of contacts
    ("notifications", 6, 8),
    // what is found is collected first, in as many looks as there are kinds of numbers and words
    ("search: ", 6, 8),
    ("raised by us, open, by status", 5, 7),
    ("assign 100 ticked", 12, 14),
    ("assign", 6, 8),
    ("log, form", 9, 12),
    // each way to log is counted against its limit, and one site's forms come one after the other
    ("log, submit", 19, 21),
    // a list as a file is counted for its person and organisation, and read in its own transaction
    ("export of a list", 8, 11),
    ("take next", 7, 9),
    // every other page: the session, BEGIN for its viewer, its query and ROLLBACK
    ("", 4, 6),
];

/// Statements and round trips.
pub fn of(scene: &str) -> (u64, u64) {
    let found = COSTS.iter().find(|(name, ..)| scene.starts_with(name));
    found.map_or((0, 0), |(_, statements, trips)| (*statements, *trips))
}
