//! The rules of the house, read off its source: what a reviewer would otherwise have to remember.

use std::fs;
use std::path::{Path, PathBuf};

/// Every file below a folder with this ending, with its text.
fn files(folder: &str, ending: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == ending) {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    assert!(!found.is_empty());
    found
}

fn name(path: &Path) -> String {
    path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap().display().to_string()
}

#[test]
fn the_heart_imports_nothing() {
    let law = include_str!("../src/contacts/lifecycle.rs");
    for word in ["use axum", "use askama", "use sqlx", "use crate", "crate::", "use time", "async "] {
        assert!(!law.contains(word), "lifecycle.rs has {word}");
    }
}

#[test]
fn only_the_journal_writes_status_and_history() {
    for (path, text) in files("src", "rs") {
        let name = name(&path);
        let writes = ["insert into contact_event", "insert into contact (", "update contact\n", "update contact set"];
        for write in writes.iter().filter(|write| text.contains(**write)) {
            assert!(name.starts_with("src/contacts/journal/"), "{name}: {write}");
        }
        for write in ["insert into referral", "update referral set answered", "update referral set closed"] {
            assert!(!text.contains(write) || name == "src/contacts/referral.rs", "{name}: {write}");
        }
        // the clock is asked in one place, so that tests and the trial can set it
        let clock = ["clock.rs", "session.rs"];
        assert!(
            !text.contains("OffsetDateTime::now_utc()")
                || clock.iter().any(|known| name.ends_with(known))
                || text.contains("#[cfg(test)]"),
            "{name} asks the machine for the time"
        );
    }
}

#[test]
fn sql_is_put_together_in_named_places_only() {
    for (path, text) in files("src", "rs") {
        let name = name(&path);
        let may = name == "src/db.rs"
            || name.starts_with("src/queues/rows/")
            || name.starts_with("src/cluster")
            || name.starts_with("src/bench/");
        assert!(may || !(text.contains("AssertSqlSafe") || text.contains("QueryBuilder")), "{name} puts SQL together");
    }
}

#[test]
fn templates_decide_nothing_dangerous() {
    for (path, text) in files("templates", "html") {
        let name = name(&path);
        for word in [
            "|safe",
            "| safe",
            "style=\"",
            "<style",
            "onclick",
            "onchange",
            "onsubmit",
            "javascript:",
            "<script>",
            "http://",
            "https://",
        ] {
            assert!(!text.contains(word), "{name} has {word}");
        }
        for (at, line) in text.lines().enumerate() {
            assert!(line.chars().count() <= 140, "{name}:{} has {} columns", at + 1, line.chars().count());
        }
    }
}

#[test]
fn a_template_belongs_to_the_room_of_its_name() {
    for (path, text) in files("src", "rs") {
        let room = name(&path);
        for part in text.split("#[template(path = \"").skip(1) {
            let template = part.split('"').next().unwrap();
            let place = template.trim_end_matches(".html");
            let folder = Path::new(place).parent().unwrap().display().to_string();
            let its_room = format!("src/{place}.rs");
            let its_folder = if folder.is_empty() { "src/".to_owned() } else { format!("src/{folder}") };
            assert!(room == its_room || room.starts_with(&its_folder), "{template} is drawn by {room}");
            assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join("templates").join(template).exists(), "{template}");
        }
    }
}

#[test]
fn every_file_says_what_it_is() {
    for folder in ["src", "tests"] {
        for (path, text) in files(folder, "rs") {
            assert!(text.starts_with("//! ") && !text.starts_with("//! stub"), "{}", name(&path));
            assert!(
                !["todo!", "unimplemented!", "FIXME"]
                    .iter()
                    .any(|word| text.contains(word) && !path.ends_with("house.rs")),
                "{}",
                name(&path)
            );
        }
    }
}
