//! Plays the steps of the story: who does it, what they write, and the move itself through the journal.

use fastrand::Rng;
use sqlx::PgConnection;
use time::OffsetDateTime;

use super::cases::Case;
use super::players::Players;
use super::sample::life::Step;
use super::sample::site::StorySite;
use super::sample::words::{ADDED, NOTES, WITHDRAWN};
use crate::config::ServiceTerms;
use crate::contacts::Contact;
use crate::contacts::journal::{self, By, Input, Logged, Note, Refused};
use crate::error::AppError;
use crate::session::Viewer;

/// The CDSP's code in the cast.
pub const CDSP: &str = "CDS";

/// A contact of the story as it stands.
pub struct StagedContact {
    /// codes of organisations
    raiser: &'static str,
    network: &'static str,
    case: Case,
    pub site: StorySite,
    crn: String,
    /// CDSP agent who had it last: it comes back to the same person
    agent: Option<i64>,
    /// which of the case's questions was asked
    asked: usize,
}

impl StagedContact {
    pub fn new(raiser: &'static str, network: &'static str, case: Case, site: StorySite) -> StagedContact {
        StagedContact { raiser, network, case, site, crn: String::new(), agent: None, asked: 0 }
    }
}

/// Where the story is played.
pub struct Stage<'a> {
    pub tx: &'a mut PgConnection,
    terms: &'a ServiceTerms,
    rng: Rng,
    players: Players,
    lives: Vec<StagedContact>,
    /// how many remarks were added, and how many notes written
    added: usize,
    notes: usize,
}

impl<'a> Stage<'a> {
    pub async fn new(
        tx: &'a mut PgConnection,
        terms: &'a ServiceTerms,
        rng: Rng,
        lives: Vec<StagedContact>,
    ) -> Result<Self, AppError> {
        let players = Players::of(tx).await?;
        Ok(Stage { tx, terms, rng, players, lives, added: 0, notes: 0 })
    }

    /// Plays one step of one life.
    pub async fn play(&mut self, life: usize, step: Step, at: OffsetDateTime) -> Result<(), AppError> {
        if matches!(step, Step::Log | Step::Again) {
            return self.log(life, step, at).await;
        }
        let contact = Contact::seen_by(self.tx, &Viewer::system(), &self.lives[life].crn).await?;
        let StagedContact { raiser, network, case, .. } = self.lives[life];
        let holder = self.players.with_id(contact.holder);
        if step == Step::Note {
            return self.note(contact, at).await;
        }
        let agent = self.players.with_id(self.lives[life].agent);
        let rng = &mut self.rng;
        let players = &self.players;
        let somebody = |viewer: Option<&Viewer>| viewer.map(|viewer| viewer.id).ok_or_else(|| missing(&contact.crn));
        let words = case.words();
        let text;
        let (who, input) = match step {
            Step::Take => {
                let taker = agent.or_else(|| players.somebody(rng, CDSP, None));
                (taker, Input::Assign(somebody(taker)?))
            }
            Step::Give => {
                let to = agent.or_else(|| players.agent(rng, CDSP, None));
                (players.supervisor(CDSP), Input::Assign(somebody(to)?))
            }
            Step::Move => {
                let to = players.agent(rng, CDSP, contact.holder);
                (players.supervisor(CDSP), Input::Reassign(somebody(to)?))
            }
            Step::Put | Step::Drop => (holder, Input::Return),
            Step::Pick => {
                let picker = players.somebody(rng, raiser, Some(contact.originator));
                (picker, Input::Assign(somebody(picker)?))
            }
            Step::Go => {
                let to = players.agent(rng, network, None);
                (players.supervisor(network), Input::Assign(somebody(to)?))
            }
            Step::Swap => {
                let to = players.agent(rng, network, contact.holder);
                (players.supervisor(network), Input::Reassign(somebody(to)?))
            }
            Step::Ask => {
                self.lives[life].asked = rng.usize(..words.asked.len());
                text = self.lives[life].site.says(words.asked[self.lives[life].asked].0);
                (holder, Input::SendClarification(&text))
            }
            Step::Answer | Step::Fix => {
                text = self.lives[life].site.says(words.asked[self.lives[life].asked].1);
                if let (Step::Fix, Some(holder)) = (step, holder) {
                    // as the raiser reads it: the site contact is kept from everybody else
                    let own = Contact::seen_by(self.tx, holder, &contact.crn).await?;
                    let corrected = Some(Box::new(case.corrected(rng, &own.details)));
                    let input = Input::AnswerClarification { answer: &text, corrected };
                    return self.record(Some(holder.id), &own, input, at).await;
                }
                (holder, Input::AnswerClarification { answer: &text, corrected: None })
            }
            Step::Silence => (None, Input::CloseNoReply),
            Step::Visit => {
                let asked_before = agent.is_some() && rng.u8(..4) == 0;
                text =
                    self.lives[life].site.one(rng, &words.look_at[usize::from(asked_before) % words.look_at.len()..]);
                let network = players.organisation_id(network).ok_or_else(|| missing(network))?;
                (holder, Input::SendVisit { network, look_at: &text })
            }
            Step::See | Step::Miss => {
                let found = case.findings(rng, &self.lives[life].site, step, at);
                (holder, Input::AnswerVisit(found))
            }
            Step::Valid => (holder, Input::ResolveValid(case.outcome(life as u64))),
            Step::Invalid => {
                text = self.lives[life].site.one(rng, words.remarks);
                (holder, Input::ResolveInvalid { reason: words.reason, remarks: &text })
            }
            Step::Add => {
                self.added += 1;
                (players.with_id(Some(contact.originator)), Input::Add(ADDED[(self.added - 1) % ADDED.len()]))
            }
            Step::Withdraw => (players.with_id(Some(contact.originator)), Input::Withdraw(WITHDRAWN)),
            Step::Log | Step::Again | Step::Note => return Ok(()),
        };
        if let (Step::Take | Step::Give | Step::Move, Input::Assign(to) | Input::Reassign(to)) = (step, &input) {
            self.lives[life].agent = Some(*to);
        }
        let who = who.map(|viewer| viewer.id);
        self.record(who, &contact, input, at).await
    }

