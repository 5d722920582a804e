//! A deed for many contacts, and how it went, in words.

use std::collections::BTreeMap;

use crate::contacts::Contact;
use crate::contacts::fields::question::Answers;
use crate::contacts::journal::{Input, Refused};
use crate::contacts::lifecycle::{Refusal, UNDO_SECONDS};
use crate::flash::{Flash, FlashLine, Undo};
use crate::session::Viewer;
use crate::texts::filled;
use crate::trade::words::plural;
use crate::trade::working_time::show_clock;

/// What to do with each contact.
#[derive(Debug)]
pub enum Deed {
    Give {
        to: i64,
        name: String,
    },
    Return,
    Undo,
    /// with a question whose placeholders are filled for each
    Clarify {
        question: String,
    },
    Invalid {
        reason: String,
        remarks: String,
    },
    /// with what came of each, by CRN
    Valid(BTreeMap<String, Answers>),
}

impl Deed {
    /// What the deed says of this contact, its placeholders filled.
    pub fn text_for(&self, contact: &Contact) -> String {
        match self {
            Deed::Clarify { question: text } | Deed::Invalid { remarks: text, .. } => filled(text, contact),
            Deed::Give { .. } | Deed::Return | Deed::Undo | Deed::Valid(_) => String::new(),
        }
    }

    /// What it asks of the writer for this contact, with its text; nothing where what came of the contact was not said.
    pub fn input<'a>(&'a self, contact: &Contact, text: &'a str) -> Option<Input<'a>> {
        Some(match self {
            Deed::Return => Input::Return,
            Deed::Undo => Input::Undo,
            Deed::Give { to, .. } if contact.status.is_held() => Input::Reassign(*to),
            Deed::Give { to, .. } => Input::Assign(*to),
            Deed::Clarify { .. } => Input::SendClarification(text),
            Deed::Invalid { reason, .. } => Input::ResolveInvalid { reason, remarks: text },
            Deed::Valid(given) => {
                Input::ResolveValid(given.get(&contact.crn).and_then(contact.details.spec.outcome.read)?)
            }
        })
    }

    /// Whoever did it has less to do now.
    fn gives_away(&self, viewer: &Viewer) -> bool {
        match self {
            Deed::Give { to, .. } => *to != viewer.id,
            Deed::Undo => false,
            Deed::Return | Deed::Clarify { .. } | Deed::Invalid { .. } | Deed::Valid(_) => true,
        }
    }

    /// Nothing takes these back.
    fn is_for_good(&self) -> bool {
        matches!(self, Deed::Undo | Deed::Clarify { .. } | Deed::Invalid { .. } | Deed::Valid(_))
    }
}

/// How it went.
#[derive(Debug, Default)]
pub struct DeedOutcome {
    /// CRN and version afterwards
    pub done: Vec<(String, i32)>,
    /// of those, how many went to somebody else than was meant: a cover
    pub covered: u64,
    /// why each of the others was not done, with a link to it
    pub not: Vec<FlashLine>,
}

impl DeedOutcome {
    /// What the next page says of it, with its way back.
    pub fn said(self, deed: &Deed, viewer: &Viewer, now: time::OffsetDateTime) -> Flash {
        let what = match deed {
            Deed::Return => "returned to the organisation queue".to_owned(),
            Deed::Undo => "put back as before".to_owned(),
            Deed::Clarify { .. } => "sent to the raiser with the question".to_owned(),
            Deed::Invalid { .. } => "resolved as invalid".to_owned(),
            Deed::Valid(_) => "resolved as valid".to_owned(),
            Deed::Give { to, .. } if *to == viewer.id => "assigned to you".to_owned(),
            Deed::Give { name, .. } => format!("assigned to {name}"),
        };
        let done = u64::try_from(self.done.len()).unwrap_or_default();
        let title = match (done, self.not.len()) {
            (0, _) => format!("Nothing was {what}"),
            (done, 0) => format!("{} {what}", plural(done, "contact")),
            (done, 1) => format!("{} {what}. 1 was not", plural(done, "contact")),
            (done, not) => format!("{} {what}. {not} were not", plural(done, "contact")),
        };
        let mut lines = self.not;
        if self.covered > 0 {
            let went = if self.covered == 1 { "It went".to_owned() } else { format!("{} went", self.covered) };
            lines.push(FlashLine::from(format!("{went} to their cover, since they are away.")));
        }
        let undo = if deed.is_for_good() { None } else { Undo::of(&self.done, now) };
        // what has left one's hands makes room for the next
        let take_next = done > 0 && deed.gives_away(viewer);
        Flash { success: done > 0, title, lines, undo, take_next }
    }
}

/// Somebody has acted since: who has it, and since when.
pub fn moved(viewer: &Viewer, now: &Contact) -> String {
    let at = show_clock(now.moved);
    match (&now.holder_name, now.holder) {
        (_, Some(holder)) if holder == viewer.id => format!("you have it already, since {at}"),
        (Some(name), _) => format!("taken by {name} at {at}"),
        (None, _) if now.status.is_closed() => format!("closed at {at}"),
        // when it moved among others is not for a network to know
        (None, _) if now.with_name.is_none() => format!("it has moved and is with {} now", now.with_words()),
        (None, _) => format!("it has moved at {at} and is with {} now", now.with_words()),
    }
}

/// Why a contact's deed was refused: `read` is the contact as it was seen before, `now` as it is.
pub fn why_not(refused: &Refused, deed: &Deed, viewer: &Viewer, read: &Contact, now: &Contact) -> String {
    match (refused, deed) {
        (Refused::Overtaken, _) if now.version != read.version => moved(viewer, now),
        (Refused::Overtaken, _) => "somebody else acted on it in the same moment".to_owned(),
        (Refused::NoSuchColleague, Deed::Give { to, .. }) if now.holder == Some(*to) => {
            format!("it {} already", now.stands())
        }
        (Refused::NobodyThere, _) => format!("{} has nobody who could answer now", now.raiser),
        (Refused::MprnTaken, _) => "the register has this MPRN already".to_owned(),
        (Refused::NoSuchColleague, _) => "it can’t be given to them any more".to_owned(),
        (Refused::Law(Refusal::NotFromHere), Deed::Undo) => format!("its {UNDO_SECONDS} seconds have passed"),
        (Refused::Law(Refusal::NotFromHere), Deed::Return) if now.with_org == viewer.organisation_id() => {
            "it is in the organisation queue already".to_owned()
        }
        (Refused::Law(Refusal::NotFromHere), _) => format!("it {}", now.stands()),
        _ if now.status.is_closed() => format!("it {}", now.stands()),
        _ => format!("it {}, and only they or a supervisor may move it", now.stands()),
    }
}
