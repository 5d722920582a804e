//! What a network knows of a contact that it was sent to: the site, its own visits, and how it ended.

use super::lifecycle::Status;
use super::{Contact, ContactExtras};
use crate::session::Viewer;

impl Contact {
    /// While others have it, a network knows that it is with the CDSP and no more.
    pub(super) fn keep_to_ones_own_part(&mut self, viewer: &Viewer) {
        if !self.status.is_closed() && self.with_org != viewer.organisation_id() {
            (self.status, self.holder, self.holder_name) = (Status::Aaca, None, None);
            (self.with_name, self.due) = (None, None);
        }
    }
}

impl ContactExtras {
    /// A network's visits are numbered by themselves: it is not told how many others were sent.
    pub(super) fn count_ones_own_visits(&mut self) {
        self.referrals.sort_by_key(|referral| std::cmp::Reverse(referral.number));
        for (number, referral) in (1..).zip(self.referrals.iter_mut().rev()) {
            let before = referral.name();
            referral.number = number;
            for event in self.events.iter_mut().rev().filter(|event| event.is_of(&before)) {
                event.rename(referral.name());
            }
        }
    }
}
