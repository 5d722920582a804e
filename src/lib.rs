//! Contact Management Service.

pub mod cluster;
