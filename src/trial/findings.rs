//! What the network finds on a site visit of the story, as its form says it.

use fastrand::Rng;
use time::OffsetDateTime;

use super::plot::Step;
use super::register::serial;
use super::sites::StorySite;
use super::words::{Case, NO_ACCESS};
use crate::contacts::act::answer_visit::Findings;
use crate::contacts::field::Field;
use crate::trade::working_time::london_date;

/// What the network's form says.
pub fn findings(rng: &mut Rng, site: &StorySite, step: Step, at: OffsetDateTime) -> Findings {
    let job = format!("J{:06}", rng.u32(100_000..1_000_000));
    let visit = Findings { visited: london_date(at).to_string(), job, ..Findings::default() };
    let yes = || "yes".to_owned();
    if step == Step::Miss {
        let unknown = || "unknown".to_owned();
        let why = NO_ACCESS[rng.usize(..NO_ACCESS.len())].to_owned();
        return Findings { access: "no".to_owned(), no_access: why, service: unknown(), meter: unknown(), ..visit };
    }
    let remarks = site.one(rng, site.case.words().found);
    let known = site.details.get(Field::Msn);
    let (service, meter, supply, msn) = match site.case {
        Case::NoService | Case::Withdrawn => ("no", "no", "NS", String::new()),
        Case::Dead => ("yes", "no", "CA", String::new()),
        _ if known.is_empty() => ("yes", "yes", "LI", serial(rng)),
        _ => ("yes", "yes", "LI", known.to_owned()),
    };
    let has_meter = meter == "yes";
    Findings {
        access: yes(),
        service: service.to_owned(),
        meter: meter.to_owned(),
        supply: supply.to_owned(),
        msn_found: msn,
        reading_found: if has_meter { reading(rng, site) } else { String::new() },
        location: if has_meter { location(&remarks).to_owned() } else { String::new() },
        other_mprn: if site.case == Case::Exists { site.mprn.clone() } else { String::new() },
        remarks,
        ..visit
    }
}

/// A little more than the raiser read, where they read anything.
fn reading(rng: &mut Rng, site: &StorySite) -> String {
    let before: u32 = site.details.get(Field::Reading).parse().unwrap_or_else(|_| rng.u32(1..9_000));
    format!("{:05}", before + rng.u32(1..40))
}

/// Code of the meter location that the remarks speak of; else "other".
fn location(remarks: &str) -> &'static str {
    let places = [
        ("stairs", "2"),
        ("porch", "20"),
        ("hall", "3"),
        ("box", "32"),
        ("rear wall", "99"),
        ("gable", "99"),
        ("kiosk", "99"),
    ];
    places.iter().find(|(word, _)| remarks.to_lowercase().contains(word)).map_or("98", |(_, code)| code)
}
