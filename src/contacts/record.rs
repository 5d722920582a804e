//! A contact as its viewer may see it.

use sqlx::PgConnection;
use sqlx::types::Json;
use time::OffsetDateTime;

use crate::contacts::duplicates;
use crate::contacts::fields::Details;
use crate::contacts::fields::Field;
use crate::contacts::history::{self, Event};
use crate::contacts::lifecycle::{Action, Actor, Position, Status, offers};
use crate::contacts::referral::Referral;
use crate::contacts::types::ContactType;
use crate::contacts::zone::Zone;
use crate::error::AppError;
use crate::evidence::File;
use crate::queues::walk::Walk;
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
    pub evidence: Vec<File>,
    /// CRN of what is due first among what the viewer holds, this contact left out
    pub next: Option<String>,
    /// the list it was opened from
    pub walk: Option<Walk>,
    /// where its postcode lies, as is known today
    pub zone: Zone,
    /// that the raiser knew of others that look the same, and why it was logged all the same
    pub alike: Option<String>,
}

impl ContactExtras {
    /// Since when the contact stood in each status, oldest first, as far as the viewer sees its history.
    pub fn stays(&self) -> Vec<(OffsetDateTime, Status)> {
        let stay = |event: &Event| Some((event.at, Status::parse(&event.to_status)?));
        self.events.iter().rev().filter_map(stay).collect()
    }
}

impl Contact {
    /// The contact with this CRN, or the same "not found" whether it is missing or somebody else's.
    pub async fn seen_by(tx: &mut PgConnection, viewer: &Viewer, crn: &str) -> Result<Contact, AppError> {
        Ok(Contact::read(tx, viewer, crn, false).await?.0)
    }

    /// The contact with its referrals and history.
    pub async fn seen_whole(
        tx: &mut PgConnection,
        viewer: &Viewer,
        crn: &str,
    ) -> Result<(Contact, ContactExtras), AppError> {
        Contact::read(tx, viewer, crn, true).await
    }

