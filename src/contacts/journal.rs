//! The only writer of a contact's status: the move, its event in the history, its referral and its notices, all in
//! the caller's transaction. It asks the lifecycle first, and takes its clock from the caller.

use serde_json::{Value, json};
use sqlx::PgConnection;
use time::OffsetDateTime;

use super::Contact;
use super::details::{Details, Field};
use super::lifecycle::{Action, Actor, Refusal, Standing, Status, Tell, decide, may_receive};
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
        correct(tx, contact, corrected).await?;
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
        changes: (!changes.is_empty()).then(|| {
            json!(
                changes
                    .iter()
                    .map(|(field, before, after)| json!({"field": field.name(), "before": before, "after": after}))
                    .collect::<Vec<_>>()
            )
        }),
    };
    event.write(tx, &hand, contact.id).await?;
    if let (Action::ResolveValid, Some(mprn)) = (action, given.mprn) {
        register(tx, contact, mprn, hand.at).await?;
    }
    for whom in action.rule().tells {
        tell(tx, &hand, contact, action, &after, &referral, *whom).await?;
    }
    if action == Action::SendClarification {
        allocate(tx, hand, contact, version, &after).await?;
    }
    Ok(())
}

/// Where the move leaves the contact.
#[derive(Debug, Clone, Default)]
struct After {
    with_org: Option<i64>,
    holder: Option<i64>,
    since: Option<OffsetDateTime>,
    due: Option<OffsetDateTime>,
    closed: Option<OffsetDateTime>,
    reason: Option<String>,
}

async fn after(
    tx: &mut PgConnection,
    hand: &Hand<'_>,
    contact: &Contact,
    action: Action,
    to: Status,
    given: &Given<'_>,
) -> Result<After, Refused> {
    let here = After {
        with_org: contact.with_org,
        holder: None,
        since: Some(contact.since),
        due: contact.due,
        closed: None,
        reason: None,
    };
    let sent = |organisation: i64, days: u32| After {
        with_org: Some(organisation),
        since: Some(hand.at),
        due: Some(add_working_days(hand.at, days)),
        ..After::default()
    };
    let closed = |reason: Option<&str>| After {
        since: Some(hand.at),
        closed: Some(hand.at),
        reason: reason.map(str::to_owned),
        ..After::default()
    };
    Ok(match action {
        Action::Assign | Action::Reassign => {
            let colleague = given.colleague.ok_or(Refused::NoSuchColleague)?;
            let is_there = sqlx::query_scalar!(
                r#"select exists (select from person
                   where id = $1 and organisation_id = $2 and disabled is null) as "there!""#,
                colleague,
                contact.with_org
            )
            .fetch_one(tx)
            .await?;
            if !is_there || !may_receive(&contact.standing(), colleague) {
                return Err(Refused::NoSuchColleague);
            }
            After { holder: Some(colleague), ..here }
        }
        Action::Allocate => After { holder: Some(contact.originator), ..here },
        Action::Return | Action::Release => here,
        Action::SendClarification => {
            someone_at(tx, contact.raised_by).await?;
            sent(contact.raised_by, hand.house.days_clarification)
        }
        Action::SendVisit => {
            let network = given.network.ok_or(Refused::NobodyThere)?;
            someone_at(tx, network).await?;
            sent(network, hand.house.days_network)
        }
        Action::AnswerClarification | Action::AnswerVisit | Action::Log => {
            let cdsp = sqlx::query_scalar!("select id from organisation where kind = 'CDSP'").fetch_one(tx).await?;
            sent(cdsp, hand.house.days_cdsp)
        }
        Action::ResolveValid => closed(None),
        Action::ResolveInvalid => closed(Some(given.reason)),
        Action::CloseNoReply => closed(Some(super::NO_REPLY.0)),
        Action::LogPsc => After { since: Some(contact.since), ..After::default() },
    })
    .inspect(|after: &After| debug_assert_eq!(after.holder.is_some(), to.is_held()))
}

async fn someone_at(tx: &mut PgConnection, organisation: i64) -> Result<(), Refused> {
    let someone = sqlx::query_scalar!(r#"select has_active_people($1) as "some!""#, organisation).fetch_one(tx).await?;
    if someone { Ok(()) } else { Err(Refused::NobodyThere) }
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

async fn correct(tx: &mut PgConnection, contact: &Contact, d: &Details) -> Result<(), Refused> {
    sqlx::query!(
        r#"
        update contact
        set building_number = $2, building_name = $3, sub_building_name = $4, plot_number = $5, street = $6,
            dependent_street = $7, locality = $8, post_town = $9, county = $10, postcode = $11, uprn = $12, msn = $13,
            reading = $14, reading_date = $15, market_sector = $16, aq_kwh = $17, neighbouring_mprns = $18,
            words = array_to_tsvector($19::text[])
        where id = $1 and version = $20
        "#,
        contact.id,
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
        &d.words(),
        contact.version,
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "update raiser_note set own_reference = $2, why = $3 where contact_id = $1",
        contact.id,
        d.get(Field::OwnReference),
        d.get(Field::Why)
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "update site_contact set name = $2, phone = $3, email = $4 where contact_id = $1",
        contact.id,
        d.get(Field::ContactName),
        d.get(Field::ContactPhone),
        d.get(Field::ContactEmail)
    )
    .execute(tx)
    .await?;
    Ok(())
}

async fn register(tx: &mut PgConnection, contact: &Contact, mprn: &Mprn, at: OffsetDateTime) -> Result<(), Refused> {
    let d = &contact.details;
    let network = crate::trade::Ldz::from_code(&contact.ldz).and_then(crate::trade::Ldz::network);
    sqlx::query!(
        "insert into meter_point (mprn, address, postcode, msn, ldz, network, shipper, added)
         select $1, $2, $3, $4, $5, $6, code, $8 from organisation where id = $7",
        mprn.as_str(),
        format!("{}, {}", d.first_line(), d.get(Field::PostTown)),
        d.get(Field::Postcode),
        d.get(Field::Msn),
        contact.ldz,
        network.map(crate::trade::Network::name).unwrap_or_default(),
        contact.raised_by,
        at,
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// A line of the history.
#[derive(Debug)]
struct Event {
    action: Action,
    version: i32,
    from: Option<Status>,
    to: Status,
    with_org: Option<i64>,
    holder: Option<i64>,
    former: Option<i64>,
    network: Option<i64>,
    referral: Option<String>,
    changes: Option<Value>,
}

impl Default for Event {
    fn default() -> Self {
        Event {
            action: Action::Log,
            version: 1,
            from: None,
            to: Status::Aaca,
            with_org: None,
            holder: None,
            former: None,
            network: None,
            referral: None,
            changes: None,
        }
    }
}

impl Event {
    async fn write(self, tx: &mut PgConnection, hand: &Hand<'_>, contact: i64) -> Result<(), sqlx::Error> {
        sqlx::query!(
            r#"
            insert into contact_event (contact_id, version, action, from_status, to_status, at, actor, actor_org,
                sitting, with_org, holder, former, network, referral, changes)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
            "#,
            contact,
            self.version,
            self.action.slug(),
            self.from.map_or("NEW", Status::code),
            self.to.code(),
            hand.at,
            hand.viewer.map(|viewer| viewer.id),
            hand.viewer.and_then(Viewer::organisation_id),
            hand.viewer.map(|viewer| viewer.sitting.as_str()).unwrap_or_default(),
            self.with_org,
            self.holder,
            self.former,
            self.network,
            self.referral,
            self.changes,
        )
        .execute(tx)
        .await?;
        Ok(())
    }
}
