//! Words that stand in one place each, and who may read them. A word that is found before somebody else's eyes is a leak.

use std::collections::HashMap;

/// Who may read a word.
#[derive(Debug, Clone)]
pub enum May {
    /// whoever knows of the contact
    Know(usize),
    /// who raised it, the CDSP and the facilitator
    Raiser(usize),
    /// who raised it, and who has to ring
    Ring(usize),
    /// who raised it, the CDSP, the facilitator, and the network that was asked
    Asked(usize, &'static str),
    Organisation(&'static str),
    Account(&'static str),
    /// its author and the facilitator
    Facilitator(&'static str),
}

#[derive(Default)]
pub struct Words {
    /// the word, in which field it stands, and who may read it
    known: HashMap<String, (&'static str, May)>,
}

const MARK: &[u8] = b"zq";
const LENGTH: usize = 12;
/// Telephone numbers have digits only: those of no real area.
const TELEPHONE: &[u8] = b"01632 ";

impl Words {
    pub fn new_one(&mut self, field: &'static str, may: May) -> String {
        let word = format!("zq{}", std::iter::repeat_with(fastrand::lowercase).take(LENGTH - 2).collect::<String>());
        self.known.insert(word.clone(), (field, may));
        word
    }

    pub fn new_telephone(&mut self, field: &'static str, may: May) -> String {
        let number = format!("01632 {:06}", fastrand::u32(0..1_000_000));
        self.known.insert(number.clone(), (field, may));
        number
    }

    pub fn count(&self) -> usize {
        self.known.len()
    }

    /// The fields whose words stand in these bytes and may not be read.
    pub fn leaks(&self, bytes: &[u8], may_read: impl Fn(&May) -> bool) -> Vec<(&'static str, &May)> {
        let small = bytes.to_ascii_lowercase();
        let starts = small.windows(2).enumerate().filter(|(_, pair)| *pair == MARK || *pair == &TELEPHONE[..2]);
        let found = starts.filter_map(|(at, _)| {
            let word = small.get(at..at + LENGTH)?;
            self.known.get(std::str::from_utf8(word).ok()?)
        });
        found.filter(|(_, may)| !may_read(may)).map(|(field, may)| (*field, may)).collect()
    }
}
