//! `/queues/{queue}/ticked/{action}`: one form for all contacts that are ticked in a list, for what can't be undone. It
//! says of how many it is, and what becomes of them; each contact gets an outcome of its own.

mod done;
mod page;

pub use self::done::submit;
pub use self::page::show;

use super::Queue;
use crate::address::urlencode;
use crate::contacts::lifecycle::Action;

/// The actions that can be taken on many contacts by one form.
pub const ACTIONS: [Action; 3] = [Action::SendClarification, Action::ResolveValid, Action::ResolveInvalid];

/// The form for what is ticked in this list.
pub fn address(queue: Queue, action: Action, list: &str) -> String {
    format!("/queues/{}/ticked/{}?back={}", queue.slug(), action.slug(), urlencode(list))
}

/// The action of this name, if it is one of them.
pub fn parse(slug: &str) -> Option<Action> {
    ACTIONS.into_iter().find(|action| action.slug() == slug)
}

/// The name of a question's field for one of the contacts.
fn field(crn: &str, question: &str) -> String {
    format!("{crn}.{question}")
}
