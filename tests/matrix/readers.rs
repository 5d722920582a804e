//! Whether somebody may read a word, by what the table says of its contact.

use cms::contacts::lifecycle::Status;

use super::canary::May;
use super::scene::{Scene, Standing};
use super::table::{Target, Viewpoint, facts, organisation_of};

impl Scene {
    pub fn may_read(&self, viewpoint: &Viewpoint, may: &May) -> bool {
        let is = |word| viewpoint.words.contains(&word);
        let sees_all = is("cdsp") || is("facilitator");
        let of = |which: usize| {
            let Standing { ownership, status, moved, .. } = self.contacts[which];
            let of = &self.table.ownerships[ownership];
            let known = facts(viewpoint, Target::Contact(of, status));
            (organisation_of(of.raiser) == viewpoint.organisation, known, status, moved)
        };
        matches!(may, May::Everybody)
            || !is("out")
                && match *may {
                    May::Know(which) => {
                        let (_, known, _, moved) = of(which);
                        known.contains("knows") || (moved && viewpoint.organisation == "NGN")
                    }
                    May::Raiser(which) => sees_all || of(which).0,
                    May::Ring(which) => {
                        let (is_ours, known, status, moved) = of(which);
                        let visits = matches!(status, Status::Svdn | Status::Svda);
                        is_ours
                            || (known.contains("with-us") && visits)
                            || (status == Status::Atca && known.contains("holds"))
                            || (moved && matches!(viewpoint.organisation, "NGN" | "CDS"))
                    }
                    May::Asked(which, network) => sees_all || viewpoint.organisation == network || of(which).0,
                    May::Look(ref may) => !is("facilitator") && self.may_read(viewpoint, may),
                    May::Organisation(code) => viewpoint.organisation == code,
                    May::Officers(code) => viewpoint.organisation == code || (is("cdsp") && is("officer")),
                    May::Account(account) => viewpoint.account == account,
                    May::Supervised(account) => {
                        viewpoint.account == account
                            || (is("supervisor") && viewpoint.organisation == organisation_of(account))
                    }
                    May::Facilitator(account) => viewpoint.account == account || is("facilitator"),
                    May::SeesAll => sees_all,
                    May::Everybody => true,
                    May::Nobody => false,
                }
    }
}
