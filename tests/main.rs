//! All integration tests, in one binary so that it links once.

mod browser;
mod cluster;
mod contacts;
mod trade;
mod trial;
mod world;
