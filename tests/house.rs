//! The rules of the house, read off its source: what a reviewer would otherwise have to remember.

use std::fs;
use std::path::{Path, PathBuf};

use cms::contacts::lifecycle::{Action, Status};

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
    for (path, law) in files("src/contacts/lifecycle", "rs") {
        for word in ["use axum", "use askama", "use sqlx", "use crate", "crate::", "use time", "async "] {
            assert!(!law.contains(word), "{} has {word}", name(&path));
        }
    }
}

#[test]
fn only_the_journal_writes_status_and_history() {
    for (path, text) in files("src", "rs") {
        let name = name(&path);
        let writes = [
            "insert into contact_event",
            "insert into contact (",
            "update contact\n",
            "update contact c\n",
            "update contact set",
            "insert into referral",
            "update referral set answered",
            "update referral set closed",
        ];
        for write in writes.iter().filter(|write| text.contains(**write)) {
            assert!(name.starts_with("src/contacts/journal/"), "{name}: {write}");
        }
    }
}

#[test]
fn the_clock_is_asked_in_one_place() {
    // so that tests and the trial can set it; a file's own tests come last in it
    for (path, text) in files("src", "rs") {
        let code = text.split("#[cfg(test)]\nmod ").next().unwrap();
        let asks = code.contains("now_utc()") || code.contains("SystemTime::now()");
        assert!(!asks || name(&path) == "src/clock.rs", "{} asks the machine for the time", name(&path));
    }
}

#[test]
fn files_are_short() {
    let mut lengths: Vec<(usize, String)> =
        files("src", "rs").iter().map(|(path, text)| (text.lines().count(), name(path))).collect();
    lengths.sort_unstable();
    let median = lengths[lengths.len() / 2].0;
    assert!(median <= 110, "half of all files have more than {median} lines");
    let (longest, path) = lengths.last().unwrap();
    assert!(*longest <= 300, "{path} has {longest} lines: it is two things");
}

/// SQL that names statuses or actions, file by file, with the names.
#[rustfmt::skip]
const SPELLED: [(&str, &[&str]); 5] = [
    ("src/contacts/record.sql", &["ATCA", "SVDA", "SVDN", "add", "answer-visit", "close-no-reply", "log", "resolve-invalid", "resolve-valid", "withdraw"]),
    ("src/evidence/serve.rs", &["add", "answer-visit", "log"]),
    ("src/jobs.rs", &["DCAA", "DCRS"]),
    ("src/queues/rows/order.rs", &["AACA"]),
    ("src/workload/list.rs", &["answer-clarification", "answer-visit", "resolve-invalid", "resolve-valid"]),
];

#[test]
fn sql_that_names_statuses_or_actions_is_looked_at_when_one_is_new() {
    let names: Vec<&str> =
        Status::ALL.iter().map(|status| status.code()).chain(Action::ALL.iter().map(|action| action.slug())).collect();
    let mut found = Vec::new();
    for (path, text) in files("src", "rs").into_iter().chain(files("src", "sql")) {
        let mut here: Vec<&str> = names.iter().copied().filter(|name| text.contains(&format!("'{name}'"))).collect();
        here.sort_unstable();
        if !here.is_empty() {
            found.push((name(&path), here));
        }
    }
    found.sort();
    let spelled: Vec<(String, Vec<&str>)> =
        SPELLED.iter().map(|(path, names)| ((*path).to_owned(), names.to_vec())).collect();
    assert_eq!(found, spelled, "SQL names a status or an action elsewhere: add it to SPELLED");
    assert_eq!(
        (Status::ALL.len(), Action::ALL.len()),
        (8, 18),
        "a new status or action: see whether it belongs into the SQL of SPELLED, then count it here"
    );
}

