//! The only writer of a contact's status: the move, its event in the history, its referral and its notices, all in
//! the caller's transaction. It asks the lifecycle first, and takes its clock from the caller.

use serde_json::Value;
use sqlx::PgConnection;
use time::OffsetDateTime;

mod after;
mod correct;
mod event;

use self::after::{After, after};
use self::event::Event;
use super::Contact;
use super::details::Details;
use super::field::Field;
use super::lifecycle::{Action, Actor, Refusal, Standing, Status, Tell, decide};
use crate::config::House;
use crate::error::{AppError, constraint};
use crate::session::Viewer;
use crate::trade::Mprn;
use crate::trade::working_time::add_working_days;

/// Who acts and when.
#[derive(Debug, Clone, Copy)]
pub struct Hand<'a> {
    /// `None`: the system
    pub viewer: Option<&'a Viewer>,
    pub at: OffsetDateTime,
    pub house: &'a House,
}

impl Hand<'_> {
    fn actor(&self) -> Actor {
        self.viewer.map_or(Actor::System, Viewer::actor)
    }
}

/// What an action was given; each needs only its own.
#[derive(Debug, Clone, Default)]
pub struct Given<'a> {
    pub colleague: Option<i64>,
    pub network: Option<i64>,
    /// question, what to look at, answer, or remarks
    pub text: &'a str,
    /// the site visit form
    pub findings: Option<Value>,
    /// the details as the answer corrects them
    pub corrected: Option<&'a Details>,
    pub mprn: Option<&'a Mprn>,
    pub reason: &'a str,
}

/// Why nothing was done.
#[derive(Debug)]
pub enum Refused {
    /// the law says no
    Law(Refusal),
    /// somebody else was first
    Overtaken,
    WasReset,
    /// the colleague is not an active member of the organisation that has the contact, or has it already
    NoSuchColleague,
    /// the organisation to be asked has nobody to answer
    NobodyThere,
    /// the MPRN is in the register already
    MprnTaken,
    /// the contact has its PSC already
    HasPsc,
    /// the form has made its contact already
    LoggedAlready,
    Failed(AppError),
}

impl From<sqlx::Error> for Refused {
    fn from(error: sqlx::Error) -> Self {
        match constraint(&error) {
            Some("contact_event_pkey") => Refused::Overtaken,
            Some("mprn_is_in_the_register") => Refused::MprnTaken,
            Some("contact_has_its_psc_already") => Refused::HasPsc,
            Some("a_form_makes_one_contact") => Refused::LoggedAlready,
            _ => Refused::Failed(error.into()),
        }
    }
}

/// A form that becomes a contact.
#[derive(Debug)]
pub struct Logged<'a> {
    pub kind: &'a str,
    pub details: &'a Details,
    pub ldz: &'a str,
    pub form_key: &'a str,
    /// the contact, closed as invalid, that this one follows
    pub psc_of: Option<&'a Contact>,
}

/// Logs a contact and answers its CRN.
pub async fn log(tx: &mut PgConnection, hand: Hand<'_>, given: &Logged<'_>) -> Result<String, Refused> {
    let viewer = hand.viewer.ok_or(Refused::Law(Refusal::NotYours))?;
    let organisation = viewer.organisation_id().ok_or(Refused::Law(Refusal::NotYours))?;
    let standing = Standing { status: None, raised_by: organisation, with_org: None, holder: None, has_psc: false };
    let status = decide(Action::Log, &standing, hand.actor()).map_err(Refused::Law)?;
    let d = given.details;
    let due = add_working_days(hand.at, hand.house.days_cdsp);
    let row = sqlx::query!(
        r#"
        insert into contact (crn, kind, raised_by, originator, received, status, version, with_org, since, due,
            psc_of, form_key, building_number, building_name, sub_building_name, plot_number, street,
            dependent_street, locality, post_town, county, postcode, uprn, msn, reading, reading_date, market_sector,
            aq_kwh, neighbouring_mprns, ldz, words)
        select next_crn(), $1, $2, $3, $4, $5, 1, (select id from organisation where kind = 'CDSP'), $4, $6,
            $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26,
            array_to_tsvector($27::text[])
        where (select epoch from house) = $28
        returning id, crn
        "#,
        given.kind,
        organisation,
        viewer.id,
        hand.at,
        status.code(),
        due,
        given.psc_of.map(|contact| contact.id),
        given.form_key,
        d.get(Field::BuildingNumber),
        d.get(Field::BuildingName),
        d.get(Field::SubBuildingName),
        d.get(Field::PlotNumber),
        d.get(Field::Street),
        d.get(Field::DependentStreet),
        d.get(Field::Locality),
        d.get(Field::PostTown),
        d.get(Field::County),
        d.get(Field::Postcode),
        d.get(Field::Uprn),
        d.get(Field::Msn),
        d.get(Field::Reading),
        d.reading_date(),
        d.get(Field::MarketSector),
        d.aq(),
        &d.neighbours(),
        given.ldz,
        &d.words(),
        viewer.epoch,
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Refused::WasReset)?;
    let event = Event { action: Action::Log, version: 1, from: None, to: status, ..Event::default() };
    event.write(tx, &hand, row.id).await?;
    sqlx::query!(
        "insert into raiser_note (contact_id, own_reference, why) values ($1, $2, $3)",
        row.id,
        d.get(Field::OwnReference),
        d.get(Field::Why)
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "insert into site_contact (contact_id, name, phone, email) values ($1, $2, $3, $4)",
        row.id,
        d.get(Field::ContactName),
        d.get(Field::ContactPhone),
        d.get(Field::ContactEmail)
    )
    .execute(&mut *tx)
    .await?;
    if let Some(old) = given.psc_of {
        record(tx, hand, old, Action::LogPsc, &Given::default()).await?;
    }
    Ok(row.crn)
}

