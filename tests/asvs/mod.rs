//! The requirements of OWASP ASVS 5.0.0, levels 1 and 2: each has a row in `requirements.txt` with a verdict and what proves it.
//! `cargo test asvs` holds the table against the sources and writes the report to `target/asvs.md`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

mod documents;
mod report;
mod rows;

use rows::{Row, Verdict, rows};

/// Sections of the standard with the level of each of their requirements; those of level 3 are no part of this.
const SECTIONS: &[(&str, &str)] = &[
    ("1.1", "22"),
    ("1.2", "1111122223"),
    ("1.3", "112222222223"),
    ("1.4", "222"),
    ("1.5", "123"),
    ("2.1", "122"),
    ("2.2", "112"),
    ("2.3", "12223"),
    ("2.4", "23"),
    ("3.1", "3"),
    ("3.2", "113"),
    ("3.3", "12223"),
    ("3.4", "11222233"),
    ("3.5", "11122333"),
    ("3.6", "3"),
    ("3.7", "22333"),
    ("4.1", "12233"),
    ("4.2", "23333"),
    ("4.3", "22"),
    ("4.4", "1222"),
    ("5.1", "2"),
    ("5.2", "112333"),
    ("5.3", "113"),
    ("5.4", "222"),
    ("6.1", "122"),
    ("6.2", "111111112222"),
    ("6.3", "11223333"),
    ("6.4", "112233"),
    ("6.5", "22222333"),
    ("6.6", "2223"),
    ("6.7", "33"),
    ("6.8", "2222"),
    ("7.1", "222"),
    ("7.2", "1111"),
    ("7.3", "22"),
    ("7.4", "11222"),
    ("7.5", "223"),
    ("7.6", "22"),
    ("8.1", "1233"),
    ("8.2", "1123"),
    ("8.3", "133"),
    ("8.4", "23"),
    ("9.1", "111"),
    ("9.2", "1222"),
    ("10.1", "22"),
    ("10.2", "223"),
    ("10.3", "22223"),
    ("10.4", "1111122222233333"),
    ("10.5", "22222"),
    ("10.6", "22"),
    ("10.7", "222"),
    ("11.1", "2233"),
    ("11.2", "22233"),
    ("11.3", "11233"),
    ("11.4", "1222"),
    ("11.5", "23"),
    ("11.6", "23"),
    ("11.7", "33"),
    ("12.1", "12233"),
    ("12.2", "11"),
    ("12.3", "22223"),
    ("13.1", "2333"),
    ("13.2", "222223"),
    ("13.3", "2233"),
    ("13.4", "1222233"),
    ("14.1", "22"),
    ("14.2", "12223333"),
    ("14.3", "122"),
    ("15.1", "12233"),
    ("15.2", "12233"),
    ("15.3", "1222222"),
    ("15.4", "3333"),
    ("16.1", "2"),
    ("16.2", "22222"),
    ("16.3", "2222"),
    ("16.4", "222"),
    ("16.5", "2223"),
    ("17.1", "23"),
    ("17.2", "22223333"),
    ("17.3", "22"),
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Number and level of every requirement of levels 1 and 2, in the standard's order.
fn pinned() -> Vec<(String, u8)> {
    let of = |(section, levels): &(&str, &str)| {
        let section = (*section).to_owned();
        let numbered: Vec<u8> = levels.bytes().map(|digit| digit - b'0').collect();
        numbered
            .into_iter()
            .enumerate()
            .filter(|(_, level)| *level < 3)
            .map(move |(at, level)| (format!("{section}.{}", at + 1), level))
            .collect::<Vec<_>>()
    };
    SECTIONS.iter().flat_map(of).collect()
}

#[test]
fn every_requirement_has_its_row_once() {
    let pinned = pinned();
    let of_level = |wanted: u8| pinned.iter().filter(|(_, level)| *level == wanted).count();
    assert_eq!((of_level(1), of_level(2)), (70, 183), "the standard's own totals");
    let found: Vec<(String, u8)> = rows().iter().map(|row| (row.number.to_owned(), row.level)).collect();
    let missing: Vec<_> = pinned.iter().filter(|one| !found.contains(one)).collect();
    assert!(missing.is_empty(), "no row for {missing:?}");
    assert_eq!(found, pinned, "a row is doubled, out of order, of another level or of no requirement");
}

/// Where the test of this path stands: a path that ends in `tests::name` is of the program's own file.
fn file_of(path: &str) -> Option<(PathBuf, &str)> {
    let (module, name) = path.rsplit_once("::")?;
    let (folder, module) = module.strip_suffix("::tests").map_or(("tests", module), |module| ("src", module));
    let place = root().join(folder).join(module.replace("::", "/"));
    // a file's tests may stand in a file of their own
    let places = [place.join("tests.rs"), place.with_extension("rs"), place.join("mod.rs")];
    places.into_iter().find(|place| place.exists()).map(|place| (place, name))
}

/// Whether this text has a test of this name that every run of the tests runs.
fn has_test(text: &str, name: &str) -> bool {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let starts = [format!("fn {name}("), format!("async fn {name}(")];
    lines.iter().enumerate().filter(|(_, line)| starts.iter().any(|start| line.starts_with(start))).any(|(at, _)| {
        let before: Vec<&&str> =
            lines[..at].iter().rev().take_while(|line| !line.is_empty() && **line != "}").collect();
        let is = |word: &str| before.iter().any(|line| line.starts_with("#[") && line.contains(word));
        is("test") && !is("ignore")
    })
}

#[test]
fn every_test_that_is_named_exists() {
    for row in rows() {
        for path in &row.tests {
            let Some((place, name)) = file_of(path) else { panic!("{}: no file for {path}", row.number) };
            assert!(has_test(&fs::read_to_string(&place).unwrap(), name), "{}: no test {path}", row.number);
        }
    }
    assert!(file_of("people::throttle::the_rules_are_written_once").is_some());
    let text =
        "#[tokio::test]\nasync fn one() {\n}\n\n#[test]\n#[ignore = \"slow\"]\nfn two() {\n}\n\nfn three() {\n}\n";
    assert!(has_test(text, "one") && !has_test(text, "two") && !has_test(text, "three") && !has_test(text, "four"));
}

/// Headings of the README, and the addresses of the help.
fn places() -> BTreeSet<String> {
    let readme = include_str!("../../README.md").lines().filter_map(|line| line.strip_prefix('#'));
    let headings = readme.map(|line| format!("README: {}", line.trim_start_matches('#').trim()));
    let help = ["/help", "/help/statuses", "/help/rules", "/help/limits"];
    headings.chain(help.map(str::to_owned)).collect()
}

#[test]
fn every_document_that_is_named_exists() {
    let places = places();
    for row in rows() {
        for place in &row.places {
            let is_there = places.contains(*place) || (!place.starts_with('/') && root().join(place).is_file());
            assert!(is_there, "{}: there is no {place}", row.number);
        }
    }
}

#[test]
fn a_verdict_has_what_it_needs() {
    for Row { number, verdict, asks, does, why, tests, places, .. } in rows() {
        assert!(asks.len() > 10, "{number} does not say what is asked");
        match verdict {
            Verdict::Holds => {
                assert!(!(tests.is_empty() && places.is_empty()), "{number} holds by nothing that is named");
                assert!(does.len() > 10 && why.is_empty(), "{number} does not say how it holds");
            }
            Verdict::Partly => {
                assert!(does.len() > 10 && why.len() > 10, "{number} does not say what holds and what does not");
            }
            Verdict::Missing | Verdict::Later | Verdict::Outside | Verdict::NotApplicable => {
                assert!(why.len() > 10, "{number} does not say why");
            }
        }
    }
}

#[test]
fn the_report_is_written() {
    let report = report::markdown();
    assert!(report.contains("| **All** | 253 |"), "{}", report.lines().take(40).collect::<Vec<_>>().join("\n"));
    let place = root().join("target");
    fs::create_dir_all(&place).unwrap();
    fs::write(place.join("asvs.md"), report).unwrap();
}

/// A file of the sources.
fn source(path: &str) -> String {
    fs::read_to_string(root().join(Path::new(path))).unwrap()
}
