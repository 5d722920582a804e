//! The table as it stands in `requirements.txt`: rows parted by empty lines, each a line with number, level and verdict, and
//! lines that begin with what they say.

/// What became of a requirement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Holds,
    Partly,
    Missing,
    /// work that is planned
    Later,
    /// somebody else's, who runs the service
    Outside,
    NotApplicable,
}

impl Verdict {
    pub const ALL: [Verdict; 6] =
        [Verdict::Holds, Verdict::Partly, Verdict::Missing, Verdict::Later, Verdict::Outside, Verdict::NotApplicable];

    pub fn word(self) -> &'static str {
        match self {
            Verdict::Holds => "holds",
            Verdict::Partly => "partly",
            Verdict::Missing => "missing",
            Verdict::Later => "later",
            Verdict::Outside => "outside",
            Verdict::NotApplicable => "n/a",
        }
    }
}

#[derive(Debug, Clone)]
pub struct Row {
    pub number: &'static str,
    pub level: u8,
    pub verdict: Verdict,
    /// the requirement in our words
    pub asks: &'static str,
    /// what we do
    pub does: &'static str,
    /// why it does not apply, or does not hold yet
    pub why: &'static str,
    pub tests: Vec<&'static str>,
    /// headings of the README, pages of the help, and files in which it is read
    pub places: Vec<&'static str>,
}

/// Titles of the chapters, in order.
pub fn chapters() -> Vec<&'static str> {
    TABLE.lines().filter_map(|line| line.strip_prefix("## ")).collect()
}

const TABLE: &str = include_str!("requirements.txt");

pub fn rows() -> Vec<Row> {
    TABLE.split("\n\n").filter(|part| part.starts_with(|c: char| c.is_ascii_digit())).map(row).collect()
}

fn row(part: &'static str) -> Row {
    let mut lines = part.lines();
    let head: Vec<&str> = lines.next().unwrap().split(' ').collect();
    let [number, level, verdict] = head[..] else { panic!("{head:?}") };
    let verdict = Verdict::ALL.into_iter().find(|known| known.word() == verdict);
    let mut row = Row {
        number,
        level: level.strip_prefix('L').and_then(|level| level.parse().ok()).unwrap_or_else(|| panic!("{head:?}")),
        verdict: verdict.unwrap_or_else(|| panic!("{head:?}")),
        asks: "",
        does: "",
        why: "",
        tests: Vec::new(),
        places: Vec::new(),
    };
    for line in lines {
        let (name, value) = line.split_once(": ").unwrap_or_else(|| panic!("{number}: {line}"));
        match name {
            "asks" => row.asks = value,
            "does" => row.does = value,
            "why" => row.why = value,
            "test" => row.tests.push(value),
            "see" => row.places.push(value),
            _ => panic!("{number}: {line}"),
        }
    }
    row
}
