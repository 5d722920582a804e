//! Values of a list as people write them: by code, by words, by their beginning, or as the trade abbreviates them.

use crate::trade::text::plain_dashes;
use crate::trade::words::fold;

type Choice = (&'static str, &'static str);

/// How else a choice is written, by its words. All are compared as [`bare`] leaves them.
const ALSO: &[(&str, &[&str])] = &[
    ("Domestic", &["dom", "house", "household", "residential", "resi", "res"]),
    (
        "Industrial and commercial",
        &[
            "ic",
            "iandc",
            "candi",
            "indandcom",
            "indandcomm",
            "indcom",
            "industrial",
            "commercial",
            "nondomestic",
            "nondom",
            "nd",
            "business",
            "sme",
            "comm",
            "industrialcommercial",
            "commercialandindustrial",
            "commercialindustrial",
        ],
    ),
    ("Yes", &["y", "true"]),
    ("No", &["n", "false"]),
    ("Not known", &["u", "unk", "nk", "dk", "dontknow", "unsure", "notsure"]),
    ("New build, no postal address yet", &["newbuild", "newsite", "new"]),
    ("One of several dwellings behind one door", &["severaldwellings", "behindonedoor", "hmo"]),
    ("Known by another name or number", &["anothername", "othername", "renamed", "aka"]),
    ("Not in the address finder", &["notlisted", "notfound", "notinfinder"]),
    ("Meter removed", &["removed"]),
    ("Service, but no meter ever installed", &["notinstalled", "nometer", "neverinstalled"]),
    ("Could not tell", &["unknown", "unk", "nottold"]),
];

/// The fewest letters of a beginning that stands for the whole.
const SHORTEST: usize = 3;
/// The most choices that a sentence names.
const NAMED: usize = 8;

/// The code of the choice that is meant, if it can be but one.
pub fn meant(choices: &[Choice], typed: &str) -> Option<&'static str> {
    let typed = plain_dashes(typed.trim());
    let by_code = choices.iter().find(|(code, text)| {
        code.eq_ignore_ascii_case(&typed) || (!code.is_empty() && text.eq_ignore_ascii_case(&typed))
    });
    if let Some((code, _)) = by_code {
        return Some(code);
    }
    let typed = bare(&typed);
    let also = |text: &str| {
        let also = ALSO.iter().find(|(known, _)| *known == text).map_or(&[][..], |(_, also)| also);
        also.iter().map(|also| (*also).to_owned()).chain([bare(text)])
    };
    let named = |(code, text): &&Choice| {
        // also with its code beside it, as sentences of ours name it
        let code = bare(code);
        also(text).any(|text| text == typed || text.clone() + &code == typed || code.clone() + &text == typed)
    };
    let begins = |(_, text): &&Choice| typed.len() >= SHORTEST && bare(text).starts_with(&typed);
    only(choices.iter().filter(named)).or_else(|| only(choices.iter().filter(begins)))
}

fn only<'a>(mut found: impl Iterator<Item = &'a Choice>) -> Option<&'static str> {
    let (code, _) = found.next()?;
    found.next().is_none().then_some(*code)
}

/// What is taken, for a sentence: "Domestic (D) or Industrial and commercial (I)".
pub fn taken(choices: &[Choice]) -> String {
    let all: Vec<&Choice> = choices.iter().filter(|(code, _)| !code.is_empty()).collect();
    let named: Vec<String> = all
        .iter()
        .take(NAMED)
        .map(|(code, text)| {
            let says_itself = bare(text).starts_with(&bare(code)) && code.len() > 1 || bare(code) == "unknown";
            if says_itself { (*text).to_owned() } else { format!("{text} ({code})") }
        })
        .collect();
    if all.len() > NAMED {
        return format!("one of the {} of its list, such as {}", all.len(), named[..3].join(", "));
    }
    match named.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}

/// "Choose a reason: No site (N) or …".
pub fn ask(what: &str, choices: &[Choice]) -> String {
    format!("{what}: {}", taken(choices))
}

/// Letters and digits in small letters, "and" for "&".
fn bare(text: &str) -> String {
    fold(&text.replace(['&', '+'], " and ")).concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contacts::fields::visit::YES_NO;
    use crate::contacts::fields::{Field, Input, site};

    fn of(input: Input) -> Vec<Choice> {
        match input {
            Input::Radios(choices) | Input::Select(choices) => choices(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn the_words_of_the_trade_are_known() {
        let sectors = of(Field::MarketSector.input());
        for typed in [
            "D",
            "d",
            "Domestic",
            "dom",
            "DOM.",
            "domest",
            " domestic ",
            "Domestic (D)",
            "Dom (D)",
            "resi",
            "D - Domestic",
            "D: domestic",
            "ＤＯＭ",
        ] {
            assert_eq!(meant(&sectors, typed), Some("D"), "{typed}");
        }
        for typed in [
            "I",
            "I&C",
            "i & c",
            "I and C",
            "I+C",
            "IC",
            "I/C",
            "Industrial & Commercial",
            "industrial and commercial",
            "Ind & Com",
            "commercial",
            "Non-domestic",
            "non\u{2011}domestic",
            "Industrial/Commercial",
            "SME",
            "industrial",
        ] {
            assert_eq!(meant(&sectors, typed), Some("I"), "{typed}");
        }
        for typed in ["", "X", "do", "domestic and commercial", "&"] {
            assert_eq!(meant(&sectors, typed), None, "{typed}");
        }
        for (typed, code) in [("Y", "yes"), ("no", "no"), ("N", "no"), ("not known", "unknown"), ("Unknown", "unknown")]
        {
            assert_eq!(meant(&of(YES_NO), typed), Some(code), "{typed}");
        }
        for (typed, code) in
            [("new build", "NB"), ("nl", "NL"), ("Not in the finder", ""), ("not listed", "NL"), ("", "")]
        {
            assert_eq!(meant(&site::by_hand(), typed).unwrap_or_default(), code, "{typed}");
        }
    }

    #[test]
    fn what_is_taken_is_named() {
        assert_eq!(taken(&of(Field::MarketSector.input())), "Domestic (D) or Industrial and commercial (I)");
        assert_eq!(taken(&of(YES_NO)), "Yes, No or Not known");
        assert!(taken(&site::by_hand()).starts_with("New build, no postal address yet (NB), "));
    }
}
