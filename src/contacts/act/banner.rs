//! What the green banner says after an action.

use time::OffsetDateTime;

use crate::contacts::Contact;
use crate::contacts::lifecycle::{Action, UNDOABLE};
use crate::flash::{Flash, Undo};

pub fn banner(action: Action, contact: &Contact, now: OffsetDateTime) -> Flash {
    let undoable = UNDOABLE.contains(&action).then(|| Undo::of(&[(contact.crn.clone(), contact.version + 1)], now));
    let title = match action {
        Action::Assign | Action::Reassign => format!("Contact {} assigned", contact.crn),
        Action::Return => format!("Contact {} returned to the organisation queue", contact.crn),
        Action::SendClarification => format!("Data clarification sent for contact {}", contact.crn),
        Action::AnswerClarification => format!("Data clarification answered for contact {}", contact.crn),
        Action::SendVisit => format!("Site visit sent for contact {}", contact.crn),
        Action::AnswerVisit => format!("Site visit answered for contact {}", contact.crn),
        Action::ResolveValid => format!("Contact {} resolved as valid", contact.crn),
        Action::ResolveInvalid => format!("Contact {} resolved as invalid", contact.crn),
        Action::Withdraw => format!("Contact {} withdrawn", contact.crn),
        Action::Add => format!("Added to contact {}", contact.crn),
        Action::Note => format!("Note added to contact {}", contact.crn),
        Action::Log | Action::LogPsc | Action::Allocate | Action::CloseNoReply | Action::Release | Action::Undo => {
            contact.crn.clone()
        }
    };
    Flash { success: true, title, undo: undoable.flatten(), ..Flash::default() }
}
