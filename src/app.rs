//! What every handler can reach.

use std::sync::Arc;

use crate::answered::Answered;
use crate::at_once::AtOnce;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::origins::Origins;
use crate::presence::Presence;
use crate::seal::Seal;
use crate::storage::Storage;
use crate::walks::Walks;

/// The application's state; cheap to clone.
#[derive(Debug, Clone)]
pub struct App(Arc<Inner>);

#[derive(Debug)]
pub struct Inner {
    pub db: Db,
    pub config: Config,
    pub clock: Clock,
    pub origins: Origins,
    pub presence: Presence,
    /// where the bytes of evidence go
    pub evidence: Storage,
    /// rings when rows of a bulk are to be done
    pub bulk: tokio::sync::Notify,
    /// where forms led, for those that are sent twice
    pub answered: Answered,
    /// what is done at once, by whom
    pub at_once: AtOnce,
    /// lists that contacts were opened from
    pub walks: Walks,
    seal: Seal,
}

impl std::ops::Deref for App {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl App {
    /// `origins` are those of the address that is really listened on.
    pub fn new(db: Db, config: Config, clock: Clock, origins: Origins) -> App {
        let evidence = config.storage().expect("the settings were checked");
        let (presence, bulk) = (Presence::default(), tokio::sync::Notify::new());
        let (answered, at_once, walks) = (Answered::default(), AtOnce::default(), Walks::default());
        let seal = Seal::of(db.sealing_key());
        App(Arc::new(Inner { db, config, clock, origins, presence, evidence, bulk, answered, at_once, walks, seal }))
    }

    /// What numbers of rows are sealed with where people see them.
    pub fn seal(&self) -> &Seal {
        &self.seal
    }
}
