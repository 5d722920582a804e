//! Why a file was not taken, in the sentence that stands beside its name.

use super::limits::{LONGEST_SIDE, MOST_BYTES, MOST_FILES};
use crate::trade::words::thousands;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileRefusal {
    Empty,
    TooBig,
    /// not a JPEG, a PNG or a PDF but this
    Other(&'static str),
    /// begins as a photo, but can't be read as one to its end
    BrokenPhoto,
    TooManyPixels,
    BrokenDocument,
    Encrypted,
    /// has scripts, programs or files inside, or leads to files elsewhere
    Active,
    /// the scanner, or our own test for what every scanner knows
    Infected,
    NoRoom,
}

/// Whether the name ends as that of a file that can be added.
fn is_named_as_ours(name: &str) -> bool {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    ending.is_some_and(|ending| matches!(&*ending, "jpg" | "jpeg" | "png" | "pdf"))
}

impl FileRefusal {
    /// A sentence that follows the file's name, in which one may have been promised another kind.
    pub fn says(self, name: &str) -> String {
        match self {
            FileRefusal::Empty => "is empty".to_owned(),
            FileRefusal::TooBig => format!("is larger than {} MB", MOST_BYTES / 1024 / 1024),
            FileRefusal::Other(kind) if is_named_as_ours(name) => {
                format!(
                    "is not what its name says: its content is {kind}. Save it anew as a photo (JPEG or PNG) or PDF and add that"
                )
            }
            FileRefusal::Other(kind) => format!("is {kind}. Only photos (JPEG or PNG) and PDF can be added"),
            FileRefusal::BrokenPhoto => {
                "can’t be read as a photo. It may be damaged; save it again and add it".to_owned()
            }
            FileRefusal::TooManyPixels => {
                let side = thousands(LONGEST_SIDE.into());
                format!("has too many pixels. A photo can be at most {side} pixels wide and high")
            }
            FileRefusal::BrokenDocument => {
                "can’t be read as a PDF. It may be damaged; save it again and add it".to_owned()
            }
            FileRefusal::Encrypted => "is protected with a password. Save it without one and add it".to_owned(),
            FileRefusal::Active => {
                "has scripts, or other files inside or elsewhere. Print it to a new PDF and add that".to_owned()
            }
            FileRefusal::Infected => "was refused by the virus check".to_owned(),
            FileRefusal::NoRoom => {
                format!(
                    "was not added: your organisation can add at most {MOST_FILES} photos and documents to a contact"
                )
            }
        }
    }

    /// A short word for the log.
    pub fn slug(self) -> &'static str {
        match self {
            FileRefusal::Empty => "empty",
            FileRefusal::TooBig => "too-big",
            FileRefusal::Other(_) => "other",
            FileRefusal::BrokenPhoto => "broken-photo",
            FileRefusal::TooManyPixels => "too-many-pixels",
            FileRefusal::BrokenDocument => "broken-document",
            FileRefusal::Encrypted => "encrypted",
            FileRefusal::Active => "active",
            FileRefusal::Infected => "infected",
            FileRefusal::NoRoom => "no-room",
        }
    }
}
