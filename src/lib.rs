//! CMS: the Contact Management Service. This page is the map of the house.
//!
//! A request comes in through [`server`] (accept loop), passes the layers of [`site`] ([`guard`], [`session`],
//! [`page`]), and reaches a room by its line in [`routes`]. A room is one page: its view struct, its handlers and
//! its SQL in one file, its template at the same path under `templates`. Folders import one way only, ground to roof
//! (`tests/layers.rs`).
//!
//! The heart is [`contacts::lifecycle`], the table that says which action moves a contact from where to where, who
//! may, what it needs and whom it tells. [`contacts::journal`] is the only writer of a contact's status and asks
//! the table first; Postgres holds the same table as constraints (`migrations/0003_contacts.sql`) and the same
//! walls between organisations as row-level security (`migrations/0006_walls.sql`).
//!
//! What a contact asks is its type's: [`contacts::types`] has a folder for each, a value that the engine in
//! [`contacts::fields`] runs.
//!
//! A site visit, step by step: `contacts/act/send_visit.rs` is the room of its form, which `contacts/act` shows if
//! `lifecycle::offers` has it for this person; submitted, it becomes an `Input::SendVisit` with its network and
//! question, and `journal::record` moves the contact from ATCA to SVDN, writes the event, opens referral SV1
//! (`journal/refer.rs`) and tells the network's supervisors, all in one transaction; `history.rs` puts the event into a
//! sentence.

pub mod address;
pub mod addresses;
pub(crate) mod announcement;
pub(crate) mod answered;
pub mod app;
pub(crate) mod assets;
pub(crate) mod at_once;
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "measurements are rough by nature"
)]
pub(crate) mod bench;
pub mod boot;
pub mod bulk;
pub(crate) mod child;
pub mod clamd;
pub mod clock;
pub mod cluster;
pub mod command;
pub mod config;
pub mod contacts;
pub mod csv;
pub mod db;
pub mod deadlines;
pub mod download;
pub mod drafts;
pub mod error;
pub(crate) mod error_summary;
pub(crate) mod even;
pub mod evidence;
pub mod fair_line;
pub mod feedback;
pub(crate) mod flash;
pub mod form;
pub mod forms;
pub(crate) mod frame;
pub(crate) mod guard;
pub mod hash_line;
pub mod health;
pub mod help;
pub(crate) mod home;
pub(crate) mod incoming;
pub mod jobs;
pub mod limits;
pub mod log;
pub mod notifications;
pub mod origins;
pub(crate) mod paced;
pub(crate) mod page;
pub mod passwords;
pub mod people;
pub mod presence;
pub mod queues;
pub mod routes;
pub mod sbom;
pub mod seal;
pub(crate) mod search;
pub mod secret;
pub mod secrets;
pub mod server;
pub mod session;
pub mod site;
pub mod source;
pub mod stamp;
pub mod storage;
pub mod texts;
pub mod trade;
pub mod trial;
pub mod typed;
pub mod upload;
pub(crate) mod walks;
pub mod workload;
