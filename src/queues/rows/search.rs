//! What the search box of a list looks for: CRNs, with whatever stands around them, a postcode or its first half, or words
//! that must all match, which may be a number of several kinds or the raiser's own reference.

use sqlx::{Postgres, QueryBuilder};

use crate::trade::crn_in_text::crns_in;
use crate::trade::postcode::outcodes;
use crate::trade::search_words::looked_for;
use crate::trade::{Crn, Mprn, Msn, Postcode};

/// What was typed into the search box.
#[derive(Debug)]
pub enum Search {
    Nothing,
    Crns(Vec<Crn>),
    Postcode(Postcode),
    /// the first halves of postcodes
    Outcodes(Vec<String>),
    /// words as Postgres looks for them, each a query; the same digits may be a CRN without its C, an MPRN and a serial number
    Words {
        all: Vec<String>,
        crn: Option<Crn>,
        mprn: Option<Mprn>,
        msn: Option<Msn>,
    },
}

impl Search {
    pub fn parse(q: &str) -> Search {
        if q.is_empty() {
            return Search::Nothing;
        }
        let crns = crns_in(q);
        if !crns.is_empty() {
            return Search::Crns(crns);
        }
        let (label, bare) = unlabelled(q);
        let crn = Crn::parse(bare).ok();
        if let (Some("crn"), Some(crn)) = (label, &crn) {
            Search::Crns(vec![crn.clone()])
        } else if let Ok(postcode) = Postcode::parse(bare) {
            Search::Postcode(postcode)
        } else if let Some(outcodes) = outcodes(bare) {
            Search::Outcodes(outcodes)
        } else {
            let (mprn, msn) = (Mprn::parse(bare).ok(), Msn::parse(bare).ok());
            // a word such as "serial" may be one of the address: it is taken for a label only before a number
            let words = if bare.contains(|c: char| c.is_ascii_digit()) { bare } else { q };
            Search::Words { all: looked_for(words), crn, mprn, msn }
        }
    }

    /// It is this contact that is asked for by its number, with or without its C.
    pub fn asks_for(&self, crn: &str) -> bool {
        match self {
            Search::Crns(crns) => crns.iter().any(|asked| asked.as_str() == crn),
            Search::Words { crn: asked, .. } => asked.as_ref().is_some_and(|asked| asked.as_str() == crn),
            Search::Nothing | Search::Postcode(_) | Search::Outcodes(_) => false,
        }
    }

    /// The words by which contacts are looked up, each a `tsquery`; nothing where the search asks for CRNs, or for nothing.
    /// A postcode is looked up by its halves, which are words of its contact.
    pub fn words(&self) -> Option<Vec<String>> {
        match self {
            Search::Nothing | Search::Crns(_) => None,
            Search::Postcode(postcode) => Some([postcode.outcode(), postcode.incode()].map(whole).to_vec()),
            Search::Outcodes(outcodes) => {
                Some(vec![outcodes.iter().map(|outcode| whole(outcode)).collect::<Vec<_>>().join(" | ")])
            }
            Search::Words { all, .. } => Some(all.clone()),
        }
    }

    /// What else than words is asked of a contact `c`.
    pub fn push(&self, sql: &mut QueryBuilder<Postgres>) {
        match self {
            Search::Nothing | Search::Words { .. } => {}
            Search::Crns(crns) => {
                let crns: Vec<String> = crns.iter().map(|crn| crn.as_str().to_owned()).collect();
                sql.push(" and c.crn = any(").push_bind(crns).push(")");
            }
            Search::Postcode(postcode) => {
                sql.push(" and c.postcode = ").push_bind(postcode.as_str().to_owned());
            }
            Search::Outcodes(outcodes) => {
                sql.push(" and c.outcode = any(").push_bind(outcodes.clone()).push(")");
            }
        }
    }

    /// Words are all that is asked for, or one of several things that it may be.
    pub fn is_of_words(&self) -> bool {
        matches!(self, Search::Words { .. })
    }

    /// It can't be a number.
    pub fn is_of_words_alone(&self) -> bool {
        matches!(self, Search::Words { crn: None, mprn: None, msn: None, .. })
    }

    /// Contacts with the number that was typed as CRN, MPRN or serial number, for a statement that has others: these columns.
    pub fn push_numbers(&self, sql: &mut QueryBuilder<Postgres>, columns: &str) {
        let Search::Words { crn, mprn, msn, .. } = self else { return };
        if let Some(crn) = crn {
            sql.push(format!(" union select {columns} from contact where crn = ")).push_bind(crn.as_str().to_owned());
        }
        if let Some(mprn) = mprn {
            sql.push(format!(" union select {columns} from contact where id in (select contacts_with_mprn("));
            sql.push_bind(mprn.as_str().to_owned()).push("))");
        }
        if let Some(msn) = msn {
            // however it was spaced when it was typed; that it is none is said for the index, which leaves out the empty
            sql.push(format!(" union select {columns} from contact where msn <> '' and msn = "))
                .push_bind(msn.as_str().to_owned());
        }
    }
}

/// A whole word as a `tsquery`.
fn whole(word: &str) -> String {
    format!("'{}'", word.to_lowercase())
}

/// What was typed without the signs around it and without what people write before a number: "MPRN: 9012345607." The
/// label comes in small letters.
fn unlabelled(q: &str) -> (Option<&'static str>, &str) {
    const LABELS: [&str; 9] = [
        "crn",
        "mprn",
        "msn",
        "meter serial number",
        "serial number",
        "postcode",
        "your reference",
        "own reference",
        "reference",
    ];
    let is_sign = |c: char| !c.is_alphanumeric();
    let bare = q.trim_matches(is_sign);
    let labelled = LABELS.into_iter().find_map(|label| {
        let rest = bare.get(label.len()..).filter(|rest| rest.starts_with(is_sign))?;
        bare[..label.len()].eq_ignore_ascii_case(label).then(|| (Some(label), rest.trim_start_matches(is_sign)))
    });
    labelled.unwrap_or((None, bare))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_with_what_stands_around_them() {
        for q in ["MPRN: 9012345607.", "“9012345607”", "mprn 9012 3456 07", "(9012345607)"] {
            assert!(matches!(Search::parse(q), Search::Words { mprn: Some(_), .. }), "{q}");
        }
        for q in ["LS1 4DY.", "(ls14dy)", "Postcode: LS1 4DY", "‘LS1 4DY’,"] {
            assert!(matches!(Search::parse(q), Search::Postcode(_)), "{q}");
        }
        for q in ["CRN 371598927", "crn: 371 598 927.", "C371598927 and C000000000", "#C371598927"] {
            assert!(matches!(Search::parse(q), Search::Crns(_)), "{q}");
        }
        assert!(matches!(Search::parse("Msn: G4A 0123456"), Search::Words { msn: Some(msn), .. }
            if msn.as_str() == "G4A0123456"));
        let Search::Words { all, .. } = Search::parse("Reference Lane") else { panic!() };
        assert_eq!(all, ["'reference':*", "('lane':* | ('ln'))"]);
    }
}
