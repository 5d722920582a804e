//! What comes of a row: good, asked about, there already, or bad; by the one table of rules, with its numbers and words.

use std::collections::HashMap;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sqlx::PgConnection;

use crate::contacts::duplicates::{self, Candidate};
use crate::contacts::fields::Details;
use crate::contacts::fields::Field;
use crate::contacts::fields::rule::{Broken, Facts, Severity, broken};
use crate::error::AppError;
use crate::session::Viewer;
use crate::trade::likeness::{Site, canonical};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Good,
    /// good, but asked about: it looks the same as something that is there, or, in a trial, like real data
    Ask,
    /// an equal one has been logged, or stands in an earlier row
    There,
    Bad,
}

impl Verdict {
    pub fn code(self) -> &'static str {
        match self {
            Verdict::Good => "good",
            Verdict::Ask => "ask",
            Verdict::There => "there",
            Verdict::Bad => "bad",
        }
    }

    pub fn parse(code: &str) -> Option<Verdict> {
        [Verdict::Good, Verdict::Ask, Verdict::There, Verdict::Bad].into_iter().find(|verdict| verdict.code() == code)
    }
}

/// Something that is said of a row: by a rule, or that it is there already, which is no rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub field: Option<Field>,
    pub rule: Option<u16>,
    pub says: String,
}

impl Problem {
    pub fn plain(says: impl Into<String>) -> Problem {
        Problem { field: None, rule: None, says: says.into() }
    }

    pub fn as_json(&self) -> Value {
        json!({"field": self.field.map(Field::name), "rule": self.rule, "says": self.says})
    }

    /// From what [`Problem::as_json`] wrote.
    pub fn of_json(value: &Value) -> Problem {
        Problem {
            field: value["field"].as_str().and_then(Field::parse),
            rule: value["rule"].as_u64().and_then(|rule| u16::try_from(rule).ok()),
            says: value["says"].as_str().unwrap_or_default().to_owned(),
        }
    }
}

impl From<Broken> for Problem {
    fn from(broken: Broken) -> Self {
        Problem { field: Some(broken.rule.field), rule: Some(broken.rule.number), says: broken.says }
    }
}

/// What the rules say of a row by itself.
pub fn by_rules(details: &Details, facts: &Facts) -> (Verdict, Vec<Problem>) {
    let say = |force| broken(details, facts, force).into_iter().map(Problem::from).collect::<Vec<_>>();
    let stops = say(Severity::Stop);
    if !stops.is_empty() {
        return (Verdict::Bad, stops);
    }
    let mut problems = say(Severity::Ask);
    let verdict = if problems.is_empty() { Verdict::Good } else { Verdict::Ask };
    problems.extend(say(Severity::Warn));
    (verdict, problems)
}

/// Equal for two rows that say the same, however they are written.
pub fn whole(details: &Details) -> Vec<u8> {
    let site = details.site().key();
    let mut hash = Sha256::new();
    hash.update(&site);
    for field in details.spec.fields() {
        hash.update([0x1f]);
        hash.update(canonical(details.get(field)));
    }
    hash.finalize().to_vec()
}

/// Equal for two rows about one meter at one address.
pub fn site(details: &Details) -> Vec<u8> {
    key(&details.site(), details.get(Field::Msn))
}

fn key(site: &Site<'_>, msn: &str) -> Vec<u8> {
    Sha256::digest(format!("{}\u{1f}{msn}", site.key())).to_vec()
}

/// Which of the rows the organisation has logged already: an equal row by bulk, or an open contact about the same meter
/// at the same address. By the row's place, the CRN.
pub async fn there(
    tx: &mut PgConnection,
    organisation: i64,
    rows: &[Details],
) -> Result<HashMap<usize, String>, sqlx::Error> {
    let wholes: Vec<Vec<u8>> = rows.iter().map(whole).collect();
    let made: HashMap<Vec<u8>, String> = sqlx::query!(
        "select whole, crn from bulk_made where organisation_id = $1 and whole = any($2)",
        organisation,
        &wholes
    )
    .fetch_all(&mut *tx)
    .await?
    .into_iter()
    .map(|row| (row.whole, row.crn))
    .collect();
    let texts = |field: Field| rows.iter().map(|row| row.get(field).to_owned()).collect::<Vec<_>>();
    let open: HashMap<Vec<u8>, String> = sqlx::query!(
        "select c.crn, c.sub_building_name, c.building_name, c.building_number, c.plot_number, c.dependent_street,
                c.street, c.postcode, c.msn
         from (select distinct p, m from unnest($2::text[], $3::text[]) as u (p, m)) as w
         join contact c on c.postcode = w.p and c.msn = w.m
         where c.raised_by = $1 and c.closed is null
         order by c.id desc",
        organisation,
        &texts(Field::Postcode),
        &texts(Field::Msn)
    )
    .fetch_all(tx)
    .await?
    .into_iter()
    .map(|c| {
        let site = Site {
            sub_building: &c.sub_building_name,
            building: &c.building_name,
            number: &c.building_number,
            plot: &c.plot_number,
            dependent_street: &c.dependent_street,
            street: &c.street,
            postcode: &c.postcode,
        };
        (key(&site, &c.msn), c.crn)
    })
    .collect();
    let found = |(place, details): (usize, &Details)| {
        let crn = made.get(&wholes[place]).or_else(|| open.get(&site(details)))?;
        Some((place, crn.clone()))
    };
    Ok(rows.iter().enumerate().filter_map(found).collect())
}

/// How what looks the same is said of a row.
const LOOKS: &str = "Looks the same as ";

/// A row that is good by itself, held against the register and one's own open contacts: asked about if one looks the same.
pub async fn beside(
    tx: &mut PgConnection,
    viewer: &Viewer,
    details: &Details,
    verdict: Verdict,
    mut problems: Vec<Problem>,
) -> Result<(Verdict, Vec<Problem>), AppError> {
    let candidates = duplicates::of(tx, viewer, details, None).await?;
    if candidates.is_empty() {
        return Ok((verdict, problems));
    }
    let looks = |candidate: &Candidate| {
        Problem::plain(format!("{LOOKS}{}, {}: {}", candidate.title(), candidate.address, candidate.why()))
    };
    problems.splice(0..0, candidates.iter().map(looks));
    Ok((Verdict::Ask, problems))
}

/// How many of them say that something looks the same.
pub fn alikes(problems: &[Problem]) -> usize {
    problems.iter().filter(|problem| problem.rule.is_none() && problem.says.starts_with(LOOKS)).count()
}

/// What is said of a row that is there already.
pub fn is_there(crn: &str) -> Problem {
    Problem::plain(format!("Already logged, as {crn}"))
}

/// What is said of a row that repeats an earlier one.
pub fn is_repeated(line: usize) -> Problem {
    Problem::plain(format!("The same as row {line}"))
}
