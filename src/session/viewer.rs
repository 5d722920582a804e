//! Who looks at a page or acts: their rights, and what their every page shows.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::AppError;
use crate::seal::Seal;

/// Who is signed in, and what their every page shows.
#[expect(clippy::struct_excessive_bools, reason = "rights add up, each by itself")]
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Viewer {
    pub id: i64,
    pub account: String,
    pub name: String,
    /// one of the trial's shared accounts
    pub demo: bool,
    pub supervisor: bool,
    pub security_officer: bool,
    pub facilitator: bool,
    pub terms_accepted: bool,
    /// who says to be using a shared account; empty if nobody said
    pub used_by: String,
    /// seconds since 1970
    pub signed_in_at: i64,
    /// none for a facilitator
    pub organisation: Option<Organisation>,
    pub unread: i64,
    pub epoch: i64,
    pub announcements: Vec<String>,
    /// single keys work in lists
    #[serde(default)]
    pub shortcuts: bool,
    /// something typed waits to be sent
    #[serde(default)]
    pub drafts: bool,
    /// the queries with which queues open, by queue
    #[serde(default)]
    pub defaults: BTreeMap<String, String>,
    /// seconds since 1970 at which the session ends if it is not used
    #[serde(default)]
    pub ends: i64,
    /// what the pages of this request stamp their forms with
    #[serde(skip)]
    pub stamp: String,
    /// shows and opens numbers of rows
    #[serde(skip)]
    pub seal: Seal,
    /// names this session in the data base, in hex; empty where there is none
    #[serde(default)]
    pub session: String,
    /// key of what this request does: all that it tells others belongs together
    #[serde(skip)]
    pub act: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Organisation {
    pub id: i64,
    pub code: String,
    pub name: String,
    pub kind: OrganisationKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum OrganisationKind {
    Shipper,
    #[serde(rename = "DN")]
    Dn,
    #[serde(rename = "IGT")]
    Igt,
    #[serde(rename = "CDSP")]
    Cdsp,
}

/// A row of a person with their organisation, as queries read it.
#[expect(clippy::struct_excessive_bools, reason = "rights add up, each by itself")]
#[derive(Debug, sqlx::FromRow)]
pub struct PersonRow {
    pub id: i64,
    pub account: String,
    pub name: String,
    pub demo: bool,
    pub supervisor: bool,
    pub security_officer: bool,
    pub facilitator: bool,
    pub organisation_id: Option<i64>,
    pub organisation_code: Option<String>,
    pub organisation_name: Option<String>,
    pub organisation_kind: Option<String>,
    pub epoch: i64,
}

impl Viewer {
    /// Someone without any right: what every other viewer is built from, so that a right is only ever given.
    pub fn nobody() -> Viewer {
        Viewer {
            id: 0,
            account: String::new(),
            name: String::new(),
            demo: false,
            supervisor: false,
            security_officer: false,
            facilitator: false,
            terms_accepted: false,
            used_by: String::new(),
            signed_in_at: 0,
            organisation: None,
            unread: 0,
            epoch: 0,
            announcements: Vec::new(),
            shortcuts: false,
            drafts: false,
            defaults: BTreeMap::new(),
            ends: 0,
            stamp: String::new(),
            seal: Seal::default(),
            session: String::new(),
            act: String::new(),
        }
    }

    /// The program itself, which sees every contact; it has no account, and signs nothing.
    pub fn system() -> Viewer {
        Viewer { account: "system".to_owned(), name: "The system".to_owned(), facilitator: true, ..Viewer::nobody() }
    }

    /// This person, for work that is done in their name without a session.
    pub fn of(row: PersonRow) -> Result<Viewer, AppError> {
        let organisation =
            match (row.organisation_id, row.organisation_code, row.organisation_name, row.organisation_kind) {
                (Some(id), Some(code), Some(name), Some(kind)) => {
                    let kind = serde_json::from_value(kind.into()).map_err(|error| AppError::Broken(error.into()))?;
                    Some(Organisation { id, code, name, kind })
                }
                _ => None,
            };
        Ok(Viewer {
            id: row.id,
            account: row.account,
            name: row.name,
            demo: row.demo,
            supervisor: row.supervisor,
            security_officer: row.security_officer,
            facilitator: row.facilitator,
            organisation,
            epoch: row.epoch,
            ..Viewer::nobody()
        })
    }

    pub fn organisation_id(&self) -> Option<i64> {
        self.organisation.as_ref().map(|organisation| organisation.id)
    }

    pub fn kind(&self) -> Option<OrganisationKind> {
        self.organisation.as_ref().map(|organisation| organisation.kind)
    }

    pub fn is_cdsp(&self) -> bool {
        self.kind() == Some(OrganisationKind::Cdsp)
    }

    /// Shippers, DNs and IGTs raise contacts; the CDSP and facilitators do not.
    pub fn raises(&self) -> bool {
        self.kind().is_some_and(|kind| kind != OrganisationKind::Cdsp)
    }

    /// Refuses whoever may not log a contact.
    pub fn may_log(&self) -> Result<(), AppError> {
        if self.raises() {
            return Ok(());
        }
        Err(AppError::Forbidden("Logging a contact is for members of a Shipper, DN or IGT.".into()))
    }

    pub fn is_network(&self) -> bool {
        matches!(self.kind(), Some(OrganisationKind::Dn | OrganisationKind::Igt))
    }

    pub fn sees_all(&self) -> bool {
        self.is_cdsp() || self.facilitator
    }

    /// Of whoever uses the account, if they said so.
    pub fn first_name(&self) -> &str {
        let name = if self.used_by.is_empty() { &self.name } else { &self.used_by };
        name.split_whitespace().next().unwrap_or(name)
    }

    /// Roles in words, as the header shows them.
    pub fn roles(&self) -> String {
        if self.facilitator {
            return "Trial facilitator".to_owned();
        }
        let mut roles = vec![if self.supervisor { "Supervisor" } else { "Agent" }];
        if self.security_officer {
            roles.push("Local Security Officer");
        }
        roles.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_sees_and_may_nothing() {
        let nobody = Viewer::nobody();
        assert!(!nobody.sees_all() && !nobody.raises() && !nobody.is_cdsp() && !nobody.is_network());
        assert!(!nobody.supervisor && !nobody.security_officer && !nobody.facilitator && !nobody.terms_accepted);
        let priya = Viewer { name: "Owen Tasker".into(), used_by: "Priya Shah".into(), ..Viewer::nobody() };
        assert_eq!(priya.first_name(), "Priya");
        assert!(nobody.may_log().is_err() && nobody.organisation_id().is_none());
    }
}
