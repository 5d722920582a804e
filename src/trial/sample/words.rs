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
