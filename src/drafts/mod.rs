//! Nothing that was typed is lost.
//!
//! Every form with text is kept on the server: with each submit before it is looked at ([`save`]), and, where scripts
//! run, a few seconds after each change ([`typing`]), page by page of the same form ([`merge`]). A form is known by the address that opens it again ([`crate::forms`]); opened, it
//! comes back as it was typed ([`restore`]) until it has been sent. What arrives after its session has ended is sealed
//! and waits a day for its own account to sign in again ([`late`]), and so is what another account sends ([`whose`]); nothing is ever sent by itself. Drafts are listed on
//! the home page and kept for [`DAYS`] days. Passwords are never kept.

mod full;
pub mod late;
pub mod list;
mod merge;
pub mod restore;
pub mod save;
mod sent_form;
pub mod twice;
pub mod typing;
mod whose;

use crate::secret::fingerprint;
use crate::session::Viewer;

pub use full::or_full;
pub use restore::{close, load, restore};

/// Under which name a form is kept. Who uses a shared account of a trial finds there what its others typed, which they work on
/// together; but what somebody says of the service is theirs, wherever they have named themselves.
pub fn kept_as(viewer: &Viewer, address: &str) -> String {
    match address {
        "/feedback" if viewer.demo && !viewer.used_by.is_empty() => {
            format!("/feedback#{}", fingerprint(&[&viewer.used_by]))
        }
        address => address.to_owned(),
    }
}

/// How long a draft is kept.
pub const DAYS: u16 = 30;
