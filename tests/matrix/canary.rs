//! Words that stand in one place each, and who may read them. A word that is found before somebody else's eyes is a leak.

use std::collections::HashMap;

use memchr::memmem;

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
    /// who may read the contact's words of this kind, but for the facilitator: photos and documents
    Look(Box<May>),
    Organisation(&'static str),
    /// the organisation, and the CDSP's officer who has to say yes to a role
    Officers(&'static str),
    Account(&'static str),
    /// the account and its organisation's supervisors
    Supervised(&'static str),
    /// its author and the facilitator
    Facilitator(&'static str),
    /// the CDSP and the facilitator
    SeesAll,
    /// whoever opens the site
    Everybody,
    Nobody,
}

#[derive(Default)]
pub struct Words {
    /// the word, in which field it stands, and who may read it
    known: HashMap<String, (&'static str, May)>,
}

/// How words begin, and how long they are: letters, telephone numbers of no real area, and MPRNs that are no one's.
const KINDS: [(&[u8], usize); 3] = [(b"zq", 12), (b"01632 ", 12), (b"908", 10)];

impl Words {
    /// A word that nothing else has; it is known once it is put in.
    pub fn fresh() -> String {
        format!("zq{}", std::iter::repeat_with(fastrand::lowercase).take(10).collect::<String>())
    }

    pub fn put(&mut self, word: String, field: &'static str, may: May) {
        self.known.insert(word, (field, may));
    }

    pub fn new_one(&mut self, field: &'static str, may: May) -> String {
        let word = Words::fresh();
        self.put(word.clone(), field, may);
        word
    }

    pub fn new_telephone(&mut self, field: &'static str, may: May) -> String {
        let number = format!("01632 {:06}", fastrand::u32(0..1_000_000));
        self.put(number.clone(), field, may);
        number
    }

    pub fn new_mprn(&mut self, field: &'static str, may: May) -> String {
        loop {
            let mprn = cms::trade::Mprn::from_body(fastrand::u64(90_800_000..90_900_000)).to_string();
            if !self.known.contains_key(&mprn) {
                self.put(mprn.clone(), field, may);
                return mprn;
            }
        }
    }

    pub fn count(&self) -> usize {
        self.known.len()
    }

    /// The words of these fields.
    pub fn of(&self, field: &str) -> Vec<String> {
        let mut words: Vec<String> =
            self.known.iter().filter(|(_, (of, _))| *of == field).map(|(word, _)| word.clone()).collect();
        words.sort();
        words
    }

    /// The words that stand in these bytes and may not be read, with their fields.
    pub fn leaks(&self, bytes: &[u8], may_read: impl Fn(&May) -> bool) -> Vec<(&str, &'static str, &May)> {
        let small = bytes.to_ascii_lowercase();
        let mut found = Vec::new();
        for (mark, length) in KINDS {
            for at in memmem::find_iter(&small, mark) {
                let word = small.get(at..at + length).and_then(|word| std::str::from_utf8(word).ok());
                if let Some((word, (field, may))) = word.and_then(|word| self.known.get_key_value(word))
                    && !may_read(may)
                {
                    found.push((word.as_str(), *field, may));
                }
            }
        }
        found
    }
}
