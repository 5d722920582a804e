//! Contacts in any status, made by the one writer as the web role, without going through pages.

use cms::contacts::Contact;
use cms::contacts::fields::Details;
use cms::contacts::fields::Field;
use cms::contacts::fields::outcome::Outcome;
use cms::contacts::fields::question::Answers;
use cms::contacts::journal::{By, Input, Logged, Refused, log, record};
use cms::contacts::lifecycle::Status;
use cms::contacts::types::ContactType;
use cms::session::{PersonRow, Viewer};
use cms::trade::Mprn;
use cms::typed::Typed;

use super::{MNC, World};

impl World {
    /// Somebody of the cast as a page knows them.
    pub async fn viewer(&self, account: &str) -> Viewer {
        let row: PersonRow = sqlx::query_as(
            "select p.*, o.code as organisation_code, o.name as organisation_name, o.kind as organisation_kind,
                    (select epoch from installation) as epoch
             from person p left join organisation o on o.id = p.organisation_id where p.account = $1",
        )
        .bind(account)
        .fetch_one(self.owner())
        .await
        .unwrap();
        Viewer { seal: self.app.seal().clone(), ..Viewer::of(row).unwrap() }
    }

    /// Does one action as this person, at the contact's present version.
    pub async fn record(&self, account: &str, crn: &str, input: Input<'_>) -> Result<(), Refused> {
        let viewer = self.viewer(account).await;
        let mut tx = self.app.db.as_viewer(viewer.id).await.unwrap();
        let contact = Contact::seen_by(&mut tx, &viewer, crn).await.unwrap();
        let by = By { viewer: Some(&viewer), at: self.app.clock.now(), terms: &self.app.config.terms };
        record(&mut tx, by, &contact, input).await?;
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
        if status == Status::Aaca {
            return crn;
        }
        let cdsp = self.person_id("cdsp.agent").await;
        self.record("cdsp.agent", &crn, Input::Assign(cdsp)).await.unwrap();
        let network = self.organisation_id("NGN").await;
        match status {
            Status::Aaca | Status::Atca => {}
            Status::Svdn | Status::Svda => {
                let visit = Input::SendVisit { network, look_at: "Is there a meter?" };
                self.record("cdsp.agent", &crn, visit).await.unwrap();
                if status == Status::Svda {
                    let agent = self.person_id("ngn.agent").await;
                    self.record("ngn.agent", &crn, Input::Assign(agent)).await.unwrap();
                }
            }
            Status::Dcrs | Status::Dcaa => {
                self.record("cdsp.agent", &crn, Input::SendClarification("Which plot is it?")).await.unwrap();
                if status == Status::Dcrs {
                    self.record("alder.agent", &crn, Input::Return).await.unwrap();
                }
            }
            Status::Ccva => {
                let free: i64 =
                    sqlx::query_scalar("select count(*) from meter_point").fetch_one(self.owner()).await.unwrap();
                let mprn = Mprn::from_body(90_000_000 + free.unsigned_abs());
                self.record("cdsp.agent", &crn, Input::ResolveValid(Outcome::Created(mprn))).await.unwrap();
            }
            Status::Cciv => {
                let input = Input::ResolveInvalid { reason: "address", remarks: "The street can't be found." };
                self.record("cdsp.agent", &crn, input).await.unwrap();
            }
        }
        assert_eq!(self.status(&crn).await, status.code());
        crn
    }
}

/// A clarification answered without correcting anything.
pub fn answered(answer: &str) -> Input<'_> {
    Input::AnswerClarification { answer, corrected: None }
}

/// A visit of which the network says nothing.
pub fn visited() -> Input<'static> {
    Input::AnswerVisit(Answers::default())
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
