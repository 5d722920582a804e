//! What looks the same as a site: meter points of the register, live and dead, and open contacts. By which site and
//! serial number is looked, the contact type says.
//!
//! Postgres brings what may be the same (by serial number, by postcode, and by the premises key within its outcode);
//! how alike it is, and why, says `trade::likeness`. A raiser is shown the register, with MPRNs masked where they are
//! not theirs to know, so often (`look_ups`), and its own organisation's contacts. Its look-up reads no row of another organisation's contacts,
//! so nothing leaks of them, not even by how long it takes. The CDSP is shown everything; who belongs to no organisation
//! nothing.

use sqlx::PgConnection;

use super::duplicates_near::{self as near, LookUp, OpenContact};
use crate::contacts::fields::Details;
use crate::contacts::lifecycle::Status;
use crate::contacts::{Contact, known_status};
use crate::error::AppError;
use crate::session::Viewer;
use crate::trade::likeness::{Compared, RegisterLine, Score, Site};
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

    /// Whether it is a meter point that is not for the viewer to know by its MPRN.
    pub fn is_masked(&self) -> bool {
        matches!(&self.what, What::MeterPoint { mprn, .. } if mprn.contains('•'))
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

/// Of an organisation's forms for one postcode, and of those with one serial number, each is looked up once the one before
/// it is logged, to the end of its transaction.
pub async fn one_at_a_time(tx: &mut PgConnection, viewer: &Viewer, details: &Details) -> Result<(), sqlx::Error> {
    let by = LookUp::of(details);
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtextextended('site ' || $1::bigint || ' ' || $2::text, 0)) as site,
                case when $3::text <> '' then pg_advisory_xact_lock(hashtextextended('serial ' || $1 || ' ' || $3, 0)) end as serial",
        viewer.organisation_id(),
        by.site.site.postcode,
        by.serial
    )
    .fetch_one(tx)
    .await?;
    Ok(())
}

/// What looks the same, the likeliest first; `leave_out` is the contact whose details these are. Raisers are told by `look_ups`.
pub async fn of(
    tx: &mut PgConnection,
    viewer: &Viewer,
    details: &Details,
    leave_out: Option<&Contact>,
) -> Result<Vec<Candidate>, AppError> {
    let mut candidates = found(tx, viewer, &[details]).await?.pop().unwrap_or_default();
    if let Some(left) = leave_out {
        candidates.retain(|candidate| match &candidate.what {
            What::MeterPoint { mprn, .. } => left.mprn_created.as_ref() != Some(mprn),
            // nor the one that follows it
            What::Contact { crn, .. } => *crn != left.crn && left.psc.as_ref() != Some(crn),
        });
    }
    Ok(likeliest(candidates))
}

/// All that looks the same as each, in no order, and all that may be its plot.
pub(super) async fn found(
    tx: &mut PgConnection,
    viewer: &Viewer,
    details: &[&Details],
) -> Result<Vec<Vec<Candidate>>, AppError> {
    let mut candidates: Vec<Vec<Candidate>> = details.iter().map(|_| Vec::new()).collect();
    let Some(organisation) = viewer.organisation_id() else { return Ok(candidates) };
    if details.is_empty() {
        return Ok(candidates);
    }
    let sought: Vec<LookUp<'_>> = details.iter().map(|details| LookUp::of(details)).collect();
    let mut add = |site: Site<'_>, places: &[i32], same_serial: &[i32], made: &dyn Fn(Score) -> Candidate| {
        let compared = Compared::from(site);
        for number in places {
            let place = usize::try_from(*number).unwrap_or_default().saturating_sub(1);
            let mut score = sought[place].site.likeness(&compared);
            if same_serial.contains(number) {
                score = score.with_same_serial();
            }
            if score.looks_the_same() || score.plot_and_postal {
                candidates[place].push(made(score));
            }
        }
    };
    let (points, contacts) = if viewer.is_cdsp() {
        near::everybodys(tx, &sought).await?
    } else {
        (near::meter_points(tx, &sought).await?, near::own(tx, organisation, &sought).await?)
    };
    for row in points {
        let site = RegisterLine::parse(&row.address).site(&row.postcode);
        add(site, &row.places, &row.same_serial, &|score| Candidate {
            address: format!("{}, {}", row.address, row.postcode),
            score,
            what: What::MeterPoint { mprn: row.mprn.clone(), live: row.live },
        });
    }
    for row in contacts {
        let (site, status) = (row.site(), known_status(&row.status)?);
        add(site, &row.places, &row.same_serial, &|score| Candidate {
            address: format!("{}, {}, {}", site.first_line(), row.post_town, row.postcode),
            score,
            what: What::Contact { crn: row.crn.clone(), status, raiser: row.raiser.clone() },
        });
    }
    Ok(candidates)
}

/// Those that are shown, the likeliest first.
pub(super) fn likeliest(mut candidates: Vec<Candidate>) -> Vec<Candidate> {
    let numbers = candidates.iter().filter(|candidate| candidate.score.plot_and_postal).count();
    candidates.retain(|candidate| {
        candidate.score.looks_the_same() || (candidate.score.plot_and_postal && numbers <= FEW_NUMBERS)
    });
    candidates
        .sort_by(|one, other| other.score.points.cmp(&one.score.points).then_with(|| one.title().cmp(&other.title())));
    candidates.truncate(MOST);
    candidates
}

impl OpenContact {
    fn site(&self) -> Site<'_> {
        Site {
            sub_building: &self.sub_building,
            building: &self.building,
            number: &self.number,
            plot: &self.plot,
            dependent_street: &self.dependent_street,
            street: &self.street,
            postcode: &self.postcode,
        }
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
