//! The file that is imported: how it is known again, and what its first line says of its columns.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::addresses::AddressLines;
use super::kind::ImportKind;
use super::line::text;
use super::lines::Lines;
use super::postcodes::PostcodeLines;
use crate::error::CommandError;

/// Bytes of the file's beginning by which it is known again.
const HEAD: usize = 65_536;

/// A file, as it is recognised.
pub struct ImportFile {
    pub path: PathBuf,
    pub name: String,
    pub size: i64,
    /// hash of its beginning
    pub head: String,
}

impl ImportFile {
    pub fn open(path: &Path) -> Result<ImportFile, CommandError> {
        let cannot = |error: std::io::Error| CommandError(format!("{} can’t be read: {error}", path.display()));
        let mut file = File::open(path).map_err(cannot)?;
        let size = i64::try_from(file.metadata().map_err(cannot)?.len()).unwrap_or(i64::MAX);
        let mut head = Vec::new();
        file.by_ref().take(HEAD as u64).read_to_end(&mut head).map_err(cannot)?;
        let head = Sha256::digest(&head).iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(ImportFile { path: path.to_owned(), name, size, head })
    }

    /// What the columns mean, and at which byte and line the data begin: after the header, if there is one.
    pub fn columns(&self, kind: ImportKind) -> Result<(Lines, (i64, i64)), CommandError> {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_path(&self.path);
        let reader = reader.as_mut().map_err(|error| CommandError(error.to_string()))?;
        let mut first = csv::ByteRecord::new();
        reader.read_byte_record(&mut first).map_err(|error| CommandError(error.to_string()))?;
        let cells: Vec<String> = first.iter().map(text).collect();
        let (lines, has_header) = match kind {
            ImportKind::Addresses => {
                let (lines, has_header) = AddressLines::of(&cells).map_err(CommandError)?;
                (Lines::Addresses(lines), has_header)
            }
            ImportKind::Postcodes => (Lines::Postcodes(PostcodeLines::of(&cells).map_err(CommandError)?), true),
        };
        let after = i64::try_from(reader.position().byte()).unwrap_or_default();
        Ok((lines, if has_header { (after, 1) } else { (0, 0) }))
    }
}
