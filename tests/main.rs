//! All integration tests, in one binary so that it links once.

mod cluster;
mod contacts;
mod trade;
mod world;
