//! Why a contact is closed as invalid: reasons that types share. The industry's own list is not public; this is ours.

/// A reason: code and words. A code means the same in every type.
pub type Reason = (&'static str, &'static str);

pub const NETWORK: Reason = ("network", "The site is on another network (IGT or LPG)");
pub const ADDRESS: Reason = ("address", "The address is not clear enough to act on");
pub const OTHER: Reason = ("other", "Another reason, given in the remarks");
/// The reason that only the system gives.
pub const NO_REPLY: Reason = ("no-reply", "No reply to a data clarification");
