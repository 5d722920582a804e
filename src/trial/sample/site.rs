//! A site of the story, and texts about it.

use fastrand::Rng;

use crate::contacts::fields::{Details, Field};

/// A site, with what the texts about it name.
#[derive(Debug, Clone)]
pub struct StorySite {
    pub details: Details,
    pub ldz: &'static str,
    /// a meter point of the same street: the one that it is taken for, or mixed up with
    pub mprn: String,
}

impl StorySite {
    /// A text of its case with its names put in.
    pub fn says(&self, text: &str) -> String {
        text.replace("{street}", self.details.get(Field::Street))
            .replace("{town}", &title_case(self.details.get(Field::PostTown)))
            .replace("{msn}", self.details.get(Field::Msn))
            .replace("{mprn}", &self.mprn)
    }

    /// One of several texts.
    pub fn one(&self, rng: &mut Rng, texts: &[&str]) -> String {
        self.says(texts[rng.usize(..texts.len())])
    }
}

/// "NEWCASTLE UPON TYNE" as it is read: "Newcastle upon Tyne".
fn title_case(town: &str) -> String {
    let word = |word: &str| match word {
        "UPON" | "ON" => word.to_lowercase(),
        _ => word.chars().take(1).chain(word.chars().skip(1).flat_map(char::to_lowercase)).collect(),
    };
    town.split(' ').map(word).collect::<Vec<String>>().join(" ")
}
