//! Which contacts a list draws from, and how much of it is shown.

use crate::error::AppError;
use crate::session::Viewer;

/// Which contacts a list draws from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Queue {
    /// what the viewer's organisation has to do, held by somebody or not
    Organisation,
    /// what the viewer holds
    Mine,
    /// what the viewer's organisation raised, wherever it is
    Raised,
    /// everything, for those who see everything
    All,
    /// whatever the viewer may see: what searching looks through
    Seen,
}

pub const SIZES: [i64; 3] = [25, 50, 100];
/// Counts of lists that the tally does not know are exact up to here.
pub const COUNTED: i64 = 1_000;

impl Queue {
    pub const ALL: [Queue; 5] = [Queue::Organisation, Queue::Mine, Queue::Raised, Queue::All, Queue::Seen];

    /// The address of its page.
    pub fn path(self) -> &'static str {
        match self {
            Queue::Organisation => "/queues/organisation",
            Queue::Mine => "/queues/mine",
            Queue::Raised => "/queues/raised",
            Queue::All => "/queues/all",
            Queue::Seen => "/search",
        }
    }

    pub fn parse(slug: &str) -> Option<Queue> {
        [Queue::Organisation, Queue::Mine, Queue::Raised, Queue::All].into_iter().find(|queue| queue.slug() == slug)
    }

    pub fn slug(self) -> &'static str {
        match self {
            Queue::Organisation => "organisation",
            Queue::Mine => "mine",
            Queue::Raised => "raised",
            Queue::All => "all",
            Queue::Seen => "seen",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Queue::Organisation => "Organisation queue",
            Queue::Mine => "My queue",
            Queue::Raised => "Raised by us",
            Queue::All => "All contacts",
            Queue::Seen => "Search",
        }
    }

    /// What of it this person has at all.
    pub fn is_for(self, viewer: &Viewer) -> bool {
        match self {
            Queue::Organisation | Queue::Mine => viewer.organisation.is_some(),
            Queue::Raised => viewer.raises(),
            Queue::All => viewer.sees_all(),
            Queue::Seen => true,
        }
    }

    /// The tally knows how many of it stand in each status.
    pub fn is_tallied(self) -> bool {
        matches!(self, Queue::Organisation | Queue::Raised | Queue::All)
    }

    /// Holds work to be done, so never a closed contact.
    pub fn is_work(self) -> bool {
        matches!(self, Queue::Organisation | Queue::Mine)
    }
}

/// An address with a part that means nothing.
pub fn unreadable(name: &str) -> AppError {
    let name: String = name.chars().take(20).collect();
    AppError::BadAddress(format!("The list’s address has a part that can’t be read ({name}). Open the queue again and choose from its filters.").into())
}
