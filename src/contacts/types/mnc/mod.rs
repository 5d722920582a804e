//! MNC: a site has gas and no MPRN, and one is to be created.

pub mod store;