    async fn read(
        tx: &mut PgConnection,
        viewer: &Viewer,
        crn: &str,
        whole: bool,
    ) -> Result<(Contact, ContactExtras), AppError> {
        let crn = Crn::parse(crn).map_err(|_| AppError::NotFound)?;
        let row = sqlx::query!(
            r#"
            select c.id as "id!", c.crn as "crn!", c.kind as "kind!", c.raised_by as "raised_by!", r.name as "raiser!", c.originator as "originator!", op.name as "originator_name?",
                   c.received as "received!", c.status as "status!", c.version as "version!", c.with_org as "with_org?", w.name as "with_name?", c.holder as "holder?",
                   hp.name as "holder_name?", c.since as "since!", c.due as "due?", c.closed as "closed?", c.moved as "moved!", c.mprn_created as "mprn_created?", c.closed_reason as "closed_reason?",
                   c.closed_remarks as "closed_remarks!", old.crn as "psc_of?", new.crn as "psc?", c.ldz as "ldz!",
                   c.building_number as "building_number!", c.building_name as "building_name!", c.sub_building_name as "sub_building_name!", c.plot_number as "plot_number!", c.street as "street!",
                   c.dependent_street as "dependent_street!", c.locality as "locality!", c.post_town as "post_town!", c.county as "county!", c.postcode as "postcode!", c.uprn as "uprn!", c.by_hand as "by_hand!", c.msn as "msn!", c.reading as "reading!",
                   c.reading_date as "reading_date?", c.market_sector as "market_sector!", c.aq_kwh as "aq_kwh?", c.neighbouring_mprns as "neighbouring_mprns!",
                   n.own_reference as "own_reference?", n.why as "why?", a.found as "alike_found?", a.reason as "alike_reason?",
                   s.name as "contact_name?", s.phone as "contact_phone?", s.email as "contact_email?",
                   case when $5 then (
                       select json_agg(to_json(seen) order by seen.asked desc)
                       from (select f.kind, f.number, o.name as asked_of, f.asked, f.question, f.answered, f.answer,
                                    f.findings, f.closed_unanswered
                             from referral f join organisation o on o.id = f.asked_of
                             where f.contact_id = c.id and (c.raised_by = $2 or $3 or f.asked_of = $2)) as seen
                   ) end as "referrals: Json<Vec<Referral>>",
                   case when $5 then (
                       select json_agg(to_json(seen) order by seen.version desc)
                       from (select e.version, e.action, e.to_status, e.at, ap.name as actor_name,
                                    ao.name as actor_org, ao.kind as actor_kind,
                                    case when e.actor_org = $2 then e.sitting else '' end as sitting,
                                    eh.name as holder_name, ew.name as with_name, en.name as network_name,
                                    e.referral,
                                    coalesce(e.changes, '[]') || coalesce(sc.changes, '[]') as changes,
                                    nt.note
                             from contact_event e
                             left join organisation ao on ao.id = e.actor_org
                             left join person ap on ap.id = e.actor and ap.organisation_id = $2
                             left join person eh on eh.id = e.holder and eh.organisation_id = $2
                             left join organisation ew on ew.id = e.with_org
                             left join organisation en on en.id = e.network
                             left join site_contact_change sc on s.contact_id is not null
                                  and sc.contact_id = e.contact_id and sc.version = e.version
                             left join event_note nt on nt.organisation_id = $2
                                  and nt.contact_id = e.contact_id and nt.version = e.version
                             where e.contact_id = c.id
                               and (c.raised_by = $2 or $3 or e.network = $2
                                    or e.action in ('log', 'resolve-valid', 'resolve-invalid', 'close-no-reply'))
                            ) as seen
                   ) end as "events: Json<Vec<history::Event>>",
                   case when $5 then (
                       select json_agg(to_json(seen) order by seen.place)
                       from (select v.id, v.name, v.media_type, v.size, v.verdict = 'clean' as is_clean, v.place,
                                    v.version, v.action, vo.name as added_by, v.created
                             from evidence v join organisation vo on vo.id = v.organisation_id
                             where v.contact_id = c.id
                               and (c.raised_by = $2 or $6 or (v.action = 'answer-visit' and v.organisation_id = $2)
                                    or (v.action = 'log' and exists (select from contact_network vn
                                        where vn.contact_id = c.id and vn.organisation_id = $2)))) as seen
                   ) end as "evidence: Json<Vec<File>>",
                   case when $5 then (
                       select m.crn from contact m where m.holder = $4 and m.with_org = $2 and m.id <> c.id
                       order by m.due, m.id limit 1
                   ) end as "next?",
                   case when $5 then (
                       select json_build_object('list', w.list, 'title', w.title, 'previous', w.crns[w.place - 1],
                                                 'next', w.crns[w.place + 1])
                       from (select w.*, array_position(w.crns, c.crn) as place from walk w where w.person_id = $4) w
                       where w.place is not null order by w.at desc limit 1
                   ) end as "walk: Json<Walk>",
                   case when $5 then (select p.ldz from postcode_ldz p where p.outcode = c.outcode
                                      and p.incode = split_part(c.postcode, ' ', 2)) end as "listed?",
                   case when $5 then (select o.ldzs from outcode_ldz o where o.outcode = c.outcode) end as "ldzs?"
            from contact c
            join organisation r on r.id = c.raised_by
            left join organisation w on w.id = c.with_org
            left join person op on op.id = c.originator and op.organisation_id = $2
            left join person hp on hp.id = c.holder and hp.organisation_id = $2
            left join contact old on old.id = c.psc_of and (old.raised_by = $2 or $3)
            left join contact new on new.psc_of = c.id and (new.raised_by = $2 or $3)
            left join raiser_note n on n.contact_id = c.id and (c.raised_by = $2 or $3)
            left join alike_note a on a.contact_id = c.id and (c.raised_by = $2 or $3)
            left join site_contact s on s.contact_id = c.id
                 and (c.raised_by = $2 or (c.holder = $4 and c.status = 'ATCA')
                      or (c.with_org = $2 and c.status in ('SVDN', 'SVDA')))
            where c.crn = $1
              and (c.raised_by = $2 or $3
                   or exists (select from contact_network cn where cn.contact_id = c.id and cn.organisation_id = $2))
            "#,
            crn.as_str(),
            viewer.organisation_id(),
            viewer.sees_all(),
            viewer.id,
            whole,
            viewer.is_cdsp(),
        )
        .fetch_optional(tx)
        .await?
        .ok_or(AppError::NotFound)?;

        let notes_seen = row.why.is_some();
        let site_contact_seen = row.contact_name.is_some();
        let contact_type = ContactType::from_code(&row.kind)
            .ok_or_else(|| AppError::Broken(format!("contact type {} is not known", row.kind).into()))?;
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
            (Field::Reading, row.reading),
            (Field::ReadingDate, row.reading_date.map(|date| date.to_string()).unwrap_or_default()),
            (Field::MarketSector, row.market_sector),
            (Field::Aq, row.aq_kwh.map(|aq| aq.to_string()).unwrap_or_default()),
            (Field::Neighbours, row.neighbouring_mprns.join(", ")),
            (Field::Why, row.why.unwrap_or_default()),
            (Field::OwnReference, row.own_reference.unwrap_or_default()),
            (Field::ContactName, row.contact_name.unwrap_or_default()),
            (Field::ContactPhone, row.contact_phone.unwrap_or_default()),
            (Field::ContactEmail, row.contact_email.unwrap_or_default()),
        ] {
            details.set(field, &value);
        }
        let extras = ContactExtras {
            referrals: row.referrals.map(|referrals| referrals.0).unwrap_or_default(),
            events: row.events.map(|events| events.0).unwrap_or_default(),
            evidence: row.evidence.map(|evidence| evidence.0).unwrap_or_default(),
            next: row.next,
            walk: row.walk.map(|walk| walk.0),
            zone: crate::trade::Postcode::parse(details.get(Field::Postcode))
                .map(|code| Zone::decide(&code, row.listed.as_deref(), &row.ldzs.unwrap_or_default()))
                .unwrap_or_default(),
            alike: row.alike_found.zip(row.alike_reason).map(|(found, reason)| duplicates::note_words(found, &reason)),
        };
        let contact = Contact {
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
            mprn_created: row.mprn_created,
            closed_reason: row.closed_reason,
            closed_remarks: row.closed_remarks,
            psc_of: row.psc_of,
            psc: row.psc,
            ldz: row.ldz,
            details,
            notes_seen,
            site_contact_seen,
        };
        Ok((contact, extras))
    }

    pub fn position(&self) -> Position {
        Position {
            status: Some(self.status),
            raised_by: self.raised_by,
            with_org: self.with_org,
            holder: self.holder,
            has_psc: self.psc.is_some(),
            latest: None,
        }
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

/// Who has a contact in words: a colleague's name, "CDSP agent", or the organisation.
pub fn with_words(status: Status, organisation: Option<&str>, colleague: Option<&str>) -> String {
    match (colleague, status) {
        (Some(name), _) => name,
        (None, Status::Atca) => "CDSP agent",
        (None, _) => organisation.unwrap_or("–"),
    }
    .to_owned()
}
