//! Which passwords may be set: long ones that are not among the commonest, and do not hold what everybody knows of their
//! person, organisation or this service. No rules for their make-up, as NIST SP 800-63B says.

use std::sync::LazyLock;

use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;

use crate::secret::LONGEST_PASSWORD;

/// The least that a new password has, without a second factor.
pub const SHORTEST_PASSWORD: usize = 15;

/// Sorted prefixes of hashes; SOURCES.md says of what.
static COMMON: &[u8] = include_bytes!("common.bin");
const PREFIX: usize = 5;

/// Words of the trade and of this service.
const OURS: &[&str] = &[
    "xoserve",
    "correla",
    "mprn",
    "shipper",
    "supervisor",
    "facilitator",
    "contact",
    "meter",
    "trial",
    "password",
    "cdsp",
    "transporter",
    "referral",
    "gas",
    "cms",
    "login",
    "admin",
    "officer",
];

/// What a word of a name, or of the trade, may not make up more of than this share of a password, in parts of ten.
const MOST_KNOWN: usize = 5;

/// Small letters and digits alone, as people tell them apart.
fn folded(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric()).collect()
}

/// With the digits and signs that stand for letters turned back.
fn spelt_out(text: &str) -> String {
    let letters = text.chars().map(|c| match c {
        '0' => 'o',
        '1' | '!' | '|' => 'i',
        '3' | '€' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' | '+' => 't',
        '8' => 'b',
        c => c,
    });
    folded(&letters.collect::<String>())
}

fn is_listed(folded: &str) -> bool {
    let digest = Sha256::digest(folded);
    let looked_for = &digest[..PREFIX];
    let (mut low, mut high) = (0, COMMON.len() / PREFIX);
    while low < high {
        let middle = usize::midpoint(low, high);
        match COMMON[middle * PREFIX..][..PREFIX].cmp(looked_for) {
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Greater => high = middle,
            std::cmp::Ordering::Equal => return true,
        }
    }
    false
}

/// Names the list that this build has, in log lines.
pub fn version() -> String {
    static VERSION: LazyLock<String> = LazyLock::new(|| crate::secret::hex(&Sha256::digest(COMMON)[..4]));
    VERSION.clone()
}

/// Whether it is one of the commonest, or one of them with digits and signs around it, or twice.
pub fn is_common(password: &str) -> bool {
    let letters = password.trim_matches(|c: char| !c.is_alphabetic());
    let forms = [folded(password), spelt_out(password), folded(letters), spelt_out(letters)];
    forms.iter().any(|form| {
        let bare = form.trim_matches(|c: char| c.is_numeric());
        let half = form.get(..form.len() / 2).filter(|half| form.strip_prefix(half) == Some(half));
        let spelt_bare = spelt_out(bare);
        [Some(form.as_str()), Some(bare), Some(spelt_bare.as_str()), half].into_iter().flatten().any(is_listed)
    })
}

/// The parts of what is known of somebody that are long enough to be told apart.
fn parts<'a>(known: &'a [&'a str]) -> impl Iterator<Item = String> + 'a {
    let parts =
        known.iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric()).map(folded).chain([folded(text)]));
    parts.filter(|part| part.chars().count() >= 3)
}

/// The word that others would try first, if too much of the password is made of such words.
fn known_word(password: &str, known: &[&str]) -> Option<String> {
    static WORDS: LazyLock<Vec<String>> = LazyLock::new(|| OURS.iter().map(|word| (*word).to_owned()).collect());
    let mut words: Vec<String> = parts(known).chain(WORDS.iter().cloned()).collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let plain = folded(password);
    for form in [plain.clone(), spelt_out(password)] {
        let length = form.chars().count().max(1);
        let (mut rest, mut first, mut taken) = (form, None, 0);
        for word in &words {
            while let Some(at) = rest.find(word.as_str()) {
                rest.replace_range(at..at + word.len(), " ");
                taken += word.chars().count();
                first.get_or_insert_with(|| word.clone());
            }
        }
        // a year or a number beside it adds nothing
        let padding = rest.chars().filter(|c| c.is_numeric()).count();
        if first.is_some() && (taken + padding) * 10 >= length * MOST_KNOWN {
            return first;
        }
    }
    // a whole name is too much in any password
    words.into_iter().find(|word| word.chars().count() > 5 && plain.contains(word.as_str()))
}

