//! Why a contact is closed as invalid: reasons that types share. The industry's own list is not public; this is ours.

/// A reason: code and words. A code means the same in every type.
pub type Reason = (&'static str, &'static str);

pub const NETWORK: Reason = ("network", "The site is on another network (IGT or LPG)");
pub const ADDRESS: Reason = ("address", "The address is not clear enough to act on");
pub const OTHER: Reason = ("other", "Another reason, given in the remarks");
/// The reason that only the system gives.
pub const NO_REPLY: Reason = ("no-reply", "No reply to a data clarification");
/// The reason that only withdrawing gives.
pub const WITHDRAWN: Reason = ("withdrawn", "Withdrawn by the raiser");

/// Those that the law gives by itself, to contacts of every type; nobody chooses them.
pub const OF_THE_LAW: [Reason; 2] = [NO_REPLY, WITHDRAWN];
