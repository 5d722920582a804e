//! Contacts in any status, made by the one writer as the web role, without going through pages.

use cms::contacts::Contact;
use cms::contacts::fields::Details;
use cms::contacts::fields::Field;
use cms::contacts::journal::{By, Input, Logged, Refused, log, record};
use cms::contacts::lifecycle::{Action, Status};
use cms::contacts::types::ContactType;
use cms::session::{Organisation, OrganisationKind, Viewer};
use cms::trade::Mprn;
use cms::typed::Typed;

use super::{MNC, World};

impl World {
    /// Somebody of the cast as a page knows them.
    pub async fn viewer(&self, account: &str) -> Viewer {
        type Row = (i64, String, bool, bool, bool, Option<i64>, Option<String>, Option<String>, Option<String>, i64);
        let row: Row = sqlx::query_as(
            "select p.id, p.name, p.supervisor, p.security_officer, p.facilitator, o.id, o.code, o.name, o.kind,
                    (select epoch from house)
             from person p left join organisation o on o.id = p.organisation_id where p.account = $1",
        )
        .bind(account)
        .fetch_one(self.owner())
        .await
        .unwrap();
        let organisation = row.5.map(|id| Organisation {
            id,
            code: row.6.clone().unwrap(),
            name: row.7.clone().unwrap(),
            kind: match row.8.as_deref() {
                Some("Shipper") => OrganisationKind::Shipper,
                Some("DN") => OrganisationKind::Dn,
                Some("IGT") => OrganisationKind::Igt,
                _ => OrganisationKind::Cdsp,
            },
        });
        Viewer {
            id: row.0,
            account: account.to_owned(),
            name: row.1,
            supervisor: row.2,
            security_officer: row.3,
            facilitator: row.4,
            organisation,
            epoch: row.9,
            ..Viewer::system()
        }
    }

    /// Does one action as this person, at the contact's present version.
    pub async fn record(&self, account: &str, crn: &str, action: Action, given: &Input<'_>) -> Result<(), Refused> {
        let viewer = self.viewer(account).await;
        let mut tx = self.app.db.as_viewer(viewer.id).await.unwrap();
        let contact = Contact::seen_by(&mut tx, &viewer, crn).await.unwrap();
        let by = By { viewer: Some(&viewer), at: self.app.clock.now(), terms: &self.app.config.terms };
        record(&mut tx, by, &contact, action, given).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Logs a valid MNC as this person.
    pub async fn logged_by(&self, account: &str) -> String {
        self.logged_with(account, &details()).await
    }

    /// Logs an MNC with these details.
    pub async fn logged_with(&self, account: &str, details: &Details) -> String {
        let viewer = self.viewer(account).await;
        let mut tx = self.app.db.as_viewer(viewer.id).await.unwrap();
        let given = Logged { details, ldz: "NE", form_key: &cms::secret::token(), psc_of: None };
        let by = By { viewer: Some(&viewer), at: self.app.clock.now(), terms: &self.app.config.terms };
        let crn = log(&mut tx, by, &given).await.unwrap();
        tx.commit().await.unwrap();
        crn
    }

    /// A contact raised by `alder.agent` that stands in this status: with `cdsp.agent`, `ngn.agent` or `alder.agent`
    /// where somebody holds it, at Northern Gas Networks where a network has it.
    pub async fn contact_at(&self, status: Status) -> String {
        let crn = self.logged_by("alder.agent").await;
        let to = |id| Input { colleague: Some(id), ..Input::default() };
        if status == Status::Aaca {
            return crn;
        }
        let cdsp = self.person_id("cdsp.agent").await;
        self.record("cdsp.agent", &crn, Action::Assign, &to(cdsp)).await.unwrap();
        let network = Some(self.organisation_id("NGN").await);
        match status {
            Status::Aaca | Status::Atca => {}
            Status::Svdn | Status::Svda => {
                let given = Input { network, text: "Is there a meter?", ..Input::default() };
                self.record("cdsp.agent", &crn, Action::SendVisit, &given).await.unwrap();
                if status == Status::Svda {
                    let agent = self.person_id("ngn.agent").await;
                    self.record("ngn.agent", &crn, Action::Assign, &to(agent)).await.unwrap();
                }
            }
            Status::Dcrs | Status::Dcaa => {
                let given = Input { text: "Which plot is it?", ..Input::default() };
                self.record("cdsp.agent", &crn, Action::SendClarification, &given).await.unwrap();
                if status == Status::Dcrs {
                    self.record("alder.agent", &crn, Action::Return, &Input::default()).await.unwrap();
                }
            }
            Status::Ccva => {
                let free: i64 =
                    sqlx::query_scalar("select count(*) from meter_point").fetch_one(self.owner()).await.unwrap();
                let mprn = Mprn::from_body(90_000_000 + free.unsigned_abs());
                let given = Input { mprn: Some(&mprn), ..Input::default() };
                self.record("cdsp.agent", &crn, Action::ResolveValid, &given).await.unwrap();
            }
            Status::Cciv => {
                let given = Input { reason: "address", text: "The street can't be found.", ..Input::default() };
                self.record("cdsp.agent", &crn, Action::ResolveInvalid, &given).await.unwrap();
            }
        }
        assert_eq!(self.status(&crn).await, status.code());
        crn
    }
}

/// [`MNC`] as details.
pub fn details() -> Details {
    let mut typed = Typed::default();
    for (name, value) in MNC {
        typed.set(*name, *value);
    }
    let details = ContactType::Mnc.typed(&typed);
    assert_eq!(details.get(Field::Postcode), "LS1 4DY");
    details
}
