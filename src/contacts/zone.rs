//! Which LDZ and network a postcode lies in, and how that is known.
//!
//! The imported list decides by the full postcode; else by the outcode, if all its postcodes lie in one zone. An outcode
//! that straddles is said to, and decides nothing. Without the list the postcode's area makes a proposal.

use sqlx::PgConnection;

use crate::error::AppError;
use crate::trade::{Ldz, Network, Postcode};

/// How the zone is known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Source {
    /// the full postcode is in the official list
    List,
    /// all listed postcodes of the outcode lie in this zone
    Outcode,
    /// by the postcode's area, which is a guess
    Proposal,
    /// the outcode's listed postcodes lie in several zones, whose codes these are
    Straddles(Vec<String>),
    #[default]
    Unknown,
}

/// The zone of a postcode.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Zone {
    pub ldz: Option<Ldz>,
    pub source: Source,
    outcode: String,
}

impl Zone {
    /// From what the list says of the postcode itself and of its outcode.
    pub fn decide(postcode: &Postcode, exact: Option<&str>, of_outcode: &[String]) -> Zone {
        let (ldz, source) = match (exact.and_then(Ldz::from_code), of_outcode) {
            (Some(ldz), _) => (Some(ldz), Source::List),
            (None, [one]) => (Ldz::from_code(one), Source::Outcode),
            (None, []) => match Ldz::from_area(postcode) {
                Some(ldz) => (Some(ldz), Source::Proposal),
                None => (None, Source::Unknown),
            },
            (None, several) => (None, Source::Straddles(several.to_vec())),
        };
        Zone { ldz, source, outcode: postcode.outcode().to_owned() }
    }

    /// The code as contacts keep it; empty if not known.
    pub fn code(&self) -> &'static str {
        self.ldz.map_or("", Ldz::code)
    }

    pub fn is_isolated(&self) -> bool {
        self.ldz.is_some_and(Ldz::is_isolated)
    }

    /// "NE North East, Northern Gas Networks"; what is to be said if it is not known.
    pub fn name(&self) -> String {
        match (self.ldz, &self.source) {
            (Some(ldz), _) => named(ldz),
            (None, Source::Straddles(_)) => "Not decided".to_owned(),
            (None, _) => "Not known".to_owned(),
        }
    }

    /// How it is known, in a sentence without its full stop.
    pub fn known_by(&self) -> String {
        match &self.source {
            Source::List => "From the official list of postcodes".to_owned(),
            Source::Outcode => format!("All listed postcodes of {} lie in this zone", self.outcode),
            Source::Proposal => "Proposed from the postcode area".to_owned(),
            Source::Straddles(zones) => format!(
                "{} lies in {} zones: {}",
                self.outcode,
                ["no", "one", "two", "three", "four"].get(zones.len()).unwrap_or(&"several"),
                and(zones)
            ),
            Source::Unknown => "No zone is known for this postcode".to_owned(),
        }
    }
}

/// "NE North East, Northern Gas Networks".
pub fn named(ldz: Ldz) -> String {
    match ldz.network().map(Network::name) {
        Some(network) => format!("{} {}, {network}", ldz.code(), ldz.name()),
        None => format!("{} {}", ldz.code(), ldz.name()),
    }
}

fn and(words: &[String]) -> String {
    match words {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        _ => words.concat(),
    }
}

/// The zone of a postcode as typed or stored; unknown if it is none.
pub async fn of(tx: &mut PgConnection, postcode: &str) -> Result<Zone, sqlx::Error> {
    let Ok(postcode) = Postcode::parse(postcode) else { return Ok(Zone::default()) };
    let row = sqlx::query!(
        r#"select (select ldz from postcode_ldz where outcode = $1 and incode = $2) as exact,
                  (select ldzs from outcode_ldz where outcode = $1) as ldzs"#,
        postcode.outcode(),
        postcode.incode()
    )
    .fetch_one(tx)
    .await?;
    Ok(Zone::decide(&postcode, row.exact.as_deref(), &row.ldzs.unwrap_or_default()))
}

/// The zones of many postcodes, in their order, in one statement.
pub async fn of_many(tx: &mut PgConnection, postcodes: &[&str]) -> Result<Vec<Zone>, AppError> {
    let parsed: Vec<Option<Postcode>> = postcodes.iter().map(|typed| Postcode::parse(typed).ok()).collect();
    let part = |read: fn(&Postcode) -> &str| -> Vec<String> {
        parsed.iter().map(|code| code.as_ref().map(read).unwrap_or_default().to_owned()).collect()
    };
    let rows = sqlx::query!(
        r#"select asked.place as "place!", exact.ldz as "exact?", whole.ldzs as "ldzs?"
           from unnest($1::text[], $2::text[]) with ordinality as asked (outcode, incode, place)
           left join postcode_ldz exact on exact.outcode = asked.outcode and exact.incode = asked.incode
           left join outcode_ldz whole on whole.outcode = asked.outcode
           order by asked.place"#,
        &part(Postcode::outcode),
        &part(Postcode::incode)
    )
    .fetch_all(tx)
    .await?;
    let zone = |(postcode, row): (&Option<Postcode>, _)| match postcode {
        Some(postcode) => {
            let (exact, ldzs): (Option<String>, Option<Vec<String>>) = row;
            Zone::decide(postcode, exact.as_deref(), &ldzs.unwrap_or_default())
        }
        None => Zone::default(),
    };
    Ok(parsed.iter().zip(rows.into_iter().map(|row| (row.exact, row.ldzs))).map(zone).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(typed: &str, exact: Option<&str>, of_outcode: &[&str]) -> Zone {
        let listed: Vec<String> = of_outcode.iter().map(|code| (*code).to_owned()).collect();
        Zone::decide(&Postcode::parse(typed).unwrap(), exact, &listed)
    }

    #[test]
    fn the_full_postcode_goes_first_then_the_outcode_then_the_area() {
        let seen = |zone: Zone| (zone.code(), zone.source);
        assert_eq!(seen(zone("LS29 8AA", Some("NW"), &["NE", "NW"])), ("NW", Source::List));
        assert_eq!(seen(zone("LS29 8AA", None, &["NW"])), ("NW", Source::Outcode));
        assert_eq!(seen(zone("LS29 8AA", None, &[])), ("NE", Source::Proposal));
        assert_eq!(seen(zone("BF1 0AX", None, &[])), ("", Source::Unknown));
    }

    #[test]
    fn a_straddling_outcode_decides_nothing_and_says_so() {
        let straddles = zone("LS29 8AA", None, &["NE", "NW"]);
        assert_eq!((straddles.code(), straddles.known_by().as_str()), ("", "LS29 lies in two zones: NE and NW"));
        assert!(zone("KW1 4AA", Some("LW"), &[]).is_isolated());
    }
}