    async fn record(
        &mut self,
        who: Option<i64>,
        contact: &Contact,
        input: Input<'_>,
        at: OffsetDateTime,
    ) -> Result<(), AppError> {
        let by = By { viewer: self.players.with_id(who), at, terms: self.terms };
        journal::record(self.tx, by, contact, input).await.map(drop).map_err(|refused| broken(refused, &contact.crn))
    }

    /// Whoever has the contact writes for its colleagues.
    async fn note(&mut self, contact: Contact, at: OffsetDateTime) -> Result<(), AppError> {
        let author = self.players.with_id(contact.holder).ok_or_else(|| missing(&contact.crn))?;
        let supervisor = self.players.supervisor_of(author).ok_or_else(|| missing(&contact.crn))?;
        let text = NOTES[self.notes % NOTES.len()];
        self.notes += 1;
        let named = if text.contains("{supervisor}") { vec![supervisor.id] } else { Vec::new() };
        let body = text.replace("{supervisor}", &supervisor.name);
        // whom a note names is told on its author's word alone
        sqlx::query!("select let_in($1)", author.id).execute(&mut *self.tx).await?;
        let by = By { viewer: Some(author), at, terms: self.terms };
        let written = journal::note(self.tx, by, &contact, &Note { body: &body, named: &named }).await;
        sqlx::query!("select let_in(null)").execute(&mut *self.tx).await?;
        written.map_err(|refused| broken(refused, &contact.crn))
    }

    async fn log(&mut self, life: usize, step: Step, at: OffsetDateTime) -> Result<(), AppError> {
        let raiser = self.lives[life].raiser;
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

fn missing(what: &str) -> AppError {
    AppError::Broken(format!("the story stopped at {what}: somebody of the cast is missing").into())
}

/// A refusal where nothing should be refused: somebody of the cast is missing, or the reset of another was faster.
pub fn broken(refused: Refused, what: &str) -> AppError {
    match refused {
        Refused::Failed(error) => error,
        Refused::WasReset => AppError::WasReset,
        other => AppError::Broken(format!("the story stopped at {what}: {other:?}").into()),
    }
}
