//! Logging: forms that become contacts, one or many in the same two statements.

use serde_json::{Map, Value, json};
use sqlx::PgConnection;

use super::{By, Input, Refused, record};
use crate::contacts::Contact;
use crate::contacts::fields::{Details, Field, site};
use crate::contacts::lifecycle::{Action, Position, Refusal, decide};
use crate::contacts::types::{ContactType, mprns};
use crate::error::AppError;
use crate::session::Viewer;
use crate::trade::working_time::add_working_days;

/// A form that becomes a contact.
#[derive(Debug)]
pub struct Logged<'a> {
    pub details: &'a Details,
    pub ldz: &'a str,
    pub form_key: &'a str,
    /// the contact, closed as invalid, that this one follows
    pub psc_of: Option<&'a Contact>,
}

/// Logs a contact and answers its CRN.
pub async fn log(tx: &mut PgConnection, by: By<'_>, given: &Logged<'_>) -> Result<String, Refused> {
    let mut made = log_many(tx, by, std::slice::from_ref(given)).await?;
    made.pop().ok_or(Refused::WasReset)
}

/// Logs them all, or none, and answers their CRNs in the same order. Their keys must differ.
pub async fn log_many<'a>(tx: &mut PgConnection, by: By<'_>, given: &[Logged<'a>]) -> Result<Vec<String>, Refused> {
    let viewer = by.viewer.ok_or(Refused::Law(Refusal::NotYours))?;
    let organisation = viewer.organisation_id().ok_or(Refused::Law(Refusal::NotYours))?;
    let position = Position {
        status: None,
        raised_by: organisation,
        originator: viewer.id,
        with_org: None,
        holder: None,
        has_psc: false,
        withdrawn: false,
        latest: None,
    };
    let status = decide(Action::Log, &position, by.actor()).map_err(Refused::Law)?;
    let due = add_working_days(by.at, by.terms.days_cdsp);
    let made = sqlx::query!(
        r#"
        insert into contact (crn, contact_type, raised_by, originator, received, status, version, with_org, since, due,
            moved, psc_of, form_key, building_number, building_name, sub_building_name, plot_number, street,
            dependent_street, locality, post_town, county, postcode, uprn, by_hand, msn, ldz, premises_key)
        select next_crn(), d.contact_type, $2, $3, $4, $5, 1, (select id from organisation where kind = 'CDSP'), $4,
            $6, $4, d.psc_of, d.form_key, d.building_number, d.building_name, d.sub_building_name, d.plot_number,
            d.street, d.dependent_street, d.locality, d.post_town, d.county, d.postcode, d.uprn, d.by_hand, d.msn,
            d.ldz, d.premises_key
        from jsonb_to_recordset($1) as d (contact_type text, psc_of bigint, form_key text, building_number text,
            building_name text, sub_building_name text, plot_number text, street text, dependent_street text,
            locality text, post_town text, county text, postcode text, uprn text, by_hand text, msn text, ldz text,
            premises_key text)
        where (select epoch from installation) = $7
        returning id, crn, form_key
        "#,
        Value::Array(given.iter().map(as_row).collect()),
        organisation,
        viewer.id,
        by.at,
        status.code(),
        due,
        viewer.epoch,
    )
    .fetch_all(&mut *tx)
    .await?;
    if made.len() != given.len() {
        return Err(Refused::WasReset);
    }
    let mut crns = Vec::with_capacity(made.len());
    let (mut ids, mut beside) = (Vec::with_capacity(made.len()), Vec::with_capacity(made.len()));
    for one in given {
        let row = made.iter().find(|row| row.form_key == one.form_key).ok_or(Refused::LoggedAlready)?;
        crns.push(row.crn.clone());
        ids.push(row.id);
        beside.push(json!({
            "id": row.id,
            "own_reference": one.details.get(Field::OwnReference),
            "site_words": one.details.words(),
            "own_words": one.details.own_words(),
            "why": one.details.get(Field::Why),
            "name": one.details.get(Field::ContactName),
            "phone": one.details.get(Field::ContactPhone),
            "email": one.details.get(Field::ContactEmail),
            "mprns": mprns(one.details),
        }));
    }
    sqlx::query!(
        r#"
        with d as materialized (
            select * from jsonb_to_recordset($1)
                as d (id bigint, own_reference text, site_words text[], own_words text[], why text, name text, phone text, email text, mprns jsonb)
        ), event as (
            insert into contact_event (contact_id, version, action, from_status, to_status, at, actor, actor_org, used_by)
            select id, 1, $2, 'NEW', $3, $4, $5, $6, $7 from d
        ), note as (
            insert into raiser_note (contact_id, raised_by, own_reference, why) select id, $6, own_reference, why from d
        ), found as (
            insert into contact_words (contact_id, raised_by, received, site, reference)
            select id, $6, $4, array_to_tsvector(site_words), array_to_tsvector(own_words) from d
        ), concerned as (
            insert into contact_mprn (contact_id, role, place, mprn)
            select id, m.role, m.place, m.mprn
            from d, jsonb_to_recordset(d.mprns) as m (role text, place integer, mprn text)
        )
        insert into site_contact (contact_id, name, phone, email) select id, name, phone, email from d
        "#,
        Value::Array(beside),
        Action::Log.slug(),
        status.code(),
        by.at,
        viewer.id,
        organisation,
        viewer.used_by,
    )
    .execute(&mut *tx)
    .await?;
    for contact_type in ContactType::ALL {
        let of_it =
            |(one, id): (&Logged<'a>, i64)| (one.details.spec.code == contact_type.code()).then_some((id, one.details));
        let logged: Vec<(i64, &Details)> = given.iter().zip(ids.iter().copied()).filter_map(of_it).collect();
        if !logged.is_empty() {
            contact_type.insert(&mut *tx, &logged).await?;
        }
    }
    for one in given {
        if let Some(old) = one.psc_of {
            record(&mut *tx, by, old, Input::LogPsc(one)).await?;
        }
    }
    Ok(crns)
}

/// The columns of a contact that come from its form; what is its type's own stands elsewhere.
fn as_row(given: &Logged<'_>) -> Value {
    let d = given.details;
    let shared = site::SECTION.fields.iter().chain([&Field::Msn]);
    let mut row: Map<String, Value> = shared.map(|field| (field.name().to_owned(), json!(d.get(*field)))).collect();
    for (name, value) in [
        ("contact_type", json!(d.spec.code)),
        ("psc_of", json!(given.psc_of.map(|contact| contact.id))),
        ("form_key", json!(given.form_key)),
        ("ldz", json!(given.ldz)),
        ("premises_key", json!(d.site().premises_key())),
    ] {
        row.insert(name.to_owned(), value);
    }
    Value::Object(row)
}

/// CRN of the contact that the form with this key has made.
pub async fn made_of(tx: &mut PgConnection, viewer: &Viewer, key: &str) -> Result<Option<String>, AppError> {
    Ok(sqlx::query_scalar!(
        "select crn from contact where originator = $1 and form_key = $2 and raised_by = $3",
        viewer.id,
        key,
        viewer.organisation_id()
    )
    .fetch_optional(tx)
    .await?)
}
