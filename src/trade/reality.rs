//! Text that may be about something real: where a trial forbids it, the person is asked.
//!
//! Looked for are MPRNs with the right check digits outside the sample range ([`super::mprn::SYNTHETIC_BODIES`]), e-mail
//! addresses outside the domains that RFC 2606 and RFC 6761 reserve, and mobile numbers outside 07700 900000 to 900999,
//! which Ofcom keeps for drama. Names can't be told from invented ones.

use std::fmt;

use super::Mprn;

/// Something that looks real, as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doubt {
    Mprn(String),
    Email(String),
    Mobile(String),
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Doubt::Mprn(text) => write!(
                f,
                "{text} could be a real MPRN: its check digits are right, and it is not in the sample range, which begins with 90"
            ),
            Doubt::Email(text) => write!(
                f,
                "{text} could be a real e-mail address: invented ones end in example.com, example.org or example.net"
            ),
            Doubt::Mobile(text) => {
                write!(f, "{text} could be a real mobile number: invented ones are 07700 900000 to 07700 900999")
            }
        }
    }
}

/// What in a text could be real. A number is looked at as an MPRN if it has 8 to 10 digits: shorter ones are mostly
/// something else.
pub fn doubts(text: &str) -> Vec<Doubt> {
    let numbers = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| (8..=10).contains(&word.len()));
    let mprns = numbers.filter_map(mprn);
    let emails = text.split(|c: char| c.is_whitespace() || "<>()[],;:\"".contains(c)).filter_map(email);
    let phones = text.split(|c: char| !(c.is_ascii_digit() || " ()-+".contains(c))).filter_map(mobile);
    mprns.chain(emails).chain(phones).collect()
}

/// The doubt about a text that is known to be an MPRN, of any length.
pub fn mprn(text: &str) -> Option<Doubt> {
    Mprn::parse(text).ok().filter(|mprn| !mprn.is_synthetic()).map(|_| Doubt::Mprn(text.trim().to_owned()))
}

fn email(word: &str) -> Option<Doubt> {
    let word = word.trim_matches('.');
    let (name, domain) = word.split_once('@')?;
    let domain = domain.to_ascii_lowercase();
    let (rest, top) = domain.rsplit_once('.')?;
    if name.is_empty() || rest.is_empty() || top.len() < 2 {
        return None;
    }
    let second = rest.rsplit('.').next().unwrap_or(rest);
    let reserved = matches!(top, "example" | "test" | "invalid" | "localhost")
        || (second == "example" && matches!(top, "com" | "org" | "net"));
    (!reserved).then(|| Doubt::Email(word.to_owned()))
}

fn mobile(run: &str) -> Option<Doubt> {
    let digits: String = run.chars().filter(char::is_ascii_digit).collect();
    let national = match digits.strip_prefix("0044").or_else(|| digits.strip_prefix("44")) {
        Some(rest) if rest.starts_with('7') => format!("0{rest}"),
        _ => digits,
    };
    (national.len() == 11 && national.starts_with("07") && !national.starts_with("07700900"))
        .then(|| Doubt::Mobile(run.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_be_real_is_found_in_its_text() {
        let text = "Ring Pat on 07911 123456 or pat.doe@gmail.com about 3938424403, please.";
        let found: Vec<String> = doubts(text).iter().map(|doubt| format!("{doubt:?}")).collect();
        assert_eq!(found, [r#"Mprn("3938424403")"#, r#"Email("pat.doe@gmail.com")"#, r#"Mobile("07911 123456")"#]);
        for real in ["+44 7911 123456", "0044 7911123456", "(07911) 123-456", "a@b.co.uk.", "10140505"] {
            assert_eq!(doubts(real).len(), 1, "{real}");
        }
    }

    #[test]
    fn what_is_invented_or_is_something_else_is_left_alone() {
        for invented in [
            "07700 900123",
            "+44 7700 900 123",
            "01632 960001",
            "a@example.com",
            "a@site.example",
            "b@sub.example.org",
            "9000000006",
            "reading 01234",
            "UPRN 100012345678",
            "12345601x",
            "G4A12345601",
            "a @ b",
            "@home",
            "2026-11-24",
            "",
        ] {
            assert_eq!(doubts(invented), [], "{invented}");
        }
    }
}
