//! Nothing that was typed is lost.
//!
//! Every form with text is kept on the server: with each submit before it is looked at ([`save`]), and, where scripts
//! run, a few seconds after each change. A form is known by the address that opens it again ([`forms`]); opened, it
//! comes back as it was typed ([`restore`]) until it has been sent. What arrives after its session has ended is sealed
//! and waits a day for its own account to sign in again ([`late`]); nothing is ever sent by itself. Drafts are listed on
//! the home page and kept for [`DAYS`] days. Passwords are never kept.

pub mod forms;
pub mod late;
pub mod list;
pub mod restore;
pub mod save;

pub use restore::{Kept, close, load, restore};

/// How long a draft is kept.
pub const DAYS: u16 = 30;

/// Names and values of a form's fields as typed, in the order of the form.
pub type Fields = Vec<(String, String)>;
