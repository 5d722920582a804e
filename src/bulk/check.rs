//! The verdict on a row: first by the one table of rules, with its numbers and words, then beside what is logged.

use super::problem::{ProblemSource, RowProblem};
use super::verdict::{RowOutcome, Verdict};
use crate::contacts::duplicates::Candidate;
use crate::contacts::fields::Details;
use crate::contacts::fields::rule::{Facts, Severity, broken};

/// What the rules say of a row by itself.
pub fn by_rules(details: &Details, facts: &Facts) -> RowOutcome {
    let say = |severity| broken(details, facts, severity).into_iter().map(RowProblem::from).collect::<Vec<_>>();
    let stops = say(Severity::Stop);
    if !stops.is_empty() {
        return RowOutcome { verdict: Verdict::Bad, problems: stops, crn: None };
    }
    let mut problems = say(Severity::Ask);
    let verdict = if problems.is_empty() { Verdict::Good } else { Verdict::Ask };
    problems.extend(say(Severity::Warn));
    RowOutcome { verdict, problems, crn: None }
}

/// What comes of a row that no rule stops: nothing more if its organisation has logged it, under `logged_as`, or if it
/// repeats the row in the line `repeats`; else it is asked about if an open contact or a meter point looks the same.
pub fn beside_what_is_logged(
    mut outcome: RowOutcome,
    logged_as: Option<&String>,
    repeats: Option<usize>,
    candidates: &[Candidate],
) -> RowOutcome {
    if let Some(crn) = logged_as {
        return RowOutcome::already_logged(crn);
    }
    if let Some(line) = repeats {
        return RowOutcome::repeats(line);
    }
    if !candidates.is_empty() {
        outcome.verdict = Verdict::Ask;
        outcome.problems.splice(0..0, candidates.iter().map(looks_the_same));
    }
    outcome
}

/// What is not the viewer's has no address here: a file asks about more sites than one may look up in the register.
fn looks_the_same(candidate: &Candidate) -> RowProblem {
    if candidate.is_masked() {
        let says = format!("Looks the same as a meter point in the register that is not yours: {}", candidate.why());
        return RowProblem::plain(ProblemSource::LooksAlike, says);
    }
    let says = format!("Looks the same as {}, {}: {}", candidate.title(), candidate.address, candidate.why());
    RowProblem::plain(ProblemSource::LooksAlike, says)
}
