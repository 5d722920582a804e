//! A contact as its viewer may see it.

use sqlx::PgConnection;
use sqlx::types::Json;
use time::OffsetDateTime;

use crate::contacts::duplicates;
use crate::contacts::evidence::EvidenceFile;
use crate::contacts::fields::Details;
use crate::contacts::fields::Field;
use crate::contacts::fields::reason::WITHDRAWN;
use crate::contacts::history::{self, Event};
use crate::contacts::lifecycle::{Action, Actor, Position, Status, offers};
use crate::contacts::note::ContactNote;
use crate::contacts::referral::Referral;
use crate::contacts::types::ContactType;
use crate::contacts::walk::Walk;
use crate::contacts::zone::Zone;
use crate::error::AppError;
use crate::session::Viewer;
use crate::trade::Crn;

/// A contact as this viewer may see it: what is not theirs to read is empty.
#[derive(Debug, Clone)]
pub struct Contact {
    pub id: i64,
    pub crn: String,
    pub contact_type: ContactType,
    pub raised_by: i64,
    pub raiser: String,
    pub originator: i64,
    /// by name to colleagues only
    pub originator_name: Option<String>,
    pub received: OffsetDateTime,
    pub status: Status,
    pub version: i32,
    pub with_org: Option<i64>,
    pub with_name: Option<String>,
    pub holder: Option<i64>,
    pub holder_name: Option<String>,
    pub since: OffsetDateTime,
    pub due: Option<OffsetDateTime>,
    pub closed: Option<OffsetDateTime>,
    /// the time of its latest event
    pub moved: OffsetDateTime,
    pub mprn_created: Option<String>,
    /// what came of a valid one, in words
    pub outcome: Option<String>,
    pub closed_reason: Option<String>,
    pub closed_remarks: String,
    pub psc_of: Option<String>,
    pub psc: Option<String>,
    pub ldz: String,
    pub details: Details,
    /// whether the raiser's own reference and reasons may be read
    pub notes_seen: bool,
    pub site_contact_seen: bool,
}

/// What a page shows beside the contact itself; read in the same round trip.
#[derive(Debug, Default)]
pub struct ContactExtras {
    /// newest first
    pub referrals: Vec<Referral>,
    pub(super) events: Vec<Event>,
    /// photos and documents that the viewer may look at, in order
    pub evidence: Vec<EvidenceFile>,
    /// what the viewer's own organisation noted, newest first
    pub notes: Vec<ContactNote>,
    /// CRN of what is due first among what the viewer holds, this contact left out
    pub next: Option<String>,
    /// the list it was opened from
    pub walk: Option<Walk>,
    /// where its postcode lies, as is known today
    pub zone: Zone,
    /// that the raiser knew of others that look the same, and why it was logged all the same
    pub duplicates: Option<String>,
}

impl ContactExtras {
    /// The version of the event that answered the referral of this name, where the viewer sees it.
    pub fn answered_in(&self, referral: &str) -> Option<i32> {
        self.events.iter().find(|event| event.answers(referral)).map(|event| event.version)
    }

    /// Since when the contact stood in each status, oldest first, as far as the viewer sees its history.
    pub fn stays(&self) -> Vec<(OffsetDateTime, Status)> {
        let stay = |event: &Event| Some((event.at, Status::parse(&event.to_status)?));
        self.events.iter().rev().filter_map(stay).collect()
    }
}

impl Contact {
    /// The contact with this CRN, or the same "not found" whether it is missing or somebody else's.
    pub async fn seen_by(tx: &mut PgConnection, viewer: &Viewer, crn: &str) -> Result<Contact, AppError> {
        Ok(Contact::read(tx, viewer, &[crn], false).await?.pop().ok_or(AppError::NotFound)?.0)
    }

    /// Those of these CRNs that are there for the viewer, in no order.
    pub async fn seen_of(tx: &mut PgConnection, viewer: &Viewer, crns: &[&str]) -> Result<Vec<Contact>, AppError> {
        Ok(Contact::read(tx, viewer, crns, false).await?.into_iter().map(|(contact, _)| contact).collect())
    }

    /// The contact with its referrals and history.
    pub async fn seen_whole(
        tx: &mut PgConnection,
        viewer: &Viewer,
        crn: &str,
    ) -> Result<(Contact, ContactExtras), AppError> {
        Contact::read(tx, viewer, &[crn], true).await?.pop().ok_or(AppError::NotFound)
    }

