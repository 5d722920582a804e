//! Referrals: a contact's questions to others. SV1, SV2 … ask a network to look at the site, DC1 … asks the raiser.

use serde::Deserialize;
use serde_json::Value;
use time::OffsetDateTime;

/// One referral with question and answer: the raiser, the CDSP and facilitators see all, a network its own.
#[derive(Debug, Deserialize)]
pub struct Referral {
    pub kind: String,
    pub number: i32,
    pub asked_of: String,
    #[serde(with = "time::serde::rfc3339")]
    pub asked: OffsetDateTime,
    pub question: String,
    #[serde(with = "time::serde::rfc3339::option")]
    pub answered: Option<OffsetDateTime>,
    pub answer: String,
    pub findings: Option<Value>,
    #[serde(with = "time::serde::rfc3339::option")]
    pub closed_unanswered: Option<OffsetDateTime>,
}

impl Referral {
    pub fn name(&self) -> String {
        format!("{}{}", self.kind, self.number)
    }

    pub fn is_visit(&self) -> bool {
        self.kind == "SV"
    }

    pub fn is_open(&self) -> bool {
        self.answered.is_none() && self.closed_unanswered.is_none()
    }
}
