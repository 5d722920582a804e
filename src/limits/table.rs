//! The table: what is limited, for whom, within what time, and what a refusal says. A new limit is a row here.

use std::fmt::Write as _;

/// How long something counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Within {
    AtOnce,
    Minute,
    Hour,
    Day,
    /// as long as it is kept
    Kept,
}

impl Within {
    pub fn words(self) -> &'static str {
        match self {
            Within::AtOnce => "at once",
            Within::Minute => "a minute",
            Within::Hour => "an hour",
            Within::Day => "a day",
            Within::Kept => "in all",
        }
    }

    pub fn seconds(self) -> i32 {
        match self {
            Within::AtOnce | Within::Kept => 0,
            Within::Minute => 60,
            Within::Hour => 3_600,
            Within::Day => 86_400,
        }
    }
}

/// A row; 0 where there is no limit.
#[derive(Debug)]
pub struct Limit {
    pub slug: &'static str,
    pub what: &'static str,
    pub person: u32,
    pub organisation: u32,
    pub client: u32,
    pub within: Within,
    pub says: &'static str,
}

macro_rules! limits {
    ($($name:ident: $slug:literal, $what:literal, $person:literal, $organisation:literal, $client:literal, $within:ident, $says:literal;)*) => {
        $(pub static $name: Limit = Limit {
            slug: $slug,
            what: $what,
            person: $person,
            organisation: $organisation,
            client: $client,
            within: Within::$within,
            says: $says,
        };)*
        /// Every row, as the help shows them.
        pub static ALL: &[&Limit] = &[$(&$name),*];
    };
}

limits! {
    CONNECTIONS: "connections", "Connections, where no trusted proxy stands between", 0, 0, 512, AtOnce,
        "Too many connections come from here.";
    REQUESTS: "requests", "Pages and forms that are being answered", 6, 12, 256, AtOnce,
        "You, your organisation or your network address ask for more pages than can be answered at once, so this one was not begun. \
         Nothing has been changed; go back to what you typed.";
    STREAMS: "streams", "Pages that show who is at work", 30, 0, 500, AtOnce,
        "More pages of yours show who is at work than one person may have.";
    EXPORTS_AT_ONCE: "exports-at-once", "Exports being written", 2, 4, 0, AtOnce,
        "Other exports of yours or of your organisation are being written. Nothing has been changed.";
    EXPORTS: "exports", "Exports", 60, 600, 0, Hour,
        "You or your organisation have taken as many exports as there may be in an hour. Nothing has been changed.";
    LOOK_UPS: "look-ups", "Look-ups of a site in the register", 300, 2_000, 0, Hour,
        "You or your organisation have looked up as many sites in the register as there may be in an hour. What you typed is kept.";
    LOGGED: "logged", "Contacts logged by form", 240, 0, 0, Hour,
        "You have logged as many contacts by form as one person may in an hour. What you typed is kept. Send many by bulk.";
    ROWS_LOGGED: "rows-logged", "Contacts logged by forms for several sites", 1_200, 0, 0, Hour,
        "You have logged as many contacts by forms for several sites as one person may in an hour. Nothing has been logged, and what you \
         typed is kept. A file may have more rows.";
    CHECKS: "checks", "Forms for several sites being checked", 1, 4, 0, AtOnce,
        "Other forms for several sites of yours or of your organisation are being checked. What you typed is kept.";
    FILES: "files", "Photos and documents that are being sent", 2, 4, 0, AtOnce,
        "Other files of yours or of your organisation are on their way. Nothing more has been added.";
    FILE_BYTES: "file-bytes", "Megabytes of photos and documents", 1_000, 10_000, 0, Day,
        "You or your organisation have sent as much as there may be in a day. Nothing more has been added.";
    WAITING: "waiting", "Photos and documents in forms that are not sent yet", 200, 2_000, 0, Kept,
        "More photos and documents of yours or of your organisation wait for forms than there may be.";
    DRAFTS: "drafts", "Kilobytes of text in drafts", 10_000, 0, 0, Kept,
        "Your unfinished forms hold as much as one person may have, so this one is not kept until it is sent. Send or discard others.";
    BULKS: "bulks", "Bulk files that are being sent or read", 2, 3, 0, AtOnce,
        "Other files of yours or of your organisation are on their way. Nothing has been changed.";
    BULKS_A_DAY: "bulks-a-day", "Bulk files", 50, 1_000, 0, Day,
        "You or your organisation have sent as many bulk files as there may be in a day. Nothing has been changed.";
    FILTERS: "filters", "Saved filters", 50, 50, 0, Kept,
        "There are as many saved filters as there may be.";
    FEEDBACK: "feedback", "Messages of feedback", 20, 0, 0, Hour,
        "You have sent as much feedback as one person may in an hour. What you typed is kept.";
    ROLES_ASKED: "roles-asked", "Requests for a role", 30, 0, 0, Hour,
        "You have asked for as many roles as one officer may in an hour. Nothing has been changed.";
    SESSIONS: "sessions", "Times of signing in", 60, 0, 0, Hour,
        "Your password was right, but this account has been signed in to as often as it may be in an hour, so you are not signed in. \
         One more time is let in as soon as the first has grown old enough; nobody who is signed in is put out, and nothing is lost. \
         If it was not you who signed in so often, tell your Local Security Officer.";
    PRESENCE: "presence", "Times that your open pages say that you are at work", 120, 0, 0, Minute,
        "Your pages say more often that you are at work than they may.";
}

fn number(most: u32) -> String {
    if most == 0 { "–".to_owned() } else { crate::trade::words::thousands(u64::from(most)) }
}

/// The rows that concern a person, as they are shown: what, a person, an organisation, within.
pub fn rows() -> impl Iterator<Item = [String; 4]> {
    ALL.iter().filter(|limit| limit.person + limit.organisation > 0).map(|limit| {
        let [person, organisation] = [limit.person, limit.organisation].map(number);
        [limit.what.to_owned(), person, organisation, limit.within.words().to_owned()]
    })
}

/// Those that concern an address on the network: what, such an address, within.
pub fn rows_of_network() -> impl Iterator<Item = [String; 3]> {
    ALL.iter()
        .filter(|limit| limit.client > 0)
        .map(|limit| [limit.what.to_owned(), number(limit.client), limit.within.words().to_owned()])
}

/// The tables of the README.
pub fn markdown() -> String {
    let mut table = "| What | A person | An organisation | Within |\n| --- | --- | --- | --- |".to_owned();
    for row in rows() {
        let _ = write!(table, "\n| {} |", row.join(" | "));
    }
    table += "\n\n| What | A network address | Within |\n| --- | --- | --- |";
    for row in rows_of_network() {
        let _ = write!(table, "\n| {} |", row.join(" | "));
    }
    table
}
