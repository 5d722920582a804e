//! All integration tests, in one binary so that it links once.

#![expect(clippy::unwrap_used, reason = "a test that can't go on should stop")]

mod addresses;
mod as_written;
mod bad_input;
mod boot;
mod browser;
mod bulk;
mod carried_over;
mod cluster;
mod contacts;
mod counter;
mod daily;
mod drafts;
mod error;
mod evidence;
mod feedback;
mod functions;
mod guard;
mod help;
mod home;
mod house;
mod incoming;
mod instances;
mod jobs;
mod journeys;
mod keys;
mod layers;
mod notifications;
mod people;
mod presence;
mod print;
mod production;
mod queues;
mod readme;
mod refusals;
mod round_trips;
mod search;
mod server;
mod texts;
mod trade;
mod trial;
mod walls;
mod workbooks;
mod workload;
mod world;