/// Why a new password won’t do, in a sentence; `None` if it will. `known` is what is known of its person: account, name,
/// e-mail address, organisation and its code.
pub fn trouble(password: &str, known: &[&str]) -> Option<String> {
    if password.chars().count() < SHORTEST_PASSWORD {
        return Some(format!(
            "Use at least {SHORTEST_PASSWORD} characters; three or four words that don’t belong together do well"
        ));
    }
    if password.len() > LONGEST_PASSWORD {
        return Some("Use a shorter password".to_owned());
    }
    if is_common(password) {
        return Some("Many people use this password or one like it; use words that don’t belong together".to_owned());
    }
    if let Some(word) = known_word(password, known) {
        return Some(format!("Leave out “{word}”: it is the first thing that others would try"));
    }
    let small = password.to_lowercase().chars().take(100).collect::<String>();
    let mut words = OURS.to_vec();
    words.extend(known);
    if zxcvbn::zxcvbn(&small, &words).score() < zxcvbn::Score::Three {
        return Some("That would be guessed too soon; use words that don’t belong together".to_owned());
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const AMY: &[&str] = &["amy.calder", "Amy Calder", "amy@alder.example", "Alder Real Ltd", "ALD"];

    #[test]
    fn common_ones_are_refused_however_they_are_dressed_up() {
        for password in [
            "correcthorsebatterystaple",
            "Correct-Horse-Battery-Staple",
            "Password1234567!",
            "thisismypassword",
            "iloveyousomuch123",
            "thequickbrownfox",
            "ThisIsASecret123",
            "Th1sIs@Secret123",
            "lorem ipsum dolor",
            "tobeornottobethat",
            "To be, or not to be",
            "four gas meters hum",
            "aaaaaaaaaaaaaaaaaaaa",
            "P@ssw0rd12345678",
            "sunshinesunshine",
            "qwertyuiopasdfgh",
            "123456789012345",
            "1qaz2wsx3edc4rfv5tgb",
            "princess20262027",
        ] {
            assert!(trouble(password, AMY).is_some(), "{password}");
        }
    }

    #[test]
    fn what_is_known_of_somebody_is_refused_by_parts() {
        for password in [
            "alderrealltd2026",
            "ShipperAlphaXoserve",
            "4lderR3alLtd!2026",
            "amycalder amycalder",
            "calder-ald-2026-amy",
            "xoserve gas shipper",
            "Alder Real for ever",
            "supervisor of shippers",
        ] {
            let says = trouble(password, AMY);
            assert!(says.is_some(), "{password}");
        }
        assert!(trouble("velvet alderenergy stove", &["Alder Energy"]).is_some());
    }

    #[test]
    fn good_ones_are_taken() {
        for password in [
            "velvet otter climbs nine",
            "kettle-14-chars",
            "plum window orbit fleece",
            "tall grey engines whisper",
            "9 bright kettles drifting",
            "zß€ wolkig unter Moos",
            "marble ticket swims under",
        ] {
            assert_eq!(trouble(password, AMY), None, "{password}");
        }
    }

    #[test]
    fn long_ones_are_taken_up_to_an_end() {
        let long = |count: usize| "stove lemon cabin orbit ".chars().cycle().take(count).collect::<String>();
        for count in [64, 128, 1_024] {
            assert_eq!(trouble(&long(count), AMY), None, "{count}");
        }
        assert!(trouble(&long(1_025), AMY).is_some());
    }

    #[test]
    fn the_list_is_sorted_and_as_long_as_is_said() {
        let entries: Vec<_> = COMMON.chunks(PREFIX).collect();
        assert!(entries.len() >= 110_000 && COMMON.len() <= 600_000, "{}", entries.len());
        assert!(entries.windows(2).all(|pair| pair[0] < pair[1]));
        // one from the middle of each list
        assert!(["30secondstomars", "passwordpassword", "thequickbrownfox"].iter().all(|word| is_listed(word)));
    }
}