#[test]
fn sql_is_put_together_in_named_places_only() {
    for (path, text) in files("src", "rs") {
        let name = name(&path);
        let may = name == "src/db/mod.rs"
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
            let place = Path::new(template).with_extension("");
            let its_room = format!("src/{}.rs", place.display());
            let its_folder = Path::new("src").join(place.parent().unwrap()).join("mod.rs").display().to_string();
            // what a failure looks like is drawn wherever it happened
            let is_error = template == "error.html" && room == "src/page.rs";
            assert!(room == its_room || room == its_folder || is_error, "{template} is drawn by {room}");
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

/// Matches on an action or a status that end in an arm for "all others", by line; read off the indents of rustfmt.
fn silent_arms(text: &str) -> Vec<usize> {
    let lines: Vec<&str> = text.lines().collect();
    let indent = |line: &str| line.len() - line.trim_start().len();
    let names_one = |line: &str| {
        let pattern = line.split("=>").next().unwrap_or_default();
        ["Action::", "Status::"].iter().any(|name| {
            pattern.match_indices(name).any(|(at, _)| !pattern[..at].ends_with(|c: char| c.is_alphanumeric()))
        })
    };
    let is_silent = |at: usize| {
        let deep = indent(lines[at]);
        let arms = lines[..at].iter().rev().take_while(|line| line.is_empty() || indent(line) >= deep);
        lines[at].trim_start().starts_with("_ =>")
            && arms.filter(|line| indent(line) == deep).any(|line| names_one(line))
    };
    (0..lines.len()).filter(|at| is_silent(*at)).map(|at| at + 1).collect()
}

#[test]
fn a_new_action_or_status_is_thought_about_everywhere() {
    assert_eq!(silent_arms("match a {\n    Action::Log => 1,\n    _ => 2,\n}\n"), [3]);
    assert!(silent_arms("match a {\n    StatusCode::OK => Action::Log,\n    _ => 2,\n}\n").is_empty());
    for (path, text) in files("src", "rs") {
        assert!(silent_arms(&text).is_empty(), "{}:{:?}: name the others", name(&path), silent_arms(&text));
        // the law's own files leave the enum's name out
        let is_law = name(&path).starts_with("src/contacts/lifecycle/");
        assert!(!(is_law && text.contains("_ =>")), "{}: name the others", name(&path));
    }
}

/// The sources of our scripts; what was vendored keeps to the policy of the pages.
fn scripts() -> Vec<(PathBuf, String)> {
    let ours = |path: &Path| !path.components().any(|part| part.as_os_str() == "node_modules");
    files(".frontend", "js").into_iter().filter(|(path, _)| ours(path)).collect()
}

#[test]
fn scripts_make_no_code_of_text() {
    let dangerous = [
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "new Function",
        "setTimeout(\"",
        "setInterval(\"",
        "window.postMessage",
        "createContextualFragment",
        "DOMParser",
        "srcdoc",
        "for (const key in",
        "__proto__",
        "importScripts",
    ];
    for (path, text) in scripts() {
        for word in dangerous {
            assert!(!text.contains(word), "{} has {word}", name(&path));
        }
        // tabs of one session hear each other on a channel that other sites can't reach, and parent windows nothing
        let speaks = text.matches("postMessage(").count();
        assert!(speaks == text.matches("tabs.postMessage(").count(), "{} speaks to a window", name(&path));
        // values are put into elements that a script has just made, never into what was read
        for (_, rest) in text.match_indices("Object.assign(").map(|(at, found)| (at, &text[at + found.len()..])) {
            let to = rest.split(',').next().unwrap_or_default();
            assert!(["document.createElement(name)", "picture", "stamp"].contains(&to), "{}: {to}", name(&path));
        }
    }
}

#[test]
fn scripts_keep_nothing_of_contacts_in_the_browser() {
    for (path, text) in scripts() {
        for word in ["localStorage", "indexedDB", "document.cookie", "caches."] {
            assert!(!text.contains(word), "{} has {word}", name(&path));
        }
        // the id of the field that had the focus, and nothing else
        let keeps: Vec<&str> = text.lines().filter(|line| line.contains("sessionStorage.setItem")).collect();
        assert!(
            keeps.iter().all(|line| line.trim() == "sessionStorage.setItem(KEPT, target.id)"),
            "{}: {keeps:?}",
            name(&path)
        );
    }
}

#[test]
fn password_fields_are_hidden_and_open_to_managers() {
    let mut found = 0;
    for (path, text) in files("templates", "html") {
        for input in text.split("<input").skip(1).map(|rest| rest.split('>').next().unwrap_or_default()) {
            if input.contains("type=\"password\"") {
                found += 1;
                assert!(input.contains("autocomplete=\"{{ autocomplete }}\""), "{}: {input}", name(&path));
            } else {
                assert!(!input.contains("name=\"password\""), "{}: {input}", name(&path));
            }
        }
    }
    assert_eq!(found, 1, "passwords are typed into one macro");
    for (path, text) in scripts() {
        assert!(!text.contains("password") || !text.contains("\"paste\""), "{} listens to pasting", name(&path));
    }
}
