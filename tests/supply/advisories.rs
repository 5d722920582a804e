//! The crates of both lock files against a snapshot of `RustSec`'s advisories: no hit without a reason and a date.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::Path;

use semver::{Version, VersionReq};

const SNAPSHOT: &str = include_str!("advisories.txt");
const LOCKS: [&str; 2] = [super::LOCK, include_str!("../../.fuzz/Cargo.lock")];

/// Advisories that hit us and that we live with for now: id, until when, why.
const EXCUSED: &[(&str, &str, &str)] = &[];

/// One advisory: it hits every version that neither list holds.
struct Advisory<'a> {
    id: &'a str,
    name: &'a str,
    fine: Vec<VersionReq>,
}

impl<'a> Advisory<'a> {
    fn read(line: &'a str) -> Self {
        let [id, name, patched, unaffected, what] =
            line.split('|').map(str::trim).collect::<Vec<_>>().try_into().unwrap_or_else(|_| panic!("{line}"));
        assert!(!what.is_empty(), "{line}");
        let ranges = [patched, unaffected].into_iter().flat_map(|list| list.split(';')).map(str::trim);
        let fine = ranges.filter(|range| !["", "-"].contains(range)).map(|range| VersionReq::parse(range).unwrap());
        Self { id, name, fine: fine.collect() }
    }

    fn hits(&self, name: &str, version: &Version) -> bool {
        self.name == name && !self.fine.iter().any(|range| range.matches(version))
    }
}

fn lines(start: &str) -> impl Iterator<Item = &'static str> {
    SNAPSHOT.lines().filter(move |line| line.starts_with(start))
}

/// Names that follow one of the words of the snapshot: `crates`, or `not looked up`.
fn names(word: &str) -> BTreeSet<&'static str> {
    lines(word).flat_map(|line| line[word.len()..].split_whitespace()).collect()
}

/// Every crate of the lock files with its version.
fn locked() -> BTreeSet<(&'static str, Version)> {
    let value = |package: &'static str, name: &str| {
        package.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(" = ")).unwrap().trim_matches('"')
    };
    let packages = LOCKS.into_iter().flat_map(|lock| lock.split("[[package]]").skip(1));
    packages
        .map(|package| (value(package, "name"), value(package, "version").parse().unwrap()))
        .filter(|(name, _)| !name.starts_with("cms"))
        .collect()
}

#[test]
fn no_crate_has_a_known_weakness_that_is_not_excused() {
    let advisories: Vec<_> = lines("RUSTSEC-").map(Advisory::read).collect();
    assert!(advisories.len() > 10);
    let mut hits = BTreeMap::new();
    for (name, version) in locked() {
        for advisory in advisories.iter().filter(|advisory| advisory.hits(name, &version)) {
            hits.insert(advisory.id, format!("{name} {version}"));
        }
    }
    let excused: BTreeSet<_> = EXCUSED.iter().map(|(id, ..)| *id).collect();
    let unexcused: Vec<_> = hits.iter().filter(|(id, _)| !excused.contains(*id)).collect();
    assert!(unexcused.is_empty(), "{unexcused:?}");
    for (id, until, why) in EXCUSED {
        assert!(hits.contains_key(id), "{id} hits nothing any more");
        assert!(
            until.len() == "2026-01-31".len() && why.split_whitespace().count() > 3,
            "{id} needs a date and a reason"
        );
    }
}

/// What the snapshot says of itself is true: each crate of the lock files was looked up, or is named as not looked up.
#[test]
fn the_snapshot_says_which_crates_it_covers() {
    let (looked_up, not) = (names("crates:"), names("not looked up:"));
    assert_eq!(lines("date: ").count(), 1);
    assert!(looked_up.is_disjoint(&not));
    for (name, _) in locked() {
        assert!(looked_up.contains(name) || not.contains(name), "{name} came after the snapshot: renew it (README)");
    }
    for advisory in lines("RUSTSEC-").map(Advisory::read) {
        assert!(looked_up.contains(advisory.name), "{}", advisory.name);
    }
}

