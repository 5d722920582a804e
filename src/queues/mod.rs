//! stub
pub mod act;
pub mod list;
pub mod next;
