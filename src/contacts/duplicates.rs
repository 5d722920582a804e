//! What looks the same as a site: meter points of the register, live and dead, and open contacts. By which site and
//! serial number is looked, the contact type says.
//!
//! Postgres brings what may be the same (by serial number, by postcode, and by the premises key within its outcode);
//! how alike it is, and why, says `trade::likeness`. A raiser is shown the register, with MPRNs masked where they are
//! not theirs to know, and its own organisation's contacts. Its look-up reads no row of another organisation's contacts,
//! so nothing leaks of them, not even by how long it takes. The CDSP is shown everything; who belongs to no organisation
//! nothing.

use serde::Deserialize;
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::contacts::fields::Details;
use crate::contacts::lifecycle::Status;
use crate::contacts::{Contact, known_status};
use crate::error::AppError;
use crate::session::Viewer;
use crate::trade::likeness::RegisterLine;
use crate::trade::likeness::{Score, Site, likeness};
use crate::trade::words::plural;

/// The most that is shown.
const MOST: usize = 20;
/// Of so many postal numbers one may be the plot's; of more no one is likelier than the others, and none is shown.
const FEW_NUMBERS: usize = 3;

/// Something that looks the same.
#[derive(Debug, Clone)]
pub struct Candidate {
    pub what: What,
    /// on one line, with its postcode
    pub address: String,
    pub score: Score,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// `mprn` is masked if it is not for this viewer to know
    MeterPoint { mprn: String, live: bool },
    /// `raiser` is named to the CDSP only
    Contact { crn: String, status: Status, raiser: Option<String> },
}

impl Candidate {
    pub fn title(&self) -> String {
        match &self.what {
            What::MeterPoint { mprn, .. } => format!("MPRN {mprn}"),
            What::Contact { crn, .. } => format!("Contact {crn}"),
        }
    }

    /// The contact's page.
    pub fn path(&self) -> Option<String> {
        match &self.what {
            What::MeterPoint { .. } => None,
            What::Contact { crn, .. } => Some(format!("/contacts/{crn}")),
        }
    }

    /// How it stands, and what that means for a new MPRN.
    pub fn position(&self) -> String {
        match &self.what {
            What::MeterPoint { live: true, .. } => "In the register: live".to_owned(),
            What::MeterPoint { live: false, .. } => {
                "In the register: dead. It needs a change of status (DTL), not a new MPRN".to_owned()
            }
            What::Contact { status, raiser: Some(raiser), .. } => format!("{}, raised by {raiser}", status.name()),
            What::Contact { status, raiser: None, .. } => status.name().to_owned(),
        }
    }

    /// Why it looks the same.
    pub fn why(&self) -> String {
        let words = self.score.words();
        let mut letters = words.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
    }
}

/// "1 possible duplicate", "2 possible duplicates".
pub fn count_words(count: usize) -> String {
    plural(count as u64, "possible duplicate")
}

/// "We found 2 possible duplicates".
pub fn heading(count: usize) -> String {
    format!("We found {}", count_words(count))
}

/// "The raiser knew of 2 possible duplicates: it is the other half of the house."
pub fn note_words(found: i32, reason: &str) -> String {
    format!("The raiser knew of {}: {reason}", count_words(usize::try_from(found).unwrap_or_default()))
}

/// What Postgres is asked for.
struct LookUp<'a> {
    postcode: &'a str,
    outcode: &'a str,
    premises_key: String,
    serial: &'a str,
    street: &'a str,
}

/// A meter point of the register that may be of the same site.
#[derive(Debug, Deserialize)]
struct MeterPoint {
    mprn: String,
    address: String,
    postcode: String,
    live: bool,
    same_serial: bool,
}

/// An open contact that may be about the same site.
#[derive(Debug, Deserialize)]
struct OpenContact {
    crn: String,
    status: String,
    raiser: Option<String>,
    sub_building: String,
    building: String,
    number: String,
    plot: String,
    dependent_street: String,
    street: String,
    post_town: String,
    postcode: String,
    same_serial: bool,
}

/// What looks the same, the likeliest first; `leave_out` is the contact whose details these are.
pub async fn of(
    tx: &mut PgConnection,
    viewer: &Viewer,
    details: &Details,
    leave_out: Option<&Contact>,
) -> Result<Vec<Candidate>, AppError> {
    let Some(organisation) = viewer.organisation_id() else { return Ok(Vec::new()) };
    let by = (details.spec.duplicates_by)(details);
    let site = by.site;
    let sought = LookUp {
        postcode: site.postcode,
        outcode: site.postcode.split_once(' ').map_or("", |(outcode, _)| outcode),
        premises_key: site.premises_key(),
        serial: by.serial,
        street: site.street,
    };
    let (points, contacts) = if viewer.is_cdsp() {
        everybodys(tx, &sought).await?
    } else {
        (meter_points(tx, &sought).await?, own(tx, organisation, &sought).await?)
    };
    let mut candidates: Vec<Candidate> = points.into_iter().map(|point| point.candidate(&site)).collect();
    for row in contacts {
        candidates.push(row.candidate(&site)?);
    }
    if let Some(left) = leave_out {
        candidates.retain(|candidate| match &candidate.what {
            What::MeterPoint { mprn, .. } => left.mprn_created.as_ref() != Some(mprn),
            // nor the one that follows it
            What::Contact { crn, .. } => *crn != left.crn && left.psc.as_ref() != Some(crn),
        });
    }
    let numbers = candidates.iter().filter(|candidate| candidate.score.plot_and_postal).count();
    candidates.retain(|candidate| {
        candidate.score.looks_the_same() || (candidate.score.plot_and_postal && numbers <= FEW_NUMBERS)
    });
    candidates
        .sort_by(|one, other| other.score.points.cmp(&one.score.points).then_with(|| one.title().cmp(&other.title())));
    candidates.truncate(MOST);
    Ok(candidates)
}

