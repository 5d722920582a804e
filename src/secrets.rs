//! Secrets: from the environment, or from a file that the environment names. Never from the command line, where everybody
//! on the machine reads them.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// Settings that hold a password or a key.
pub const SECRETS: [&str; 6] = [
    "DATABASE_URL",
    "CMS_PAGES_URL",
    "CMS_SEALING_KEYS",
    "CMS_TRIAL_PASSWORD",
    "CMS_S3_ACCESS_KEY",
    "CMS_S3_SECRET_KEY",
];

/// Refuses, in a sentence, secrets that can't be read or that others can read too.
pub fn check() -> Result<(), String> {
    SECRETS.iter().try_for_each(|name| read(name).map(drop))
}

/// The secret of this name, once [`check`] has looked at it.
pub fn secret(name: &str) -> Option<String> {
    read(name).ok().flatten()
}

fn read(name: &str) -> Result<Option<String>, String> {
    let value = as_text(name, std::env::var_os(name))?;
    let setting = format!("{name}_FILE");
    let Some(file) = std::env::var_os(&setting).filter(|file| !file.is_empty()) else { return Ok(value) };
    if value.is_some() {
        return Err(format!("Both {name} and {setting} are set: set one of them."));
    }
    let credentials = std::env::var_os("CREDENTIALS_DIRECTORY");
    from_file(Path::new(&file), credentials.as_ref().map(Path::new))
        .map(Some)
        .map_err(|says| format!("{setting}: {says}"))
}

/// A setting that can't be read must not count as none: a lost address of the database would start a trial.
fn as_text(name: &str, value: Option<OsString>) -> Result<Option<String>, String> {
    let text = value.map(OsString::into_string).transpose().map_err(|_| format!("{name} is not written in UTF-8."))?;
    Ok(text.filter(|text| !text.is_empty()))
}

/// What the file holds, without the end of its line.
fn from_file(file: &Path, credentials: Option<&Path>) -> Result<String, String> {
    let shown = file.display();
    let unread = |error: io::Error| format!("{shown} can’t be read: {error}.");
    // a pipe would be waited for
    if !fs::metadata(file).map_err(unread)?.is_file() {
        return Err(format!("{shown} is not a file."));
    }
    let mut opened = File::open(file).map_err(unread)?;
    // of what is open, since another file may stand at this path by now
    let found = opened.metadata().map_err(unread)?;
    // systemd hands its credentials over in a folder that only the service enters, where a group may read them
    let open = if credentials.is_some_and(|folder| file.starts_with(folder)) { 0o037 } else { 0o077 };
    if found.mode() & open != 0 {
        return Err(format!("{shown} can be read by other accounts of this machine: run chmod 600 {shown}."));
    }
    if ![0, rustix::process::geteuid().as_raw()].contains(&found.uid()) {
        return Err(format!("{shown} belongs to another account, which could change it."));
    }
    let mut text = String::new();
    opened.read_to_string(&mut text).map_err(unread)?;
    let text = text.strip_suffix('\n').map_or(text.as_str(), |text| text.strip_suffix('\r').unwrap_or(text));
    if text.is_empty() { Err(format!("{shown} is empty.")) } else { Ok(text.to_owned()) }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_setting_that_is_no_text_is_not_taken_for_none() {
        use std::os::unix::ffi::OsStringExt;
        let broken = OsString::from_vec(vec![b'p', 0xff]);
        assert_eq!(as_text("DATABASE_URL", Some(broken)), Err("DATABASE_URL is not written in UTF-8.".to_owned()));
        assert_eq!(as_text("DATABASE_URL", Some(OsString::new())), Ok(None));
        assert_eq!(as_text("DATABASE_URL", None), Ok(None));
        assert_eq!(as_text("DATABASE_URL", Some("x".into())), Ok(Some("x".to_owned())));
    }

    #[test]
    fn a_file_that_others_can_read_is_refused() {
        let folder = std::env::temp_dir().join(format!("cms-secret-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join("secret");
        fs::write(&file, "four gas meters hum\n").unwrap();
        for (mode, alone, credential) in [
            (0o600, true, true),
            (0o400, true, true),
            (0o440, false, true),
            (0o640, false, true),
            (0o444, false, false),
            (0o660, false, false),
            (0o604, false, false),
        ] {
            fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
            for (folder, is_fine) in
                [(None, alone), (Some(folder.as_path()), credential), (Some(Path::new("/nowhere")), alone)]
            {
                match from_file(&file, folder) {
                    Ok(text) => assert!(is_fine && text == "four gas meters hum", "{mode:o}"),
                    Err(says) => assert!(!is_fine && says.contains("chmod 600"), "{mode:o}: {says}"),
                }
            }
        }
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(&file, "\n").unwrap();
        assert!(from_file(&file, None).unwrap_err().contains("is empty"));
        assert!(from_file(&folder, None).unwrap_err().contains("not a file"));
        fs::remove_dir_all(&folder).unwrap();
        assert!(from_file(&file, None).unwrap_err().contains("can’t be read"));
    }
}
