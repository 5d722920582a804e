//! All integration tests, in one binary so that it links once.

mod bad_input;
mod browser;
mod cluster;
mod contacts;
mod guard;
mod house;
mod instances;
mod jobs;
mod journeys;
mod people;
mod queues;
mod server;
mod trade;
mod trial;
mod walls;
mod world;
