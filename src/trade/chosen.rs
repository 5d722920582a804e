//! One of a few that a person names, such as a colleague or a network: by its code, as a form sends it, by its name, by the
//! beginning of that, or by its initials ("NGN").

use super::words::fold;

/// The most that a sentence names.
const NAMED: usize = 8;
/// The fewest letters of a beginning that stands for the whole.
const SHORTEST: usize = 3;

/// One to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub id: i64,
    /// as a form sends it
    pub code: String,
    pub name: String,
}

/// The one that is meant, if it can be but one.
pub fn meant(choices: &[Choice], typed: &str) -> Option<Choice> {
    let typed = typed.trim();
    if let Some(exactly) = choices.iter().find(|choice| choice.code == typed) {
        return Some(exactly.clone());
    }
    let bare = fold(typed).concat();
    let only = |is_meant: &dyn Fn(&[String]) -> bool| {
        let mut found = choices.iter().filter(|choice| is_meant(&fold(&choice.name)));
        found.next().filter(|_| found.next().is_none()).cloned()
    };
    let initials = |words: &[String]| words.iter().filter_map(|word| word.chars().next()).collect::<String>();
    only(&|words| !bare.is_empty() && (words.concat() == bare || words.len() > 1 && initials(words) == bare))
        .or_else(|| only(&|words| bare.len() >= SHORTEST && words.concat().starts_with(&bare)))
}

/// "Choose a network: Cadent or SGN".
pub fn ask(what: &str, choices: &[Choice]) -> String {
    let names: Vec<&str> = choices.iter().map(|choice| choice.name.as_str()).collect();
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

    fn choice(id: i64, name: &str) -> Choice {
        Choice { id, code: format!("code {id}"), name: name.to_owned() }
    }

    fn networks() -> Vec<Choice> {
        let names = ["Cadent", "Northern Gas Networks", "SGN", "Wales & West Utilities", "Northern Pipes"];
        (1..).zip(names).map(|(id, name)| choice(id, name)).collect()
    }

    #[test]
    fn one_is_named_by_code_name_beginning_or_initials() {
        for (typed, id) in [
            ("code 2", Some(2)),
            ("2", None),
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
            assert_eq!(meant(&networks(), typed).map(|one| one.id), id, "{typed}");
        }
        assert_eq!(ask("Choose", &networks()[..2]), "Choose: Cadent or Northern Gas Networks");
        let many: Vec<_> = (0..20).map(|n| choice(n, &format!("N{n}"))).collect();
        assert_eq!(ask("Choose", &many), "Choose: one of the 20 of the list, such as N0, N1, N2");
    }
}
