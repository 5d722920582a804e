//! The queues that a trial must keep filled: one for each organisation of the cast and kind of work.

use crate::contacts::lifecycle::{Party, Status};
use crate::people::cast::ORGANISATIONS;

/// A queue: whose it is, where its contacts stand while they wait, and where once somebody has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Desk {
    pub code: &'static str,
    pub name: &'static str,
    pub waiting: Status,
    pub held: Status,
}

impl Desk {
    /// Its value in a form: "NGN-SVDN".
    pub fn value(self) -> String {
        format!("{}-{}", self.code, self.waiting.code())
    }

    /// What waits there, in words.
    pub fn work(self) -> &'static str {
        match self.waiting.party() {
            Party::Network => "site visits",
            Party::Raiser => "data clarifications",
            Party::Cdsp | Party::Nobody => "contacts to investigate",
        }
    }
}

/// All of them: the CDSP, every network, and every raiser but the DNs, who seldom are.
pub fn desks() -> Vec<Desk> {
    let desk = |kinds: &'static [&'static str], waiting, held| {
        let of_kind = ORGANISATIONS.iter().filter(move |(.., kind, _)| kinds.contains(kind));
        of_kind.map(move |(code, name, ..)| Desk { code, name, waiting, held })
    };
    desk(&["CDSP"], Status::Aaca, Status::Atca)
        .chain(desk(&["DN", "IGT"], Status::Svdn, Status::Svda))
        .chain(desk(&["Shipper", "IGT"], Status::Dcrs, Status::Dcaa))
        .collect()
}
