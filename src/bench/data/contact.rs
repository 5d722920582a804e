//! One contact with its whole life: its events, its questions and visits, and the row it ends as.

use std::fmt::Write as _;

use time::{Duration, OffsetDateTime};

use super::address::MadeAddress;
use super::copy::{Sheets, null, stamp};
use super::lives::{Life, LifeStep};
use super::{BIGGEST, BUILDER, CDSP, estate_of, open_of, people_of, site};
use crate::contacts::lifecycle::{Party, Status};
use crate::trade::Crn;

/// Of the organisations that people fill, one person in each has a quarter of the work.
fn pick(rng: &mut fastrand::Rng, organisation: i64) -> i64 {
    let people = people_of(organisation);
    if (organisation <= 5 || organisation == BIGGEST) && rng.u8(..4) == 0 {
        return people.end - 1;
    }
    rng.i64(people)
}

/// How long ago contact number `n` was received, and whether it is open: closed ones over five years, open ones over the last
/// weeks, in the order of their numbers; of the older ones a few are open still, and those of the estate.
fn age(n: i64, contacts: i64) -> (Duration, bool) {
    let open = open_of(contacts);
    let closed = contacts - open;
    if n > closed {
        return (Duration::seconds_f64(17.0 * 86_400.0 * (contacts - n) as f64 / open as f64), true);
    }
    if estate_of(contacts).contains(&n) {
        return (Duration::seconds_f64(86_400.0 * (17.0 - 2.0 * (n % 1_000) as f64 / 1_000.0)), true);
    }
    let days = 20.0 + 1_806.0 * (closed - n) as f64 / closed as f64;
    (Duration::seconds_f64(days * 86_400.0), days < 500.0 && n % 1_009 == 3)
}

/// Writes contact number `n` of `contacts`.
pub fn write(out: &mut Sheets, rng: &mut fastrand::Rng, crn: &Crn, n: i64, contacts: i64, now: OffsetDateTime) {
    let (ago, is_open) = age(n, contacts);
    let received = now - ago - Duration::HOUR;
    let is_of_estate = estate_of(contacts).contains(&n);
    let raiser = match rng.f64() {
        _ if is_of_estate => BUILDER,
        share if share < 0.2 => BIGGEST,
        _ => 2 + (rng.f64().powf(2.0) * 298.9) as i64,
    };
    let originator = pick(rng, raiser);
    let address = if is_of_estate { MadeAddress::of_the_estate(rng, n) } else { MadeAddress::draw(rng, n) };
    let path = match n {
        _ if n == contacts => Life::long(),
        _ if is_open && ago > Duration::days(18) => Life::forgotten(),
        _ => Life::draw(rng, is_open),
    };
    let mut stand =
        Standing { id: n, raiser, originator, network: address.network, at: received, ..Standing::default() };
    let last = if is_open { now } else { received + Duration::days(rng.i64(2..14)) };
    let gap = (last - received) / i32::try_from(path.steps.len() + 1).unwrap_or(1);
    for step in &path.steps {
        stand.take(out, rng, *step);
        stand.at += gap;
    }
    site::write(out, rng, &stand, crn, &address, received, now);
}

/// Where a contact stands while its life is written.
pub struct Standing {
    pub id: i64,
    pub raiser: i64,
    pub originator: i64,
    pub network: i64,
    at: OffsetDateTime,
    pub moved: OffsetDateTime,
    pub version: i32,
    pub status: Option<Status>,
    pub with: Option<i64>,
    pub holder: Option<i64>,
    pub asker: i64,
    pub visits: i32,
    questions: i32,
}

impl Default for Standing {
    fn default() -> Self {
        let at = OffsetDateTime::UNIX_EPOCH;
        Standing {
            id: 0,
            raiser: 0,
            originator: 0,
            network: 0,
            at,
            moved: at,
            version: 0,
            status: None,
            with: None,
            holder: None,
            asker: 0,
            visits: 0,
            questions: 0,
        }
    }
}

