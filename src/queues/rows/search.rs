//! What the search box of a list looks for: a CRN, a postcode or its first half, or words that must all match, which may
//! be a number of several kinds.

use sqlx::{Postgres, QueryBuilder};

use crate::trade::postcode::outcodes;
use crate::trade::words::fold;
use crate::trade::{Crn, Mprn, Msn, Postcode};

/// What was typed into the search box.
#[derive(Debug)]
pub enum Search {
    Nothing,
    Crn(Crn),
    Postcode(Postcode),
    /// the first halves of postcodes
    Outcodes(Vec<String>),
    /// words as Postgres looks for them; the same digits may be a CRN without its C, an MPRN and a serial number
    Words {
        all: String,
        crn: Option<Crn>,
        mprn: Option<Mprn>,
        msn: Option<Msn>,
    },
}

/// Where a statement has the contacts with the words that are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hits {
    /// nowhere yet: they are looked up in place
    InPlace,
    /// in `hit`, all of them
    Collected,
    /// there are too many to collect: each contact is looked at as it comes
    RowByRow,
}

impl Search {
    pub fn parse(q: &str) -> Search {
        if q.is_empty() {
            return Search::Nothing;
        }
        let crn = Crn::parse(q).ok();
        if let Some(crn) = crn.clone().filter(|_| q.contains(char::is_alphabetic)) {
            Search::Crn(crn)
        } else if let Ok(postcode) = Postcode::parse(q) {
            Search::Postcode(postcode)
        } else if let Some(outcodes) = outcodes(q) {
            Search::Outcodes(outcodes)
        } else {
            Search::Words { all: all_words(q), crn, mprn: Mprn::parse(q).ok(), msn: Msn::parse(q).ok() }
        }
    }

    /// Its hits have to be collected before the list is put in order.
    pub fn is_words(&self) -> bool {
        matches!(self, Search::Words { .. })
    }

    /// As a condition of a contact `c`. `is_work` looks among open contacts only.
    pub fn push(&self, sql: &mut QueryBuilder<Postgres>, is_work: bool, hits: Hits) {
        match self {
            Search::Nothing => {}
            Search::Crn(crn) => {
                sql.push(" and c.crn = ").push_bind(crn.as_str().to_owned());
            }
            Search::Postcode(postcode) => {
                sql.push(" and c.postcode = ").push_bind(postcode.as_str().to_owned());
            }
            Search::Outcodes(outcodes) => {
                sql.push(" and c.outcode = any(").push_bind(outcodes.clone()).push(")");
            }
            Search::Words { all, .. } => match hits {
                Hits::InPlace => {
                    sql.push(" and c.id in (");
                    self.hits(sql, is_work, None);
                    sql.push(")");
                }
                Hits::Collected => {
                    sql.push(" and c.id in (select id from hit)");
                }
                Hits::RowByRow => {
                    sql.push(" and c.words @@ ").push_bind(all.clone()).push("::tsquery");
                }
            },
        }
    }

    /// Ids of contacts with these words, at most `most` of them, and of those with this number as CRN, MPRN or serial
    /// number.
    pub fn hits(&self, sql: &mut QueryBuilder<Postgres>, is_work: bool, most: Option<i64>) {
        let Search::Words { all, crn, mprn, msn } = self else { return };
        if is_work {
            sql.push("select open_with_words(").push_bind(all.clone()).push("::tsquery) as id");
        } else {
            sql.push("select contacts_with_words(").push_bind(all.clone()).push("::tsquery, ");
            sql.push_bind(most).push("::bigint) as id");
        }
        if let Some(crn) = crn {
            sql.push(" union select id from contact where crn = ").push_bind(crn.as_str().to_owned());
        }
        if let Some(mprn) = mprn {
            sql.push(" union select contacts_with_mprn(").push_bind(mprn.as_str().to_owned()).push(")");
        }
        if let Some(msn) = msn {
            // however it was spaced when it was typed; that it is none is said for the index, which leaves out the empty
            sql.push(" union select id from contact where msn <> '' and msn = ").push_bind(msn.as_str().to_owned());
        }
    }
}

/// The words typed, each as the beginning of a word, all of which must be there; nothing typed is special.
fn all_words(typed: &str) -> String {
    let words = fold(typed);
    if words.is_empty() {
        // only signs were typed: nothing has such a word
        return "'\u{1}'".to_owned();
    }
    // a longer word than any address has, or Postgres takes
    let short = |word: &String| word.chars().take(100).collect::<String>();
    words.iter().map(|word| format!("'{}':*", short(word))).collect::<Vec<_>>().join(" & ")
}
