//! Those who act in the story and its top-ups: the trial's shared accounts, as their own pages know them.

use fastrand::Rng;
use sqlx::PgConnection;

use crate::error::AppError;
use crate::session::{Organisation, PersonRow, Viewer};

/// The active people of the cast, in the order of their accounts.
#[derive(Debug)]
pub struct Players(Vec<Viewer>);

impl Players {
    pub async fn of(tx: &mut PgConnection) -> Result<Players, AppError> {
        let rows = sqlx::query_as!(
            PersonRow,
            r#"
            select p.id, p.account, p.name, p.demo, p.supervisor, p.security_officer, p.facilitator,
                   o.id as "organisation_id?", o.code as "organisation_code?", o.name as "organisation_name?",
                   o.kind as "organisation_kind?", i.epoch
            from person p join organisation o on o.id = p.organisation_id cross join installation i
            where p.demo and p.disabled is null
            order by p.account
            "#
        )
        .fetch_all(tx)
        .await?;
        Ok(Players(rows.into_iter().map(Viewer::of).collect::<Result<_, _>>()?))
    }

    pub fn with_id(&self, id: Option<i64>) -> Option<&Viewer> {
        self.0.iter().find(|viewer| Some(viewer.id) == id)
    }

    /// The members of an organisation, by its code.
    pub fn members(&self, code: &str) -> Vec<&Viewer> {
        self.0.iter().filter(|viewer| organisation(viewer).is_some_and(|known| known.code == code)).collect()
    }

    pub fn organisation_id(&self, code: &str) -> Option<i64> {
        self.members(code).first().and_then(|viewer| viewer.organisation_id())
    }

    pub fn supervisor(&self, code: &str) -> Option<&Viewer> {
        self.members(code).into_iter().find(|viewer| viewer.supervisor)
    }

    /// The supervisor of somebody's organisation.
    pub fn supervisor_of(&self, viewer: &Viewer) -> Option<&Viewer> {
        organisation(viewer).and_then(|organisation| self.supervisor(&organisation.code))
    }

    /// Somebody of an organisation other than `but`: mostly one of its plain agents, who do most of the work.
    pub fn somebody(&self, rng: &mut Rng, code: &str, but: Option<i64>) -> Option<&Viewer> {
        let all: Vec<&Viewer> = self.members(code).into_iter().filter(|viewer| Some(viewer.id) != but).collect();
        let agents: Vec<&Viewer> =
            all.iter().copied().filter(|viewer| !viewer.supervisor && !viewer.security_officer).collect();
        let from = if rng.u8(..100) < 85 && !agents.is_empty() { agents } else { all };
        (!from.is_empty()).then(|| from[rng.usize(..from.len())])
    }

    /// One of the plain agents, other than `but`; anybody if there is none.
    pub fn agent(&self, rng: &mut Rng, code: &str, but: Option<i64>) -> Option<&Viewer> {
        let is_plain = |viewer: &&Viewer| !viewer.supervisor && !viewer.security_officer && Some(viewer.id) != but;
        let agents: Vec<&Viewer> = self.members(code).into_iter().filter(is_plain).collect();
        if agents.is_empty() { self.somebody(rng, code, but) } else { Some(agents[rng.usize(..agents.len())]) }
    }
}

fn organisation(viewer: &Viewer) -> Option<&Organisation> {
    viewer.organisation.as_ref()
}
