//! A referral as the page of its contact shows it: question, answer, what the visit found beside what the raiser said,
//! and the photos that came with the answer.

use crate::contacts::evidence::EvidenceFile;
use crate::contacts::fields::Details;
use crate::contacts::fields::question::Answers;
use crate::contacts::history::{Change, Line};
use crate::contacts::referral::Referral;
use crate::contacts::{Contact, ContactExtras};
use crate::trade::working_time::show_time;

pub struct Referred {
    pub referral: Referral,
    /// what the visit found
    pub findings: Vec<Finding>,
    pub evidence: Vec<EvidenceFile>,
    /// details that the answer has corrected
    pub changes: Vec<Change>,
    /// of the event that answered it, where the viewer sees that
    version: Option<i32>,
}

/// One thing that a visit looked at.
pub struct Finding {
    pub label: &'static str,
    /// empty where the visit says nothing of it
    pub found: String,
    /// what the raiser had said of the same; empty where it was not asked or not given
    pub said: String,
    pub differs: bool,
}

impl Referred {
    /// The referrals, newest first, each with its files; and the files that came with none.
    pub fn part(contact: &Contact, extras: &mut ContactExtras) -> (Vec<Referred>, Vec<EvidenceFile>) {
        let mut files = std::mem::take(&mut extras.evidence);
        let referrals = std::mem::take(&mut extras.referrals);
        // history says of each event how many files came with it
        extras.evidence.clone_from(&files);
        let mut referred = Vec::new();
        for referral in referrals {
            let version = extras.answered_in(&referral.name());
            let (evidence, others) = files.into_iter().partition(|file| Some(file.version) == version);
            files = others;
            let findings = findings(&referral, &contact.details);
            referred.push(Referred { referral, findings, evidence, changes: Vec::new(), version });
        }
        (referred, files)
    }

    /// Keeps what its answer has corrected.
    pub fn changed_by(&mut self, history: &[Line]) {
        let answer = history.iter().find(|line| Some(line.version) == self.version);
        self.changes = answer.map(|line| line.changes.clone()).unwrap_or_default();
    }

    /// "Asked 23 Oct 2026 at 10:02 · answered …".
    pub fn when(&self) -> String {
        let asked = show_time(self.referral.asked);
        match self.referral.answered {
            Some(answered) => format!("Asked {asked} · answered {}", show_time(answered)),
            None if self.referral.is_open() => format!("Asked {asked} · waiting for an answer"),
            None => format!("Asked {asked} · closed without a reply"),
        }
    }

    /// What stands above it where it is the newest.
    pub fn title(&self) -> &'static str {
        match (self.referral.is_open(), self.referral.is_visit()) {
            (true, true) => "What is to be looked at",
            (true, false) => "What is asked",
            (false, _) => "What came back",
        }
    }

    /// "SV1: site visit by Northern Gas Networks".
    pub fn name(&self) -> String {
        let kind = if self.referral.is_visit() { "site visit by" } else { "data clarification asked of" };
        format!("{}: {kind} {}", self.referral.name(), self.referral.asked_of)
    }

    pub fn has_said(&self) -> bool {
        self.findings.iter().any(|finding| !finding.said.is_empty())
    }
}

fn findings(referral: &Referral, details: &Details) -> Vec<Finding> {
    let answers: Option<Answers> = referral.findings.clone().and_then(|kept| serde_json::from_value(kept).ok());
    let Some(answers) = answers else { return Vec::new() };
    let rows = details.spec.visit_questions().map(|question| {
        let found = answers.get(question.name);
        let said = (details.spec.said)(question.name, found, details).unwrap_or_default();
        let shown = if found.is_empty() { String::new() } else { question.input.shown(found) };
        Finding { label: question.label, found: shown, said: said.words, differs: said.differs }
    });
    rows.filter(|finding| !finding.found.is_empty() || !finding.said.is_empty()).collect()
}
