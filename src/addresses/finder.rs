//! Finding addresses by postcode, and by a number or words beside it.
//!
//! A whole postcode is looked up as such. Words are also compared, by the likeness of their trigrams, with the streets and
//! buildings of the outcode, so that a slip in a word or in the postcode's end still finds; the addresses of the likest
//! are then put in order by [`rank`]. Half a postcode needs words.

use sqlx::PgConnection;

use super::{Address, rank};
use crate::trade::Postcode;
use crate::trade::postcode::{PostcodeError, outcodes};

/// The most that is shown at once: as many as a postcode may have.
pub const MOST: usize = 100;
/// Words that fit a postcode's own addresses so well need no look at its neighbours.
const GOOD: f32 = 0.95;

/// What was asked for.
#[derive(Debug, Clone)]
pub struct AddressQuery {
    postcode: Option<Postcode>,
    outcodes: Vec<String>,
    words: Vec<String>,
}

/// Addresses to choose from, and a sentence about them.
#[derive(Debug, Clone, Default)]
pub struct FoundAddresses {
    pub addresses: Vec<Address>,
    pub says: String,
    /// they fit less than what was asked: they have another postcode, or not the words
    fits_less: bool,
}

impl FoundAddresses {
    /// The one address there is that fits all that was asked.
    pub fn only_one(&self) -> Option<&Address> {
        match &self.addresses[..] {
            [address] if !self.fits_less => Some(address),
            _ => None,
        }
    }
}

impl AddressQuery {
    /// What was typed; the error is a field of the form's finder with what is wrong there.
    pub fn parse(postcode: &str, words: &str) -> Result<AddressQuery, (&'static str, String)> {
        let words = rank::words(&words.chars().take(200).collect::<String>());
        match Postcode::parse(postcode) {
            Ok(postcode) => {
                Ok(AddressQuery { outcodes: vec![postcode.outcode().to_owned()], postcode: Some(postcode), words })
            }
            Err(error @ PostcodeError::OutsideMarket(_)) => Err(("find_postcode", error.to_string())),
            Err(PostcodeError::NotAPostcode) => {
                let Some(outcodes) = outcodes(postcode) else {
                    let says = match Postcode::outside_market(postcode) {
                        Some(error) => error.to_string(),
                        None => "Enter a whole postcode, or its first half with words of the street".to_owned(),
                    };
                    return Err(("find_postcode", says));
                };
                if rank::names(&words).is_empty() {
                    return Err((
                        "find_words",
                        "Enter words of the street or building, or the whole postcode".to_owned(),
                    ));
                }
                Ok(AddressQuery { postcode: None, outcodes, words })
            }
        }
    }
}

/// Finds what fits, best first.
pub async fn find(tx: &mut PgConnection, asked: &AddressQuery) -> Result<FoundAddresses, sqlx::Error> {
    let own = match &asked.postcode {
        Some(postcode) => of_postcodes(tx, &[postcode.as_str().to_owned()]).await?,
        None => Vec::new(),
    };
    let typed = asked.postcode.as_ref().map(Postcode::as_str);
    let names = rank::names(&asked.words);
    let mut ranked = rank::best(&asked.words, typed, own.clone());
    if !names.is_empty() && ranked.first().is_none_or(|(fit, _)| *fit < GOOD) {
        let near = near(tx, &asked.outcodes, &names, typed).await?;
        let mut all = of_postcodes(tx, &near).await?;
        all.extend(own.iter().cloned());
        ranked = rank::best(&asked.words, typed, all);
    }
    let mut remark = String::new();
    let mut addresses: Vec<Address> = ranked.into_iter().map(|(_, address)| address).collect();
    if addresses.is_empty() && !own.is_empty() {
        // the words fit nothing: what there is at the postcode
        addresses = rank::best(&[], typed, own).into_iter().map(|(_, address)| address).collect();
        "None of these has the number or words that you typed. ".clone_into(&mut remark);
    } else if let (Some(postcode), Some(first)) = (typed, addresses.first())
        && first.postcode != postcode
    {
        remark = format!("Nothing fits at {postcode}; these have another postcode. ");
    }
    // two organisations at one address are one site
    let mut keys = std::collections::HashSet::new();
    addresses.retain(|address| keys.insert(address.key.clone()));
    let all = addresses.len();
    addresses.truncate(MOST);
    let count = match all {
        0 => "No address found. Check the postcode, or say below why you enter the address by hand.".to_owned(),
        _ if all > MOST => format!("More than {MOST} addresses found. Add the number or the street to see fewer."),
        1 => "1 address found.".to_owned(),
        _ => format!("{all} addresses found."),
    };
    let fits_less = !remark.is_empty();
    Ok(FoundAddresses { addresses, says: remark + &count, fits_less })
}

/// The address with this key.
pub async fn with_key(tx: &mut PgConnection, key: &str) -> Result<Option<Address>, sqlx::Error> {
    sqlx::query_as!(
        Address,
        "select udprn, uprn, organisation, sub_building, building, number, dependent_street, street, double_locality,
                locality, town, county, postcode, key
         from address where key = $1 order by organisation limit 1",
        key
    )
    .fetch_optional(tx)
    .await
}

async fn of_postcodes(tx: &mut PgConnection, postcodes: &[String]) -> Result<Vec<Address>, sqlx::Error> {
    sqlx::query_as!(
        Address,
        "select udprn, uprn, organisation, sub_building, building, number, dependent_street, street, double_locality,
                locality, town, county, postcode, key
         from address where postcode = any($1) limit 5000",
        postcodes
    )
    .fetch_all(tx)
    .await
}

/// Postcodes of these outcodes with streets or buildings like these words, likest first, without the one typed.
async fn near(
    tx: &mut PgConnection,
    outcodes: &[String],
    names: &str,
    typed: Option<&str>,
) -> Result<Vec<String>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select place.postcode as "postcode!", max(word_similarity($2, place.words)) as "fit!"
           from address_place place
           where place.outcode = any($1) and place.postcode is distinct from $3
           group by place.postcode order by 2 desc, 1 limit 60"#,
        outcodes,
        names,
        typed
    )
    .fetch_all(tx)
    .await?;
    let best = rows.first().map_or(0.0, |row| row.fit);
    Ok(rows.into_iter().filter(|row| row.fit >= 0.3 && row.fit >= best * 0.8).map(|row| row.postcode).collect())
}
