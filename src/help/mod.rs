//! Help: the guide, the rules, and the lifecycle as its own table tells it. Open to whoever comes.

pub mod diagram;
pub mod guide;
pub mod limits;
pub mod rules;
pub mod statuses;
