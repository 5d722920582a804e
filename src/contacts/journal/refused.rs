//! Why the writer did nothing.

use crate::contacts::evidence::MOST_FILES;
use crate::contacts::lifecycle::Refusal;
use crate::error::{AppError, constraint};

/// Why nothing was done.
#[derive(Debug)]
pub enum Refused {
    /// the law says no
    Law(Refusal),
    /// somebody else was first
    Overtaken,
    WasReset,
    /// the colleague is not an active member of the organisation that has the contact, or has it already
    NoSuchColleague,
    /// the organisation to be asked has nobody to answer
    NobodyThere,
    /// the MPRN is in the register already
    MprnTaken,
    /// the contact has its PSC already
    HasPsc,
    /// neither a remark nor a file
    NothingAdded,
    /// the form has made its contact already
    LoggedAlready,
    Failed(AppError),
}

impl From<sqlx::Error> for Refused {
    fn from(error: sqlx::Error) -> Self {
        match constraint(&error) {
            Some("contact_event_pkey" | "referral_pkey" | "one_referral_is_open_at_a_time") => Refused::Overtaken,
            Some("mprn_is_in_the_register") => Refused::MprnTaken,
            Some("contact_has_its_psc_already") => Refused::HasPsc,
            Some("ten_files_a_contact" | "one_file_a_place") => Refused::Failed(AppError::Conflict(
                format!(
                    "Your organisation can add at most {MOST_FILES} photos and documents to a contact, and others were added since. \
                     Go back, remove some, and send the form again."
                )
                .into(),
            )),
            Some("a_form_makes_one_contact") => Refused::LoggedAlready,
            _ => Refused::Failed(error.into()),
        }
    }
}

/// For a page that has no place of its own to say it.
impl From<Refused> for AppError {
    fn from(refused: Refused) -> Self {
        let says = match refused {
            Refused::Law(Refusal::NotYours) => {
                return AppError::Forbidden("This contact is not yours to act on.".into());
            }
            Refused::WasReset => return AppError::WasReset,
            Refused::Failed(error) => return error,
            Refused::Law(Refusal::NotFromHere) | Refused::Overtaken => "Somebody else acted on the contact just now.",
            Refused::NoSuchColleague => "This person can’t be given the contact any more.",
            Refused::NobodyThere => "The organisation to be asked has nobody who could answer now.",
            Refused::MprnTaken => "The MPRN is in the register already.",
            Refused::NothingAdded => "Nothing was typed, and no photo or document was added.",
            Refused::HasPsc => "The contact has been logged again already.",
            Refused::LoggedAlready => "This form has made its contact already.",
        };
        AppError::Conflict(says.into())
    }
}
