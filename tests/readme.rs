//! The README says what the program does: its tables are held against the code.

use cms::contacts::lifecycle::Status;
use cms::help::statuses::lifecycle_markdown;

const README: &str = include_str!("../README.md");

#[test]
fn the_readmes_lifecycle_is_the_law() {
    let table = README.split("<!-- lifecycle -->").nth(1).unwrap().split("<!-- /lifecycle -->").next().unwrap().trim();
    assert!(table == lifecycle_markdown(), "the README should have:\n\n{}\n", lifecycle_markdown());
}

#[test]
fn the_readmes_limits_are_those_that_hold() {
    let table = README.split("<!-- limits -->").nth(1).unwrap().split("<!-- /limits -->").next().unwrap().trim();
    let held = cms::limits::table::markdown();
    assert!(table == held, "the README should have:\n\n{held}\n");
}

#[test]
fn the_readme_names_every_status_and_every_setting() {
    for status in Status::ALL {
        assert!(README.contains(&format!("| {} | {} |", status.code(), status.name())), "{status:?}");
    }
    let settings: Vec<&str> = include_str!("../src/config.rs")
        .split("env = \"")
        .skip(1)
        .map(|part| part.split('"').next().unwrap())
        .collect();
    assert!(settings.len() > 10);
    for setting in settings {
        assert!(README.contains(&format!("`{setting}`")), "{setting}");
    }
}

#[test]
fn the_readmes_pictures_are_there() {
    for picture in README
        .split("](")
        .skip(1)
        .map(|part| part.split(')').next().unwrap())
        .filter(|path| path.starts_with(".github/"))
    {
        assert!(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(picture).exists(), "{picture}");
    }
}
