//! One of a few that a person names, such as a colleague or a network: by its id, as a form sends it, by its name, by the
//! beginning of that, or by its initials ("NGN").

use super::words::fold;

/// The most that a sentence names.
const NAMED: usize = 8;
/// The fewest letters of a beginning that stands for the whole.
const SHORTEST: usize = 3;

/// The one that is meant, if it can be but one.
pub fn meant(choices: &[(i64, String)], typed: &str) -> Option<(i64, String)> {
    let typed = typed.trim();
    if let Ok(id) = typed.parse::<i64>() {
        return choices.iter().find(|(known, _)| *known == id).cloned();
    }
    let bare = fold(typed).concat();
    let only = |is_meant: &dyn Fn(&[String]) -> bool| {
        let mut found = choices.iter().filter(|(_, name)| is_meant(&fold(name)));
        found.next().filter(|_| found.next().is_none()).cloned()
    };
    let initials = |words: &[String]| words.iter().filter_map(|word| word.chars().next()).collect::<String>();
    only(&|words| !bare.is_empty() && (words.concat() == bare || words.len() > 1 && initials(words) == bare))
        .or_else(|| only(&|words| bare.len() >= SHORTEST && words.concat().starts_with(&bare)))
}

/// "Choose a network: Cadent or SGN".
pub fn ask(what: &str, choices: &[(i64, String)]) -> String {
    let names: Vec<&str> = choices.iter().map(|(_, name)| name.as_str()).collect();
    match names.as_slice() {
        [] => what.to_owned(),
        [first @ .., _] if first.len() >= NAMED => {
            format!("{what}: one of the {} of the list, such as {}", names.len(), names[..3].join(", "))
        }
        names => format!("{what}: {}", super::words::one_of(names)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn networks() -> Vec<(i64, String)> {
        let names = ["Cadent", "Northern Gas Networks", "SGN", "Wales & West Utilities", "Northern Pipes"];
        (1..).zip(names.map(str::to_owned)).collect()
    }

    #[test]
    fn one_is_named_by_id_name_beginning_or_initials() {
        for (typed, id) in [
            ("2", Some(2)),
            (" cadent ", Some(1)),
            ("NGN", Some(2)),
            ("WWU", Some(4)),
            ("wales and west", None),
            ("Wales & West", Some(4)),
            ("northern gas", Some(2)),
            ("northern", None),
            ("S", None),
            ("9", None),
            ("", None),
            ("-", None),
        ] {
            assert_eq!(meant(&networks(), typed).map(|(id, _)| id), id, "{typed}");
        }
        assert_eq!(ask("Choose", &networks()[..2]), "Choose: Cadent or Northern Gas Networks");
        let many: Vec<_> = (0..20).map(|n| (n, format!("N{n}"))).collect();
        assert_eq!(ask("Choose", &many), "Choose: one of the 20 of the list, such as N0, N1, N2");
    }
}
