//! Programs of other people that some tests run.

use std::io::Write;
use std::path::PathBuf;

/// Where this program is; none where there is none, except under CI, which must have it.
pub fn installed(program: &str) -> Option<PathBuf> {
    let named = std::env::var_os(program.to_uppercase()).map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/sbin".into()]).collect::<Vec<_>>();
    let found = named.or_else(|| folders.iter().map(|folder| folder.join(program)).find(|file| file.is_file()));
    if found.is_none() {
        assert!(std::env::var_os("CI").is_none(), "no {program}: run .ci/install browser");
        let said = format!("\n*** SKIPPED: no {program}, so its test proves nothing: run .ci/install browser ***\n\n");
        let _ = std::io::stderr().write_all(said.as_bytes());
    }
    found
}
