//! What the network finds on the site visit of a sample MNC, as its form says it.

use fastrand::Rng;
use time::OffsetDateTime;

use super::words::Case;
use crate::contacts::fields::Field;
use crate::contacts::fields::question::Answers;
use crate::trade::working_time::london_date;
use crate::trial::sample::life::Step;
use crate::trial::sample::register::serial;
use crate::trial::sample::site::StorySite;
use crate::trial::sample::words::NO_ACCESS;

/// What the network's form says.
pub fn findings(rng: &mut Rng, case: Case, site: &StorySite, step: Step, at: OffsetDateTime) -> Answers {
    let mut found = Answers::default();
    found.set("visited", &london_date(at).to_string());
    found.set("job", &format!("J{:06}", rng.u32(100_000..1_000_000)));
    if step == Step::Miss {
        found.set("no_access", NO_ACCESS[rng.usize(..NO_ACCESS.len())]);
        for (name, answer) in [("access", "no"), ("service", "unknown"), ("meter", "unknown")] {
            found.set(name, answer);
        }
        return found;
    }
    let remarks = site.one(rng, case.words().found);
    let known = site.details.get(Field::Msn);
    let (service, meter, supply, msn) = match case {
        Case::NoService | Case::Withdrawn => ("no", "no", "NS", String::new()),
        Case::Dead => ("yes", "no", "CA", String::new()),
        _ if known.is_empty() => ("yes", "yes", "LI", serial(rng)),
        _ => ("yes", "yes", "LI", known.to_owned()),
    };
    for (name, answer) in [("access", "yes"), ("service", service), ("meter", meter), ("supply", supply)] {
        found.set(name, answer);
    }
    found.set("msn_found", &msn);
    if meter == "yes" {
        found.set("reading_found", &reading(rng, site));
        found.set("location", location(&remarks));
    }
    if case == Case::Exists {
        found.set("other_mprn", &site.mprn);
    }
    found.set("remarks", &remarks);
    found
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
