//! Why a contact is closed as invalid.

/// Why a contact can be closed as invalid: code and words. The industry's own list is not public; this is ours.
pub const INVALID_REASONS: &[(&str, &str)] = &[
    ("exists", "An MPRN already exists for this site"),
    ("plot", "An MPRN already exists under the plot address"),
    ("serial", "The meter serial number is already on another MPRN"),
    ("network", "The site is on another network (IGT or LPG)"),
    ("no-service", "No live service or meter was found"),
    ("address", "The address is not clear enough to act on"),
    ("dead", "The existing MPRN is dead and needs a status change"),
    ("other", "Another reason, given in the remarks"),
];
/// The reason that only the system gives.
pub const NO_REPLY: (&str, &str) = ("no-reply", "No reply to a data clarification");

/// A reason in words.
pub fn reason(code: &str) -> &str {
    INVALID_REASONS.iter().chain([&NO_REPLY]).find(|(known, _)| *known == code).map_or(code, |(_, words)| words)
}
