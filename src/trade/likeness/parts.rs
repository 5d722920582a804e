//! What tells a dwelling from its neighbours, taken apart however it was put into fields: unit, number, name, plot.

use std::fmt;

use super::canonical::{canonical, is_number, join};
use super::site::Site;

/// Canonical words; empty where the address has none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dwelling {
    /// "flat", "unit", "room"; empty without a unit
    pub kind: String,
    /// "3", "3b", "2/1", "ground floor"
    pub unit: String,
    /// "kiln house"
    pub name: String,
    /// "7", "7a", "7-9"
    pub number: String,
    pub plot: String,
}

/// Words before the mark of a part of a building.
const KINDS: &[&str] = &["flat", "unit", "room", "suite", "studio", "shop", "office", "maisonette"];
/// Words that lead from one part of an address to the next, and say nothing by themselves.
const FLOORS: &[&str] = &["ground", "first", "second", "third", "top", "lower", "upper", "basement", "floor", "garden"];

impl Dwelling {
    pub fn of(site: &Site<'_>) -> Dwelling {
        let mut found = Dwelling { number: number(site.number), ..Dwelling::default() };
        if found.number.is_empty()
            && let Some((first, _)) = site.street.trim().split_once([' ', ','])
            && is_number(&first.to_lowercase())
        {
            found.number = number(first);
        }
        found.read_plot(site.plot);
        let sub = canonical(site.sub_building);
        if is_mark(&sub) || sub.split(' ').all(is_mark) && !sub.is_empty() {
            // "3" as a sub-building is a flat
            (found.kind, found.unit) = ("flat".to_owned(), sub.replace(' ', "/"));
        } else {
            found.read(&sub);
        }
        found.read(&canonical(site.building));
        found
    }

    fn read_plot(&mut self, plot: &str) {
        let plot = canonical(plot);
        self.plot = plain(plot.strip_prefix("plot ").unwrap_or(&plot));
    }

    /// Reads words of which it is not known what they are.
    fn read(&mut self, words: &str) {
        let words: Vec<&str> = words.split(' ').filter(|word| !word.is_empty()).collect();
        let mut rest: Vec<&str> = Vec::new();
        let mut at = 0;
        while at < words.len() {
            let (word, next) = (words[at], words.get(at + 1).copied().unwrap_or_default());
            at += 1;
            if word == "plot" && is_mark(next) && self.plot.is_empty() {
                self.plot = plain(next);
                at += 1;
            } else if KINDS.contains(&word) && self.unit.is_empty() && (is_mark(next) || next.len() == 1) {
                word.clone_into(&mut self.kind);
                self.unit = plain(next);
                at += 1;
                // "flat 2/1"
                if words.get(at).is_some_and(|more| more.bytes().all(|byte| byte.is_ascii_digit()))
                    && words.len() == at + 1
                {
                    self.unit = format!("{}/{}", self.unit, plain(words[at]));
                    at += 1;
                }
            } else if KINDS.contains(&word) && self.unit.is_empty() && rest.iter().any(|word| FLOORS.contains(word)) {
                // "ground floor flat"
                word.clone_into(&mut self.kind);
                self.unit = std::mem::take(&mut rest).join(" ");
            } else if is_number(word) && self.number.is_empty() {
                self.number = number(word);
            } else if is_number(word) && self.unit.is_empty() && self.number != number(word) {
                // "3 Kiln House" beside a number
                (self.kind, self.unit) = ("flat".to_owned(), plain(word));
            } else if !is_number(word) || self.number != number(word) {
                rest.push(word);
            }
        }
        self.name = join(&[&self.name, &rest.join(" ")]);
    }

    /// See [`Site::premises_key`].
    pub fn premises_key(&self) -> String {
        let digits: String = self.number.chars().take_while(char::is_ascii_digit).collect();
        [&digits, &self.name, &self.unit, &self.plot]
            .into_iter()
            .find(|key| !key.is_empty())
            .cloned()
            .unwrap_or_default()
    }

    /// Known by its plot alone: the house has no postal address yet.
    pub fn is_plot_alone(&self) -> bool {
        !self.plot.is_empty() && self.number.is_empty() && self.name.is_empty()
    }

    /// Its unit, if it has one, is where people live; a unit is often a flat.
    pub fn is_home(&self) -> bool {
        ["flat", "unit", "studio", "maisonette"].contains(&self.kind.as_str())
    }

    /// As people write it: "Flat 3", "ground floor flat".
    pub fn unit_words(&self) -> String {
        if self.unit.contains("floor") || self.unit == "basement" {
            return format!("{} {}", self.unit, self.kind);
        }
        format!("{} {}", self.kind, self.unit)
    }
}

impl fmt::Display for Dwelling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = if self.unit.is_empty() { String::new() } else { format!("{} {}", self.kind, self.unit) };
        let plot = if self.plot.is_empty() { String::new() } else { format!("plot {}", self.plot) };
        f.write_str(&join(&[&unit, &self.name, &self.number, &plot]))
    }
}

/// What may follow "flat" or "plot": a number, or one with a letter before it ("b4").
fn is_mark(word: &str) -> bool {
    is_number(word) || (word.len() > 1 && word.as_bytes()[0].is_ascii_lowercase() && is_number(&word[1..]))
}

/// A building number in one form: "No 07 A" is "7a", "12 - 14" is "12-14".
fn number(typed: &str) -> String {
    let words = canonical(typed);
    words.split(' ').filter(|word| !word.is_empty()).map(plain).collect::<Vec<_>>().join("-")
}

fn plain(word: &str) -> String {
    let short = word.trim_start_matches('0');
    if short.starts_with(|c: char| c.is_ascii_digit()) { short.to_owned() } else { word.to_owned() }
}