async fn meter_points(tx: &mut PgConnection, sought: &LookUp<'_>) -> Result<Vec<MeterPoint>, AppError> {
    Ok(sqlx::query_as!(
        MeterPoint,
        r#"select mprn as "mprn!", address as "address!", postcode as "postcode!", live as "live!",
                  same_serial as "same_serial!"
           from meter_points_like($1, $2, $3, $4, $5)"#,
        sought.postcode,
        sought.outcode,
        sought.premises_key,
        sought.serial,
        sought.street
    )
    .fetch_all(tx)
    .await?)
}

/// Open contacts of one organisation, found by values of which it is part: no other's rows are read.
async fn own(tx: &mut PgConnection, organisation: i64, sought: &LookUp<'_>) -> Result<Vec<OpenContact>, AppError> {
    Ok(sqlx::query_as!(
        OpenContact,
        r#"
        with near as (
            select c.id from contact c where c.raisers_postcode = $1::bigint::text || ' ' || $2
            union
            select c.id from contact c where c.raisers_premises = $1::bigint::text || ' ' || $3 || ' ' || $4
            union
            select c.id from contact c where c.raisers_serial = $1::bigint::text || ' ' || $5
        )
        select c.crn as "crn!", c.status as "status!", null::text as "raiser?",
               c.sub_building_name as "sub_building!", c.building_name as "building!",
               c.building_number as "number!", c.plot_number as "plot!", c.dependent_street as "dependent_street!",
               c.street as "street!", c.post_town as "post_town!", c.postcode as "postcode!",
               (c.msn = $5 and c.msn <> '') as "same_serial!"
        from near join contact c on c.id = near.id
        where c.raised_by = $1
        order by (c.msn = $5 and c.msn <> '') desc, (c.postcode = $2 and c.premises_key is not distinct from $4) desc,
                 similarity(c.street, $6) desc
        limit 100
        "#,
        organisation,
        sought.postcode,
        sought.outcode,
        sought.premises_key,
        sought.serial,
        sought.street
    )
    .fetch_all(tx)
    .await?)
}

/// The register and the open contacts of all, for the CDSP: one round trip of every contact's page.
async fn everybodys(
    tx: &mut PgConnection,
    sought: &LookUp<'_>,
) -> Result<(Vec<MeterPoint>, Vec<OpenContact>), AppError> {
    let found = sqlx::query_file!(
        "src/contacts/duplicates.sql",
        sought.postcode,
        sought.outcode,
        sought.premises_key,
        sought.serial,
        sought.street
    )
    .fetch_one(tx)
    .await?;
    Ok((
        found.points.map(|points| points.0).unwrap_or_default(),
        found.contacts.map(|contacts| contacts.0).unwrap_or_default(),
    ))
}

impl MeterPoint {
    fn candidate(self, sought: &Site<'_>) -> Candidate {
        let score = likeness(sought, &RegisterLine::parse(&self.address).site(&self.postcode));
        Candidate {
            address: format!("{}, {}", self.address, self.postcode),
            score: if self.same_serial { score.with_same_serial() } else { score },
            what: What::MeterPoint { mprn: self.mprn, live: self.live },
        }
    }
}

impl OpenContact {
    fn candidate(self, sought: &Site<'_>) -> Result<Candidate, AppError> {
        let site = Site {
            sub_building: &self.sub_building,
            building: &self.building,
            number: &self.number,
            plot: &self.plot,
            dependent_street: &self.dependent_street,
            street: &self.street,
            postcode: &self.postcode,
        };
        let score = likeness(sought, &site);
        Ok(Candidate {
            address: format!("{}, {}, {}", site.first_line(), self.post_town, self.postcode),
            score: if self.same_serial { score.with_same_serial() } else { score },
            what: What::Contact { crn: self.crn, status: known_status(&self.status)?, raiser: self.raiser },
        })
    }
}

/// Keeps with a contact that its raiser knew of others, and why it was logged all the same.
pub async fn note(tx: &mut PgConnection, crn: &str, found: usize, reason: &str) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into duplicate_note (contact_id, found, reason) select id, $2, $3 from contact where crn = $1",
        crn,
        i32::try_from(found).unwrap_or(i32::MAX),
        reason
    )
    .execute(tx)
    .await?;
    Ok(())
}