/// Does one action to a contact as it was read, and everything that follows from it.
pub async fn record(
    tx: &mut PgConnection,
    hand: Hand<'_>,
    contact: &Contact,
    action: Action,
    given: &Given<'_>,
) -> Result<(), Refused> {
    let standing = contact.standing();
    let to = decide(action, &standing, hand.actor()).map_err(Refused::Law)?;
    let after = after(tx, &hand, contact, action, to, given).await?;
    if let Some(corrected) = given.corrected {
        correct::details(tx, contact, corrected).await?;
    }
    let version = contact.version + 1;
    let epoch = hand.viewer.map(|viewer| viewer.epoch);
    let moved = sqlx::query!(
        r#"
        update contact
        set status = $3, version = $4, with_org = $5, holder = $6, since = $7, due = $8,
            closed = coalesce(closed, $9), mprn_created = coalesce(mprn_created, $10),
            closed_reason = coalesce(closed_reason, $11),
            closed_remarks = case when $9::timestamptz is null then closed_remarks else $12 end
        where id = $1 and version = $2 and ($13::bigint is null or (select epoch from house) = $13)
        "#,
        contact.id,
        contact.version,
        to.code(),
        version,
        after.with_org,
        after.holder,
        after.since,
        after.due,
        after.closed,
        given.mprn.map(Mprn::as_str),
        after.reason,
        given.text,
        epoch,
    )
    .execute(&mut *tx)
    .await?;
    if moved.rows_affected() == 0 {
        let now = sqlx::query_scalar!("select epoch from house").fetch_one(&mut *tx).await?;
        return Err(if epoch.is_some_and(|epoch| epoch != now) { Refused::WasReset } else { Refused::Overtaken });
    }
    let referral = super::referral::follow(tx, &hand, contact, action, given).await?;
    let changes = given.corrected.map(|corrected| contact.details.changes(corrected)).unwrap_or_default();
    let event = Event {
        action,
        version,
        from: Some(contact.status),
        to,
        with_org: after.with_org,
        holder: after.holder,
        former: contact.holder,
        network: referral.network,
        referral: referral.name.clone(),
        changes,
    };
    event.write(tx, &hand, contact.id).await?;
    if let (Action::ResolveValid, Some(mprn)) = (action, given.mprn) {
        correct::register(tx, contact, mprn, hand.at).await?;
    }
    for whom in action.rule().tells {
        tell(tx, &hand, contact, action, &after, &referral, *whom).await?;
    }
    if action == Action::SendClarification {
        allocate(tx, hand, contact, version, &after).await?;
    }
    Ok(())
}

async fn tell(
    tx: &mut PgConnection,
    hand: &Hand<'_>,
    contact: &Contact,
    action: Action,
    after: &After,
    referral: &super::referral::Followed,
    whom: Tell,
) -> Result<(), sqlx::Error> {
    let (person, organisation) = match whom {
        Tell::NewHolder => (after.holder, after.with_org),
        Tell::FormerHolder => match contact.holder {
            Some(holder) => (Some(holder), contact.with_org),
            None => return Ok(()),
        },
        Tell::Originator => (Some(contact.originator), Some(contact.raised_by)),
        Tell::WhoAsked => (referral.asked_by, after.with_org),
        Tell::NetworkSupervisors => (None, referral.network),
        Tell::Supervisors => (None, contact.with_org),
    };
    sqlx::query!(
        "select tell($1, $2, $3, $4, $5, $6)",
        contact.id,
        contact.version + 1,
        action.slug(),
        hand.at,
        person,
        organisation
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// A clarification goes on to who logged the contact, at once, if they are still there.
async fn allocate(
    tx: &mut PgConnection,
    hand: Hand<'_>,
    contact: &Contact,
    version: i32,
    after: &After,
) -> Result<(), Refused> {
    let active = sqlx::query_scalar!(r#"select is_active_person($1) as "active!""#, contact.originator)
        .fetch_one(&mut *tx)
        .await?;
    if !active {
        return Ok(());
    }
    let sent = Contact {
        status: Status::Dcrs,
        version,
        with_org: after.with_org,
        holder: None,
        since: after.since.unwrap_or(hand.at),
        due: after.due,
        ..contact.clone()
    };
    let system = Hand { viewer: None, ..hand };
    Box::pin(record(tx, system, &sent, Action::Allocate, &Given::default())).await
}