impl Standing {
    fn take(&mut self, out: &mut Sheets, rng: &mut fastrand::Rng, step: LifeStep) {
        let (from, former) = (self.status, self.holder);
        let here = self.with.unwrap_or(self.raiser);
        let actor = match step {
            LifeStep::Log => Some(self.originator),
            LifeStep::Allocate => None,
            LifeStep::Assign | LifeStep::Return => Some(pick(rng, here)),
            LifeStep::Visit
            | LifeStep::AnswerVisit
            | LifeStep::Ask
            | LifeStep::AnswerAsk
            | LifeStep::Valid
            | LifeStep::Invalid => self.holder,
        };
        let (mut network, mut referral) = (None, None);
        let (to, with, holder) = match step {
            LifeStep::Log => (Status::Aaca, Some(CDSP), None),
            LifeStep::Assign => {
                let to = match from.map(Status::party) {
                    Some(Party::Network) => Status::Svda,
                    Some(Party::Raiser) => Status::Dcaa,
                    Some(Party::Cdsp | Party::Nobody) | None => Status::Atca,
                };
                (to, self.with, Some(pick(rng, here)))
            }
            LifeStep::Return => (Status::Aaca, self.with, None),
            LifeStep::Visit => {
                self.visits += 1;
                (network, referral) = (Some(self.network), Some(format!("SV{}", self.visits)));
                self.asker = self.holder.unwrap_or_default();
                (Status::Svdn, Some(self.network), None)
            }
            LifeStep::Ask => {
                self.questions += 1;
                referral = Some(format!("DC{}", self.questions));
                self.asker = self.holder.unwrap_or_default();
                (Status::Dcrs, Some(self.raiser), None)
            }
            LifeStep::Allocate => (Status::Dcaa, self.with, Some(self.originator)),
            LifeStep::AnswerVisit => {
                (network, referral) = (Some(self.network), Some(format!("SV{}", self.visits)));
                (Status::Aaca, Some(CDSP), None)
            }
            LifeStep::AnswerAsk => {
                referral = Some(format!("DC{}", self.questions));
                (Status::Aaca, Some(CDSP), None)
            }
            LifeStep::Valid => (Status::Ccva, None, None),
            LifeStep::Invalid => (Status::Cciv, None, None),
        };
        if matches!(from, Some(Status::Svdn | Status::Svda)) {
            network = Some(self.network);
        }
        self.version += 1;
        let actor_org = if step == LifeStep::Log { Some(self.raiser) } else { actor.map(|_| here) };
        let _ = writeln!(
            out.event,
            "{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
            self.id,
            self.version,
            step.slug(),
            from.map_or("NEW", Status::code),
            to.code(),
            stamp(self.at),
            null(actor),
            null(actor_org),
            null(if step == LifeStep::Log { None } else { with }),
            null(holder),
            null(former),
            null(network),
            referral.as_deref().unwrap_or("\\N"),
        );
        out.events += 1;
        match step {
            LifeStep::Visit => {
                if self.visits == 1 {
                    let _ = writeln!(out.network, "{}\t{}", self.id, self.network);
                }
                self.refer(out, "SV", self.visits, self.network, None);
            }
            LifeStep::Ask => self.refer(out, "DC", self.questions, self.raiser, None),
            LifeStep::AnswerVisit => self.refer(out, "SV", self.visits, self.network, former),
            LifeStep::AnswerAsk => self.refer(out, "DC", self.questions, self.raiser, former),
            LifeStep::Log
            | LifeStep::Assign
            | LifeStep::Return
            | LifeStep::Allocate
            | LifeStep::Valid
            | LifeStep::Invalid => {}
        }
        (self.status, self.with, self.holder, self.moved) = (Some(to), with, holder, self.at);
    }

    /// A question is one row, so it is written when it is answered, or where it stays unanswered.
    fn refer(&self, out: &mut Sheets, kind: &str, number: i32, of: i64, answered_by: Option<i64>) {
        let sheet = &mut out.referral;
        let open = format!("{}\t{kind}\t{number}\t{of}\t{}\t", self.id, self.asker);
        let at = stamp(self.at);
        if answered_by.is_some() {
            // in place of the open one, which is the last of its contact
            if let Some(begins) = sheet.rfind(&open) {
                sheet.truncate(begins);
            }
        }
        let (by, answered, answer) = match answered_by {
            Some(by) => (by.to_string(), at.clone(), "Seen from the street; one service."),
            None => ("\\N".to_owned(), "\\N".to_owned(), ""),
        };
        let _ = writeln!(sheet, "{open}{at}\tWhat stands at this site?\t{by}\t{answered}\t{answer}");
    }
}
