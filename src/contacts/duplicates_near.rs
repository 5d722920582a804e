//! What Postgres brings that may be the same as sites: by serial number, by postcode, and by the premises key within its
//! outcode; for many sites in the same statements. Each contact and meter point comes once, with the places of the sites that
//! it may be the same as.

use serde::Deserialize;
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::contacts::fields::Details;
use crate::error::AppError;
use crate::trade::likeness::Compared;
use crate::trade::{Msn, Postcode};

/// What Postgres is asked for, and what is compared with it.
pub struct LookUp<'a> {
    pub site: Compared<'a>,
    pub serial: &'a str,
}

impl<'a> LookUp<'a> {
    pub fn of(details: &'a Details) -> LookUp<'a> {
        let mut by = (details.spec.duplicates_by)(details);
        // what is still being typed is nothing yet
        if Postcode::parse(by.site.postcode).is_err() {
            by.site.postcode = "";
        }
        let serial = if Msn::parse(by.serial).is_ok() { by.serial } else { "" };
        LookUp { site: by.site.into(), serial }
    }

    /// Has what the register answers a raiser by who knows no serial number.
    pub fn is_whole(&self) -> bool {
        let site = &self.site.site;
        ![site.postcode, site.street, &self.site.dwelling.premises_key()].contains(&"")
    }
}

/// The same as columns.
struct Columns {
    postcodes: Vec<String>,
    outcodes: Vec<String>,
    premises_keys: Vec<String>,
    serials: Vec<String>,
    streets: Vec<String>,
}

impl Columns {
    fn of(sought: &[LookUp<'_>]) -> Columns {
        let each = |of: fn(&LookUp<'_>) -> String| sought.iter().map(of).collect();
        Columns {
            postcodes: each(|one| one.site.site.postcode.to_owned()),
            outcodes: each(|one| one.site.site.postcode.split_once(' ').map_or("", |(outcode, _)| outcode).to_owned()),
            premises_keys: each(|one| one.site.dwelling.premises_key()),
            serials: each(|one| one.serial.to_owned()),
            streets: each(|one| one.site.site.street.to_owned()),
        }
    }
}

/// A meter point of the register; its MPRN is masked where it is not the viewer's to know.
#[derive(Debug, Deserialize)]
pub struct MeterPoint {
    pub mprn: String,
    pub address: String,
    pub postcode: String,
    pub live: bool,
    /// places of the sites it may be the same as, and of those with its serial number
    pub places: Vec<i32>,
    pub same_serial: Vec<i32>,
}

/// An open contact.
#[derive(Debug, Deserialize)]
pub struct OpenContact {
    pub crn: String,
    pub status: String,
    pub raiser: Option<String>,
    pub sub_building: String,
    pub building: String,
    pub number: String,
    pub plot: String,
    pub dependent_street: String,
    pub street: String,
    pub post_town: String,
    pub postcode: String,
    pub places: Vec<i32>,
    pub same_serial: Vec<i32>,
}

pub async fn meter_points(tx: &mut PgConnection, sought: &[LookUp<'_>]) -> Result<Vec<MeterPoint>, AppError> {
    let Columns { postcodes, outcodes, premises_keys, serials, streets } = Columns::of(sought);
    Ok(sqlx::query_as!(
        MeterPoint,
        r#"select m.mprn as "mprn!", m.address as "address!", m.postcode as "postcode!", m.live as "live!",
                  array_agg(s.place::integer) as "places!",
                  coalesce(array_agg(s.place::integer) filter (where m.same_serial), '{}') as "same_serial!"
           from (
               -- once for all flats of a house
               select u.postcode, u.outcode, u.premises_key, u.serial, u.street, array_agg(u.place) as places
               from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) with ordinality
                   as u (postcode, outcode, premises_key, serial, street, place)
               group by 1, 2, 3, 4, 5
           ) as h, meter_points_like(h.postcode, h.outcode, h.premises_key, h.serial, h.street) as m, unnest(h.places) as s (place)
           group by m.mprn, m.address, m.postcode, m.live"#,
        &postcodes,
        &outcodes,
        &premises_keys,
        &serials,
        &streets
    )
    .fetch_all(tx)
    .await?)
}

/// Open contacts of one organisation, found by values of which it is part: no other's rows are read.
pub async fn own(
    tx: &mut PgConnection,
    organisation: i64,
    sought: &[LookUp<'_>],
) -> Result<Vec<OpenContact>, AppError> {
    let Columns { postcodes, outcodes, premises_keys, serials, streets } = Columns::of(sought);
    Ok(sqlx::query_as!(
        OpenContact,
        r#"
        with sought as materialized (
            -- put together here: row-level security lets an index serve no comparison that does more than compare
            select s.*, $1::bigint::text || ' ' || s.postcode as raisers_postcode,
                   $1::bigint::text || ' ' || s.outcode || ' ' || s.premises_key as raisers_premises,
                   $1::bigint::text || ' ' || s.serial as raisers_serial
            from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) with ordinality
                as s (postcode, outcode, premises_key, serial, street, place)
        ), at_postcodes as materialized (
            -- each postcode, premises and serial once, however many of the sites share it; of many contacts at a postcode the
            -- hundred whose street is written most alike
            select w.*, likely.id
            from (select distinct raisers_postcode, street from sought) w cross join lateral (
                select c.id from contact c where c.raisers_postcode = w.raisers_postcode and c.raised_by = $1
                order by similarity(c.street, w.street) desc, c.id limit 100
            ) as likely
        ), at_premises as materialized (
            select w.*, likely.id
            from (select distinct raisers_premises, postcode, street from sought) w cross join lateral (
                select c.id from contact c where c.raisers_premises = w.raisers_premises and c.raised_by = $1
                order by (c.postcode = w.postcode) desc, similarity(c.street, w.street) desc, c.id limit 100
            ) as likely
        ), with_serials as materialized (
            select w.*, likely.id
            from (select distinct raisers_serial from sought where serial <> '') w cross join lateral (
                select c.id from contact c where c.raisers_serial = w.raisers_serial and c.raised_by = $1
                order by c.id limit 100
            ) as likely
        ), near as (
            select s.place, n.id, false as same_serial from sought s join at_postcodes n using (raisers_postcode, street)
            union all
            select s.place, n.id, false from sought s join at_premises n using (raisers_premises, postcode, street)
            union all
            select s.place, n.id, true from sought s join with_serials n using (raisers_serial)
        ), found as materialized (
            select n.id, array_agg(distinct n.place::integer) as places,
                   coalesce(array_agg(distinct n.place::integer) filter (where n.same_serial), '{}') as same_serial
            from near n group by n.id
        )
        select c.crn as "crn!", c.status as "status!", null::text as "raiser?",
               c.sub_building_name as "sub_building!", c.building_name as "building!",
               c.building_number as "number!", c.plot_number as "plot!", c.dependent_street as "dependent_street!",
               c.street as "street!", c.post_town as "post_town!", c.postcode as "postcode!",
               found.places as "places!", found.same_serial as "same_serial!"
        from found join contact c on c.id = found.id
        where c.raised_by = $1
        "#,
        organisation,
        &postcodes,
        &outcodes,
        &premises_keys,
        &serials,
        &streets
    )
    .fetch_all(tx)
    .await?)
}

/// The register and the open contacts of all, for the CDSP: in one round trip, of every contact's page.
pub async fn everybodys(
    tx: &mut PgConnection,
    sought: &[LookUp<'_>],
) -> Result<(Vec<MeterPoint>, Vec<OpenContact>), AppError> {
    let Columns { postcodes, outcodes, premises_keys, serials, streets } = Columns::of(sought);
    let found =
        sqlx::query_file!("src/contacts/duplicates.sql", &postcodes, &outcodes, &premises_keys, &serials, &streets)
            .fetch_one(tx)
            .await?;
    Ok((found.points.0, found.contacts.0))
}
