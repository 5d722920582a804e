//! The words of a case: what people in the story write. `{street}`, `{town}`, `{msn}` and `{mprn}` stand for the site's own.

/// The texts of a case. Pairs belong together: each question has its answer.
#[derive(Debug)]
pub struct CaseWords {
    pub why: &'static [&'static str],
    pub asked: &'static [(&'static str, &'static str)],
    pub look_at: &'static [&'static str],
    pub found: &'static [&'static str],
    /// reason code and remarks, where it ends as invalid
    pub reason: &'static str,
    pub remarks: &'static [&'static str],
}

pub const NO_ACCESS: &[&str] = &[
    "Nobody answered at two calls, morning and afternoon. A card was left.",
    "The site was locked and the number on the gate rang out.",
    "A dog was loose in the yard and the keyholder was away until next week.",
    "Scaffolding covers the meter box; the builder asks us to come back in a few days.",
];

/// What raisers add after logging.
pub const ADDED: &[&str] = &[
    "The tenant is at home on weekday mornings only, and the meter cupboard is locked.",
    "The site has a second gate, in the lane behind the houses. The bell there works.",
    "The developer has sent the site plan today: our house is the one nearest to the pumping station.",
];

/// What a raiser says on withdrawing.
pub const WITHDRAWN: &str = "Logged twice by mistake: a colleague had the same house on her list.";

/// What colleagues note for each other; `{supervisor}` is the name of theirs.
pub const NOTES: &[&str] = &[
    "@{supervisor}: the developer rings back on Tuesday with the plot list. May I keep this one until then?",
    "Rang the number on the contact twice, no reply. I try again tomorrow morning.",
    "@{supervisor}: is this the street that was renumbered last year?",
    "Two more of this street are on the way. Look at them together.",
];
