//! The floors of the house: each folder imports only what stands before it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Folders of src from ground to roof, and the files that stand in src itself.
#[rustfmt::skip]
const LAYERS: &[&str] = &[
    // what knows nothing of a request
    "trade", "trade/likeness", "typed", "csv", "address", "assets", "child", "clamd", "clock", "origins", "source", "error",
    "hash_line", "fair_line", "secret", "passwords", "secrets", "stamp", "seal", "sbom",
    // what the program is set up from
    "db", "cluster", "storage", "deadlines", "config", "presence", "answered", "at_once", "walks", "app", "paced",
    // who is signed in
    "session", "limits", "form", "upload", "download",
    // a contact: its law, its record, its writer
    "contacts/lifecycle", "contacts/fields", "contacts/types/*", "contacts/types", "contacts", "contacts/journal", "addresses", "addresses/import", "forms", "incoming",
    // what stands round every page
    "flash", "frame", "error_summary", "page", "even", "guard", "health",
    // what pages share
    "evidence", "drafts", "people", "texts",
    // pages
    "contacts/act", "contacts/log", "queues/filter", "queues/rows", "queues", "contacts/show",
    "bulk/sent", "bulk/read/uklink", "bulk/read/workbook/format", "bulk/read/workbook", "bulk/read", "bulk", "bulk/worker",
    "workload", "help", "notifications", "announcement", "feedback", "search", "jobs", "home",
    "trial/sample", "trial/mnc", "trial",
    // the program
    "routes", "site", "server", "boot", "bench/data", "bench/load", "bench/scenes", "bench", "bench/others", "bench/pgbench", "bench/size", "bench/addresses", "log", "command", "main", "lib",
];

/// A module by its path: `["contacts", "journal"]`.
type Module = Vec<String>;

fn modules(folder: &Path, found: &mut BTreeMap<Module, (PathBuf, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            modules(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let inner = path.strip_prefix(src()).unwrap().with_extension("");
            let mut module: Module = inner.iter().map(|part| part.to_str().unwrap().to_owned()).collect();
            if module.last().is_some_and(|last| last == "mod") {
                module.pop();
            }
            found.insert(module, (inner, fs::read_to_string(&path).unwrap()));
        }
    }
}

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The folder of a file, or the file itself where it stands in src.
fn folder(file: &Path) -> String {
    let folder = file.parent().unwrap().display().to_string();
    match folder.strip_prefix("contacts/types/") {
        // contact types know nothing of each other: they share a floor
        Some(_) => "contacts/types/*".to_owned(),
        None if folder.is_empty() => file.display().to_string(),
        None => folder,
    }
}

/// The text without comments and without its own tests.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod ").next().unwrap();
    text.lines().map(|line| line.split("//").next().unwrap()).collect::<Vec<_>>().join("\n")
}

/// Every path that the code takes from this crate: those of its imports, and those written out.
fn paths(code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let (mut rest, mut body) = (code, String::new());
    while let Some((before, after)) = rest.split_once("use ") {
        body += before;
        let line = before.rsplit('\n').next().unwrap().trim();
        if ["", "pub", "pub(super)", "pub(crate)"].contains(&line) {
            let (tree, after) = after.split_once(';').unwrap();
            expand("", &tree.split_whitespace().collect::<Vec<_>>().join(" "), &mut found);
            rest = after;
        } else {
            rest = after;
        }
    }
    body += rest;
    for start in ["crate::", "super::", "self::"] {
        for (at, _) in body.match_indices(start) {
            let is_start = !body[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':');
            let end = body[at..].find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'));
            if is_start {
                found.insert(body[at..end.map_or(body.len(), |end| at + end)].trim_end_matches(':').to_owned());
            }
        }
    }
    found.retain(|path| ["crate", "super", "self"].iter().any(|start| path.split("::").next() == Some(start)));
    found
}

/// The single paths of an import with braces.
fn expand(before: &str, tree: &str, found: &mut BTreeSet<String>) {
    let Some((stem, rest)) = tree.split_once('{') else {
        let path = tree.split(" as ").next().unwrap().trim();
        found.insert(format!("{before}{path}"));
        return;
    };
    let before = format!("{before}{}", stem.trim());
    let (mut depth, mut one) = (0, String::new());
    for c in rest.trim_end().strip_suffix('}').unwrap().chars().chain([',']) {
        match c {
            ',' if depth == 0 => {
                if !one.trim().is_empty() {
                    expand(&before, &std::mem::take(&mut one), found);
                }
                continue;
            }
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        one.push(c);
    }
}

/// The module in which a path of this one ends.
fn target<'a>(modules: &'a BTreeMap<Module, (PathBuf, String)>, from: &Module, path: &str) -> Option<&'a Path> {
    let mut parts: Vec<&str> = path.split("::").collect();
    let mut whole = match parts.remove(0) {
        "crate" => Module::new(),
        "self" => from.clone(),
        _ => from[..from.len() - 1].to_vec(),
    };
    for part in parts {
        if part == "super" {
            whole.pop();
        } else {
            whole.push(part.to_owned());
        }
    }
    (1..=whole.len()).rev().find_map(|end| modules.get(&whole[..end])).map(|(file, _)| file.as_path())
}

#[test]
fn a_folder_imports_only_what_stands_before_it() {
    let mut all = BTreeMap::new();
    modules(&src(), &mut all);
    let floor = |file: &Path| {
        let folder = folder(file);
        LAYERS.iter().position(|known| *known == folder).unwrap_or_else(|| panic!("{folder} has no floor in LAYERS"))
    };
    let mut wrong = Vec::new();
    for (module, (file, text)) in &all {
        let here = floor(file);
        for path in paths(&code(text)) {
            if let Some(other) = target(&all, module, &path)
                && floor(other) > here
            {
                wrong.push(format!("{}.rs imports {path}, which stands above it", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn imports_are_read_as_rust_reads_them() {
    let code = code(
        "//! use crate::no;\npub use crate::a::{self, b::{C, D}, e as f};\nuse super::g;\nfn x() { crate::h::i(self::j::K) }\n\
         #[cfg(test)]\nmod tests { use crate::l; }",
    );
    let read: Vec<String> = paths(&code).into_iter().collect();
    assert_eq!(
        read,
        ["crate::a::b::C", "crate::a::b::D", "crate::a::e", "crate::a::self", "crate::h::i", "self::j::K", "super::g"]
    );
}