#[test]
fn an_advisory_hits_what_neither_list_holds() {
    let advisory = Advisory::read("RUSTSEC-2000-0001 | gauge | >= 1.4.2, < 2.0.0; >= 2.1.0 | < 1.0.0 | words");
    for (version, is_hit) in
        [("0.9.9", false), ("1.0.0", true), ("1.4.1", true), ("1.4.2", false), ("2.0.3", true), ("2.1.0", false)]
    {
        assert_eq!(advisory.hits("gauge", &version.parse().unwrap()), is_hit, "{version}");
        assert!(!advisory.hits("gauges", &version.parse().unwrap()));
    }
    let never = Advisory::read("RUSTSEC-2000-0002 | gauge | - | - | nobody keeps it");
    assert!(never.hits("gauge", &"9.0.0".parse().unwrap()));
}

/// The lists of one advisory of the database, as the snapshot has them; nothing of one that was withdrawn.
fn taken(text: &str) -> Option<(String, String, String)> {
    let head = text.split("```toml").nth(1)?.split("```").next()?;
    let list = |name: &str| {
        let rest = head.split(&format!("\n{name} = [")).nth(1).unwrap_or("").split(']').next().unwrap_or("");
        let ranges: Vec<_> = rest.split('"').skip(1).step_by(2).collect();
        if ranges.is_empty() { "-".to_owned() } else { ranges.join("; ") }
    };
    let value = |name: &str| Some(head.split(&format!("\n{name} = \"")).nth(1)?.split('"').next()?.to_owned());
    let kind = value("informational").unwrap_or_else(|| "vulnerability".to_owned());
    value("withdrawn").is_none().then(|| (list("patched"), list("unaffected"), kind))
}

#[test]
fn an_advisory_of_the_database_is_taken_over() {
    let text = "```toml\n[advisory]\nid = \"RUSTSEC-2000-0001\"\ninformational = \"unsound\"\n\n[versions]\npatched = [\n    \
                \">= 1.4.2, < 2.0.0\",\n    \">= 2.1.0\",\n]\nunaffected = []\n```\n\n# Title\n";
    let lists = (">= 1.4.2, < 2.0.0; >= 2.1.0".to_owned(), "-".to_owned(), "unsound".to_owned());
    assert_eq!(taken(text), Some(lists));
    assert_eq!(taken(&text.replace("[versions]", "withdrawn = \"2001-01-01\"\n[versions]")), None);
}

/// Writes the snapshot anew from a clone of the database; sentences of ours about known advisories stay.
#[test]
#[ignore = "writes the snapshot anew: CMS_ADVISORY_DB names a clone of RustSec's advisory-db, CMS_ADVISORY_DATE its day"]
fn renew() {
    // named alone by .ci/advisories: among all ignored tests it has nothing to write from
    let Ok(clone) = std::env::var("CMS_ADVISORY_DB") else { return };
    let date = std::env::var("CMS_ADVISORY_DATE").unwrap();
    let said: BTreeMap<_, _> = lines("RUSTSEC-")
        .map(|line| (line.split(' ').next().unwrap(), line.rsplit('|').next().unwrap().trim()))
        .collect();
    let names: BTreeSet<_> = locked().into_iter().map(|(name, _)| name).collect();
    let mut text: String =
        SNAPSHOT.lines().filter(|line| line.starts_with('#')).fold(String::new(), |text, line| text + line + "\n");
    writeln!(text, "date: {date}").unwrap();
    for name in &names {
        writeln!(text, "crates: {name}").unwrap();
    }
    for name in names {
        let Ok(folder) = fs::read_dir(Path::new(&clone).join("crates").join(name)) else { continue };
        let mut files: Vec<_> = folder.map(|entry| entry.unwrap().path()).collect();
        files.sort();
        for file in files {
            let id = file.file_stem().unwrap().to_str().unwrap();
            let Some((patched, unaffected, kind)) = taken(&fs::read_to_string(&file).unwrap()) else { continue };
            let what = said.get(id).copied().unwrap_or(&kind);
            writeln!(text, "{id} | {name} | {patched} | {unaffected} | {what}").unwrap();
        }
    }
    fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/supply/advisories.txt"), text).unwrap();
}
