//! What the sample data of every contact type draws on: the sample register and its streets, sites in them, the words of a
//! case, and lives as steps.

pub mod life;
pub mod places;
pub mod register;
pub mod site;
pub mod words;
