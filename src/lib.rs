//! The Contact Management Service.

pub mod trade;