    async fn read(
        tx: &mut PgConnection,
        viewer: &Viewer,
        crns: &[&str],
        whole: bool,
    ) -> Result<Vec<(Contact, ContactExtras)>, AppError> {
        let crns: Vec<String> = crns.iter().filter_map(|crn| Some(Crn::parse(crn).ok()?.as_str().to_owned())).collect();
        let rows = sqlx::query_file!(
            "src/contacts/record.sql",
            &crns,
            viewer.organisation_id(),
            viewer.sees_all(),
            viewer.id,
            whole,
            viewer.is_cdsp(),
        )
        .fetch_all(tx)
        .await?;
        let read = rows.into_iter().map(|row| {
            let notes_seen = row.why.is_some();
            let site_contact_seen = row.contact_name.is_some();
            let contact_type = ContactType::from_code(&row.contact_type)
                .ok_or_else(|| AppError::Broken(format!("contact type {} is not known", row.contact_type).into()))?;
            let mprns = row.mprns;
            let in_role = |role: &'static str| {
                mprns.iter().filter_map(move |mprn| mprn.strip_prefix(role)).filter_map(|mprn| mprn.strip_prefix(' '))
            };
            let mut details = contact_type.details();
            for (field, value) in [
                (Field::BuildingNumber, row.building_number),
                (Field::BuildingName, row.building_name),
                (Field::SubBuildingName, row.sub_building_name),
                (Field::PlotNumber, row.plot_number),
                (Field::Street, row.street),
                (Field::DependentStreet, row.dependent_street),
                (Field::Locality, row.locality),
                (Field::PostTown, row.post_town),
                (Field::County, row.county),
                (Field::Postcode, row.postcode),
                (Field::Uprn, row.uprn),
                (Field::ByHand, row.by_hand),
                (Field::Msn, row.msn),
                (Field::Neighbours, in_role("neighbour").collect::<Vec<_>>().join(", ")),
                (Field::Why, row.why.unwrap_or_default()),
                (Field::OwnReference, row.own_reference.unwrap_or_default()),
                (Field::ContactName, row.contact_name.unwrap_or_default()),
                (Field::ContactPhone, row.contact_phone.unwrap_or_default()),
                (Field::ContactEmail, row.contact_email.unwrap_or_default()),
            ] {
                details.set(field, &value);
            }
            if let Some(body) = &row.body {
                contact_type.read(body, &mut details).map_err(|error| AppError::Broken(error.into()))?;
            }
            let mut extras = ContactExtras {
                referrals: row.referrals.map(|referrals| referrals.0).unwrap_or_default(),
                events: row.events.map(|events| events.0).unwrap_or_default(),
                evidence: row.evidence.map(|evidence| evidence.0).unwrap_or_default(),
                notes: row.notes.map(|notes| notes.0).unwrap_or_default(),
                next: row.next,
                walk: None,
                zone: crate::trade::Postcode::parse(details.get(Field::Postcode))
                    .map(|code| Zone::decide(&code, row.listed.as_deref(), &row.ldzs.unwrap_or_default()))
                    .unwrap_or_default(),
                duplicates: row
                    .duplicates_found
                    .zip(row.duplicates_reason)
                    .map(|(found, reason)| duplicates::note_words(found, &reason)),
            };
            let mut contact = Contact {
                id: row.id,
                crn: row.crn,
                contact_type,
                raised_by: row.raised_by,
                raiser: row.raiser,
                originator: row.originator,
                originator_name: row.originator_name,
                received: row.received,
                status: known_status(&row.status)?,
                version: row.version,
                with_org: row.with_org,
                with_name: row.with_name,
                holder: row.holder,
                holder_name: row.holder_name,
                since: row.since,
                due: row.due,
                closed: row.closed,
                moved: row.moved,
                mprn_created: in_role("created").next().map(str::to_owned),
                outcome: row.outcome,
                closed_reason: row.closed_reason,
                closed_remarks: row.closed_remarks,
                psc_of: row.psc_of,
                psc: row.psc,
                ldz: row.ldz,
                details,
                notes_seen,
                site_contact_seen,
            };
            if viewer.is_network() && contact.raised_by != viewer.organisation_id().unwrap_or_default() {
                contact.keep_to_ones_own_part(viewer);
                extras.count_ones_own_visits();
            }
            Ok((contact, extras))
        });
        read.collect()
    }

    pub fn position(&self) -> Position {
        Position {
            status: Some(self.status),
            raised_by: self.raised_by,
            originator: self.originator,
            with_org: self.with_org,
            holder: self.holder,
            has_psc: self.psc.is_some(),
            withdrawn: self.is_withdrawn(),
            latest: None,
        }
    }

    /// Its originator took it back: it is logged anew, not again.
    pub fn is_withdrawn(&self) -> bool {
        self.closed_reason.as_deref() == Some(WITHDRAWN.0)
    }

    /// What this viewer may do with it now.
    pub fn offers(&self, viewer: &Viewer) -> Vec<Action> {
        offers(&self.position(), viewer.actor())
    }

    pub fn path(&self) -> String {
        format!("/contacts/{}", self.crn)
    }

    /// Who has it, as this viewer may know it: colleagues by name, others by their organisation.
    pub fn with_words(&self) -> String {
        with_words(self.status, self.with_name.as_deref(), self.holder_name.as_deref())
    }

    /// In a sentence about the contact: "is with Alder Energy", "is closed".
    pub fn stands(&self) -> String {
        if self.status.is_closed() { "is closed".to_owned() } else { format!("is with {}", self.with_words()) }
    }
}

impl Viewer {
    /// The viewer as the lifecycle knows people.
    pub fn actor(&self) -> Actor {
        Actor::Person {
            id: self.id,
            organisation: self.organisation_id(),
            raises: self.raises(),
            supervisor: self.supervisor,
        }
    }
}

/// Reads a status back; one that the code does not know is the database's fault.
pub fn known_status(code: &str) -> Result<Status, AppError> {
    Status::parse(code).ok_or_else(|| AppError::Broken(format!("status {code} is not in the lifecycle").into()))
}

/// Who has a contact in words: a colleague's name, "CDSP agent", or the organisation, if the reader may know it.
pub fn with_words(status: Status, organisation: Option<&str>, colleague: Option<&str>) -> String {
    match (colleague, organisation) {
        (None, None) if status.is_closed() => "–",
        (None, None) => "the CDSP",
        (None, Some(_)) if status == Status::Atca => "CDSP agent",
        (Some(name), _) | (None, Some(name)) => name,
    }
    .to_owned()
}
