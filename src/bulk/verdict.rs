//! What comes of a row: good, asked about, logged already, or bad; and why.

use super::problem::{ProblemSource, RowProblem};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Good,
    /// good, but asked about: it looks the same as an open contact or a meter point, or, in a trial, like real data
    Ask,
    /// an equal one has been logged, or stands in an earlier row
    AlreadyLogged,
    Bad,
}

impl Verdict {
    const ALL: [Verdict; 4] = [Verdict::Good, Verdict::Ask, Verdict::AlreadyLogged, Verdict::Bad];

    pub fn code(self) -> &'static str {
        match self {
            Verdict::Good => "good",
            Verdict::Ask => "ask",
            Verdict::AlreadyLogged => "there",
            Verdict::Bad => "bad",
        }
    }

    pub fn parse(code: &str) -> Option<Verdict> {
        Verdict::ALL.into_iter().find(|verdict| verdict.code() == code)
    }
}

/// The verdict on a row, its reasons, and the CRN under which it is logged already.
#[derive(Debug)]
pub struct RowOutcome {
    pub verdict: Verdict,
    pub problems: Vec<RowProblem>,
    pub crn: Option<String>,
}

impl RowOutcome {
    pub fn already_logged(crn: &str) -> RowOutcome {
        let says = format!("Already logged, as {crn}");
        RowOutcome { crn: Some(crn.to_owned()), ..RowOutcome::not_logged_again(says) }
    }

    /// An earlier row of the same bulk, which stands in this line, is equal.
    pub fn repeats(line: usize) -> RowOutcome {
        RowOutcome::not_logged_again(format!("The same as row {line}"))
    }

    fn not_logged_again(says: String) -> RowOutcome {
        let problems = vec![RowProblem::plain(ProblemSource::AlreadyLogged, says)];
        RowOutcome { verdict: Verdict::AlreadyLogged, problems, crn: None }
    }

    /// It becomes a contact, if its sender says so.
    pub fn can_be_logged(&self) -> bool {
        matches!(self.verdict, Verdict::Good | Verdict::Ask)
    }
}
