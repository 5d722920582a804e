//! What the page of a contact offers its viewer: the actions that the law gives now, in order, each by its form in the
//! page, by its own address, or by a button alone.

use crate::contacts::Contact;
use crate::contacts::act::Panel;
use crate::contacts::lifecycle::Action;
use crate::contacts::words::Offer;
use crate::session::Viewer;

/// What is offered, and the forms that stand in the page.
pub struct Offered {
    /// the usual one first, rare ones last
    pub actions: Vec<Action>,
    pub panels: Vec<Panel>,
    /// the one whose form its own address has opened
    pub opened: Option<Action>,
    /// taking it oneself, where it is offered and not had already
    pub take: Option<Action>,
}

/// How an action is offered.
pub enum Way {
    /// a link to its form
    Link(String),
    /// a button that does it
    Button,
    /// its form stands open in the page
    Open,
}

impl Offered {
    pub fn of(contact: &Contact, viewer: &Viewer) -> Offered {
        let mut actions = contact.offers(viewer);
        // a note has its form in the page, whoever looks
        actions.retain(|action| !matches!(action, Action::Log | Action::Note));
        actions.sort_by_key(|action| action.offer());
        let mine = contact.holder == Some(viewer.id);
        let take = [Action::Assign, Action::Reassign].into_iter().find(|action| actions.contains(action));
        Offered { actions, panels: Vec::new(), opened: None, take: take.filter(|_| !mine) }
    }

    pub fn way(&self, action: Action, contact: &Contact) -> Way {
        if action == Action::Return {
            return Way::Button;
        }
        if self.opened == Some(action) {
            return Way::Open;
        }
        if self.panels.iter().any(|panel| panel.action == action) {
            return Way::Link(format!("#{}", action.slug()));
        }
        Way::Link(format!("{}/{}", contact.path(), action.slug()))
    }

    /// Those that are done often, and those that stand quietly after them.
    pub fn often(&self) -> impl Iterator<Item = Action> + '_ {
        self.actions.iter().copied().filter(|action| action.offer() < Offer::Rare)
    }

    pub fn rare(&self) -> impl Iterator<Item = Action> + '_ {
        self.actions.iter().copied().filter(|action| action.offer() == Offer::Rare)
    }

    /// The class of its control; taking it oneself is the usual act where that is offered.
    pub fn class(&self, action: &Action) -> &'static str {
        if action.offer() == Offer::Usual && self.take.is_none() && self.opened.is_none() {
            ""
        } else {
            "govuk-button--secondary"
        }
    }

    /// Whether a form stands open that one answers in.
    pub fn answers(&self) -> bool {
        self.panels.iter().any(|panel| panel.action.is_answer())
    }

    /// Whether a form stands there that takes photos and documents.
    pub fn takes_evidence(&self) -> bool {
        self.panels.iter().any(|panel| panel.action.takes_evidence())
    }
}
