//! What the program is made of: crates of crates.io alone, each pinned by its checksum, and no unsafe code of ours.

mod advisories;
mod bill;

const LOCK: &str = include_str!("../../Cargo.lock");
const MANIFEST: &str = include_str!("../../Cargo.toml");

#[test]
fn every_crate_is_of_crates_io_and_pinned_by_its_checksum() {
    let mut count = 0;
    for package in LOCK.split("[[package]]").skip(1) {
        let value = |name: &str| {
            package
                .lines()
                .find_map(|line| line.strip_prefix(name)?.strip_prefix(" = "))
                .map(|text| text.trim_matches('"'))
        };
        let name = value("name").unwrap();
        if name == env!("CARGO_PKG_NAME") {
            assert_eq!(value("source"), None);
            continue;
        }
        count += 1;
        assert_eq!(value("source"), Some("registry+https://github.com/rust-lang/crates.io-index"), "{name}");
        assert_eq!(value("checksum").map(str::len), Some(64), "{name}");
    }
    assert!(count > 100);
}

#[test]
fn there_is_no_unsafe_code() {
    assert!(MANIFEST.contains("\nunsafe_code = \"forbid\"\n"));
}

/// Licences under which we may hand the program on.
const LICENCES: [&str; 14] = [
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Refuses a licence that is not among ours, whatever others it is offered under.
fn allowed(name: &str, licence: &str) {
    let plain = licence.replace("WITH LLVM-exception", "").replace(['(', ')', '/'], " ");
    for word in plain.split_whitespace().filter(|word| !["AND", "OR"].contains(word)) {
        assert!(LICENCES.contains(&word), "{name} is licensed as {licence}");
    }
}

#[test]
fn every_crate_has_a_licence_under_which_we_may_hand_it_on() {
    let output = std::process::Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--offline",
            "--locked",
            "--format-version",
            "1",
            "--filter-platform",
            "x86_64-unknown-linux-gnu",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() > 100);
    for package in packages {
        let text = |name: &str| package[name].as_str().unwrap_or("none");
        allowed(text("name"), text("license"));
        // what the bill of materials says of it is what it says of itself
        let line = format!(
            "{} {} {}
",
            text("name"),
            text("version"),
            text("license")
        );
        let is_ours = text("name") == env!("CARGO_PKG_NAME");
        assert!(
            is_ours || include_str!("../../src/sbom/licences.txt").contains(&line),
            "{line} is not in licences.txt"
        );
    }
}
