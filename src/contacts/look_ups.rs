//! What a raiser is told of what looks the same, and how often the register answers: each serial number and each address that is
//! asked for is a look-up, once within the hour, whether it is typed, sent, or a row of a form or file. Who has none left goes on
//! and is not told of meter points that are not theirs.

use std::collections::HashMap;

use sha2::{Digest, Sha256};
use sqlx::PgConnection;

use super::duplicates::{Candidate, found, likeliest};
use super::duplicates_near::LookUp;
use crate::contacts::fields::Details;
use crate::error::AppError;
use crate::limits::spend_each;
use crate::limits::table::LOOK_UPS;
use crate::secret::hex;
use crate::session::Viewer;

/// What looks the same as a site, as far as the viewer may be told.
#[derive(Debug)]
pub struct Told {
    pub candidates: Vec<Candidate>,
    /// the seconds until there is a look-up for it; 0 if it was held against the whole register
    pub missing: u64,
}

/// Of one site, counted in this transaction: what is not committed is told to nobody.
pub async fn told(tx: &mut PgConnection, viewer: &Viewer, details: &Details) -> Result<Told, AppError> {
    let told = told_of_many(tx, viewer, &[details]).await?.pop();
    Ok(told.unwrap_or(Told { candidates: Vec::new(), missing: 0 }))
}

/// The same of each of many sites, in their order, as long as there are look-ups.
pub async fn told_of_many(tx: &mut PgConnection, viewer: &Viewer, details: &[&Details]) -> Result<Vec<Told>, AppError> {
    let found = found(&mut *tx, viewer, details).await?;
    let asked: Vec<Vec<String>> = details.iter().map(|details| words(details)).collect();
    // last, since others of the organisation wait for its count
    let missing = missing(tx, viewer, &asked).await?;
    let told = found.into_iter().zip(&asked).map(|(mut candidates, words)| {
        let missing = words.iter().filter_map(|word| missing.get(word.as_str()).copied()).max().unwrap_or_default();
        if missing > 0 {
            candidates.retain(|candidate| !candidate.is_masked());
        }
        Told { candidates: likeliest(candidates), missing }
    });
    Ok(told.collect())
}

async fn missing<'a>(
    tx: &mut PgConnection,
    viewer: &Viewer,
    asked: &'a [Vec<String>],
) -> Result<HashMap<&'a str, u64>, AppError> {
    let mut words: Vec<String> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for word in asked.iter().flatten() {
        places.entry(word).or_insert_with(|| {
            words.push(word.clone());
            words.len() - 1
        });
    }
    let missing = spend_each(tx, viewer, &LOOK_UPS, &words).await?;
    Ok(places.into_iter().map(|(word, place)| (word, missing.get(place).copied().unwrap_or_default())).collect())
}

/// What the register is asked for this site, each as a short word: a serial number, and a whole address. It answers no raiser by
/// less (`meter_points_like`). A serial number begins as itself, so that one that is typed on is still the same.
fn words(details: &Details) -> Vec<String> {
    let by = LookUp::of(details);
    let mut words = Vec::new();
    if !by.serial.is_empty() {
        words.push(format!("serial {}", by.serial));
    }
    if by.is_whole() {
        let site = format!("{} {}", by.site.site.postcode, by.site.dwelling.premises_key());
        words.push(format!("address {}", hex(&Sha256::digest(site.as_bytes())[..16])));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contacts::fields::Field;
    use crate::contacts::types::ContactType;

    fn asked(given: &[(Field, &str)]) -> usize {
        let mut details = ContactType::ALL[0].details();
        for (field, text) in given {
            details.set(*field, text);
        }
        words(&details).len()
    }

    #[test]
    fn only_whole_values_are_asked_for() {
        let (number, street) = ((Field::BuildingNumber, "7"), (Field::Street, "Moss Lane"));
        for half in ["", "LS1", "LS1 4", "LS1 4D"] {
            assert_eq!(asked(&[number, street, (Field::Postcode, half)]), 0, "{half}");
        }
        assert_eq!(asked(&[number, street, (Field::Postcode, "LS1 4DY")]), 1);
        assert_eq!(asked(&[street, (Field::Postcode, "LS1 4DY")]), 0);
        assert_eq!(asked(&[number, street, (Field::Postcode, "LS1 4DY"), (Field::Msn, "G4A1")]), 2);
        assert_eq!(asked(&[(Field::Msn, "G4A £ 1")]), 0, "no serial number");
    }
}
