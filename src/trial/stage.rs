//! Plays the steps of the story: who does it, what they write, and the move itself through the journal.

use fastrand::Rng;
use sqlx::PgConnection;
use time::OffsetDateTime;

use super::findings::findings;
use super::players::Players;
use super::plot::{LIVES, Step};
use super::register::spare_mprn;
use super::sites::StorySite;
use crate::config::ServiceTerms;
use crate::contacts::Contact;
use crate::contacts::journal::{self, By, Input, Logged, Refused};
use crate::contacts::lifecycle::Action;
use crate::error::AppError;
use crate::session::Viewer;

/// The CDSP's code in the cast.
pub const CDSP: &str = "CDS";

/// A contact of the story as it stands.
struct StagedContact {
    site: StorySite,
    crn: String,
    /// CDSP agent who had it last: it comes back to the same person
    agent: Option<i64>,
    /// which of the case's questions was asked
    asked: usize,
}

/// Where the story is played.
pub struct Stage<'a> {
    pub tx: &'a mut PgConnection,
    terms: &'a ServiceTerms,
    rng: Rng,
    players: Players,
    lives: Vec<StagedContact>,
}

impl<'a> Stage<'a> {
    pub async fn new(
        tx: &'a mut PgConnection,
        terms: &'a ServiceTerms,
        rng: Rng,
        sites: Vec<StorySite>,
    ) -> Result<Self, AppError> {
        let players = Players::of(tx).await?;
        let life = |site| StagedContact { site, crn: String::new(), agent: None, asked: 0 };
        Ok(Stage { tx, terms, rng, players, lives: sites.into_iter().map(life).collect() })
    }

    /// Plays one step of one life.
    pub async fn play(&mut self, life: usize, step: Step, at: OffsetDateTime) -> Result<(), AppError> {
        if matches!(step, Step::Log | Step::Again) {
            return self.log(life, step, at).await;
        }
        let contact = Contact::seen_by(self.tx, &Viewer::system(), &self.lives[life].crn).await?;
        let (raiser, network, ..) = LIVES[life];
        let holder = self.players.with_id(contact.holder);
        let agent = self.players.with_id(self.lives[life].agent);
        let rng = &mut self.rng;
        let players = &self.players;
        let to =
            |colleague: Option<&Viewer>| Input { colleague: colleague.map(|viewer| viewer.id), ..Input::default() };
        let words = self.lives[life].site.case.words();
        let text;
        let corrected;
        let mprn;
        let (who, action, given) = match step {
            Step::Take => {
                let taker = agent.or_else(|| players.somebody(rng, CDSP, None));
                (taker, Action::Assign, to(taker))
            }
            Step::Give => {
                (players.supervisor(CDSP), Action::Assign, to(agent.or_else(|| players.agent(rng, CDSP, None))))
            }
            Step::Move => (players.supervisor(CDSP), Action::Reassign, to(players.agent(rng, CDSP, contact.holder))),
            Step::Put | Step::Drop => (holder, Action::Return, Input::default()),
            Step::Pick => {
                let picker = players.somebody(rng, raiser, Some(contact.originator));
                (picker, Action::Assign, to(picker))
            }
            Step::Go => (players.supervisor(network), Action::Assign, to(players.agent(rng, network, None))),
            Step::Swap => {
                (players.supervisor(network), Action::Reassign, to(players.agent(rng, network, contact.holder)))
            }
            Step::Ask => {
                self.lives[life].asked = rng.usize(..words.asked.len());
                text = self.lives[life].site.says(words.asked[self.lives[life].asked].0);
                (holder, Action::SendClarification, Input { text: &text, ..Input::default() })
            }
            Step::Answer | Step::Fix => {
                text = self.lives[life].site.says(words.asked[self.lives[life].asked].1);
                let mut given = Input { text: &text, ..Input::default() };
                if let (Step::Fix, Some(holder)) = (step, holder) {
                    // as the raiser reads it: the site contact is kept from everybody else
                    let own = Contact::seen_by(self.tx, holder, &contact.crn).await?;
                    corrected = StorySite::corrected(rng, &own.details);
                    given.corrected = Some(&corrected);
                    return self.record(Some(holder.id), &own, Action::AnswerClarification, &given, at).await;
                }
                (holder, Action::AnswerClarification, given)
            }
            Step::Silence => (None, Action::CloseNoReply, Input::default()),
            Step::Visit => {
                let asked_before = agent.is_some() && rng.u8(..4) == 0;
                text =
                    self.lives[life].site.one(rng, &words.look_at[usize::from(asked_before) % words.look_at.len()..]);
                let network = players.organisation_id(network);
                (holder, Action::SendVisit, Input { network, text: &text, ..Input::default() })
            }
            Step::See | Step::Miss => {
                let findings = findings(rng, &self.lives[life].site, step, at);
                text = findings.get("remarks").to_owned();
                let kept = serde_json::to_value(&findings).map_err(|error| AppError::Broken(error.into()))?;
                (holder, Action::AnswerVisit, Input { text: &text, findings: Some(kept), ..Input::default() })
            }
            Step::Valid => {
                mprn = spare_mprn(life as u64);
                (holder, Action::ResolveValid, Input { mprn: Some(&mprn), ..Input::default() })
            }
            Step::Invalid => {
                text = self.lives[life].site.one(rng, words.remarks);
                (holder, Action::ResolveInvalid, Input { reason: words.reason, text: &text, ..Input::default() })
            }
            Step::Log | Step::Again => return Ok(()),
        };
        if matches!(step, Step::Take | Step::Give | Step::Move) {
            self.lives[life].agent = given.colleague;
        }
        let who = who.map(|viewer| viewer.id);
        self.record(who, &contact, action, &given, at).await
    }

    async fn record(
        &mut self,
        who: Option<i64>,
        contact: &Contact,
        action: Action,
        given: &Input<'_>,
        at: OffsetDateTime,
    ) -> Result<(), AppError> {
        let by = By { viewer: self.players.with_id(who), at, terms: self.terms };
        journal::record(self.tx, by, contact, action, given)
            .await
            .map(drop)
            .map_err(|refused| broken(refused, &contact.crn))
    }

    async fn log(&mut self, life: usize, step: Step, at: OffsetDateTime) -> Result<(), AppError> {
        let (raiser, ..) = LIVES[life];
        let viewer = self.players.somebody(&mut self.rng, raiser, None);
        let old = match (step, viewer) {
            (Step::Again, Some(viewer)) => Some(Contact::seen_by(self.tx, viewer, &self.lives[life - 1].crn).await?),
            _ => None,
        };
        let site = &self.lives[life].site;
        let form_key = format!("story-{}", life + 1);
        let given = Logged { details: &site.details, ldz: site.ldz, form_key: &form_key, psc_of: old.as_ref() };
        let by = By { viewer, at, terms: self.terms };
        self.lives[life].crn = journal::log(self.tx, by, &given).await.map_err(|refused| broken(refused, &form_key))?;
        Ok(())
    }
}

/// A refusal where nothing should be refused: somebody of the cast is missing, or the reset of another was faster.
pub fn broken(refused: Refused, what: &str) -> AppError {
    match refused {
        Refused::Failed(error) => error,
        Refused::WasReset => AppError::WasReset,
        other => AppError::Broken(format!("the story stopped at {what}: {other:?}").into()),
    }
}
