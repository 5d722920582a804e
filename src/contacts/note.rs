//! Notes of one's own organisation on a contact, and whom they name.

use serde::Deserialize;
use time::OffsetDateTime;

use crate::trade::words::fold;
use crate::trade::working_time::show_time;

/// A note as colleagues read it.
#[derive(Debug, Clone, Deserialize)]
pub struct ContactNote {
    pub author: String,
    /// who said to be using a shared account
    pub used_by: String,
    pub body: String,
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}

impl ContactNote {
    pub fn by(&self) -> String {
        if self.used_by.is_empty() {
            self.author.clone()
        } else {
            format!("{} (used by {})", self.author, self.used_by)
        }
    }

    pub fn when(&self) -> String {
        show_time(self.at)
    }
}

/// Somebody of the organisation, whom a note may name.
#[derive(Debug, Clone)]
pub struct Colleague {
    pub id: i64,
    pub account: String,
    pub name: String,
    pub disabled: bool,
}

impl Colleague {
    /// How many words of what follows an `@` call this person, by account or by name; 0 for none.
    fn called(&self, words: &[String]) -> usize {
        [&self.account, &self.name]
            .map(|called| fold(called))
            .iter()
            .filter(|called| words.starts_with(called))
            .map(Vec::len)
            .max()
            .unwrap_or(0)
    }
}

/// Why a text names somebody who can't be told.
#[derive(Debug, PartialEq, Eq)]
pub enum Misnamed {
    Nobody(String),
    Several(String),
    Disabled(String),
}

/// Whom a text names with `@`: by account (`@ruth.pellew`) or by name (`@Ruth Pellew`). An `@` within a word, as in an
/// e-mail address, names nobody.
pub fn named(text: &str, colleagues: &[Colleague]) -> Result<Vec<i64>, Misnamed> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices('@') {
        let rest = &text[at + 1..];
        let within_a_word = text[..at].ends_with(char::is_alphanumeric);
        let first = rest.split_whitespace().next().filter(|_| rest.starts_with(char::is_alphanumeric));
        let Some(first) = first.filter(|_| !within_a_word) else { continue };
        let near: String = rest.chars().take(200).collect();
        let words = fold(&near);
        let longest = colleagues.iter().map(|one| one.called(&words)).max().unwrap_or(0);
        let called: Vec<&Colleague> =
            colleagues.iter().filter(|one| longest > 0 && one.called(&words) == longest).collect();
        match called[..] {
            // "@3pm" is a time
            [] if first.starts_with(char::is_numeric) => {}
            [] => {
                let plain = first.trim_end_matches(|c: char| !c.is_alphanumeric());
                return Err(Misnamed::Nobody(plain.to_owned()));
            }
            [one] if one.disabled => return Err(Misnamed::Disabled(one.name.clone())),
            [one] if found.contains(&one.id) => {}
            [one] => found.push(one.id),
            [one, ..] => return Err(Misnamed::Several(one.name.clone())),
        }
    }
    Ok(found)
}

impl Misnamed {
    /// Said at the field, to members of this organisation.
    pub fn says(&self, organisation: &str) -> String {
        match self {
            Misnamed::Nobody(called) => format!(
                "Nobody at {organisation} is called “@{called}”. Write the account or the whole name of a \
                 colleague after the @"
            ),
            Misnamed::Several(name) => {
                format!("{organisation} has several people called {name}. Write the account of the one you mean")
            }
            Misnamed::Disabled(name) => {
                format!("The account of {name} is disabled, so they would not be told. Name somebody else, or nobody")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colleagues() -> Vec<Colleague> {
        let one = |id, account: &str, name: &str| Colleague {
            id,
            account: account.to_owned(),
            name: name.to_owned(),
            disabled: id == 9,
        };
        vec![
            one(1, "cdsp.agent", "Nadia Farrow"),
            one(2, "cdsp.agent2", "Siân O’Neil"),
            one(3, "ruth", "Ruth Pellew"),
            one(4, "ruth.two", "Ruth Pellew Hart"),
            one(5, "jo.one", "Jo Smith"),
            one(6, "jo.two", "Jo Smith"),
            one(9, "gone", "Gil Rook"),
        ]
    }

    #[test]
    fn a_colleague_is_named_by_account_or_by_name() {
        for (text, expected) in [
            ("", vec![]),
            ("@cdsp.agent: can you ring?", vec![1]),
            ("Ask @Nadia Farrow.", vec![1]),
            ("(@nadia.farrow)", vec![1]),
            ("@cdsp.agent2 and @CDSP.Agent", vec![2, 1]),
            ("@Sian O'Neil", vec![2]),
            ("@Ruth Pellew said so", vec![3]),
            ("@Ruth Pellew Hart said so, not @ruth", vec![4, 3]),
            ("@jo.two @jo.two", vec![6]),
            ("mail amy@alder.example, @ 5, @3pm", vec![]),
        ] {
            assert_eq!(named(text, &colleagues()), Ok(expected), "{text}");
        }
    }

    #[test]
    fn who_cannot_be_told_is_said() {
        for (text, expected) in [
            ("@nadia: ring", Misnamed::Nobody("nadia".to_owned())),
            ("@amy.calder.", Misnamed::Nobody("amy.calder".to_owned())),
            ("@Jo Smith", Misnamed::Several("Jo Smith".to_owned())),
            ("@gone", Misnamed::Disabled("Gil Rook".to_owned())),
        ] {
            assert_eq!(named(text, &colleagues()), Err(expected), "{text}");
        }
    }
}
