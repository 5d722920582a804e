//! A bulk as pages see it: whose it is, how far it is, and how many of its rows have which verdict.

use serde_json::{Value, json};
use sqlx::PgConnection;
use time::OffsetDateTime;

use super::KEPT_DAYS;
use crate::contacts::types::ContactType;
use crate::error::AppError;
use crate::secret::is_token;
use crate::session::Viewer;
use crate::trade::words::{plural, thousands};
use crate::trade::working_time::{london_date, show_time};

#[derive(Debug)]
pub struct Job {
    pub key: String,
    pub name: String,
    pub kind: String,
    pub contact_type: String,
    pub state: String,
    pub person_id: i64,
    pub sender: String,
    pub rows: i32,
    pub checked: i32,
    pub added: i32,
    pub good: i32,
    pub asked: i32,
    /// rows that were logged before
    pub already_logged: i32,
    pub bad: i32,
    /// rows that became contacts
    pub logged: i32,
    pub failures: i32,
    pub adds: bool,
    /// how its file was read
    pub reading: String,
    /// rows that were not held against meter points of others
    pub not_looked_up: i32,
    pub created: OffsetDateTime,
    pub worked: OffsetDateTime,
}

impl Job {
    /// The viewer's own, or of their organisation if they are its supervisor.
    pub async fn seen_by(tx: &mut PgConnection, viewer: &Viewer, key: &str) -> Result<Job, AppError> {
        if !is_token(key) {
            return Err(AppError::NotFound);
        }
        sqlx::query_as!(
            Job,
            "select b.key, b.name, b.kind, b.contact_type, b.state, b.person_id, p.name as sender, b.rows, b.checked, b.added, b.good,
                    b.asked, b.there as already_logged, b.bad, b.made as logged, b.failures, b.adds, b.reading, b.not_looked_up,
                    b.created, b.worked
             from bulk b join person p on p.id = b.person_id
             where b.key = $1 and b.organisation_id = $2 and (b.person_id = $3 or $4)",
            key,
            viewer.organisation_id(),
            viewer.id,
            viewer.supervisor
        )
        .fetch_optional(tx)
        .await?
        .ok_or(AppError::NotFound)
    }

    /// The latest that the viewer sees.
    pub async fn latest(tx: &mut PgConnection, viewer: &Viewer) -> Result<Vec<Job>, AppError> {
        Ok(sqlx::query_as!(
            Job,
            "select b.key, b.name, b.kind, b.contact_type, b.state, b.person_id, p.name as sender, b.rows, b.checked, b.added, b.good,
                    b.asked, b.there as already_logged, b.bad, b.made as logged, b.failures, b.adds, b.reading, b.not_looked_up,
                    b.created, b.worked
             from bulk b join person p on p.id = b.person_id
             where b.organisation_id = $1 and (b.person_id = $2 or $3)
             order by b.created desc limit 100",
            viewer.organisation_id(),
            viewer.id,
            viewer.supervisor
        )
        .fetch_all(tx)
        .await?)
    }

    pub fn contact_type(&self) -> Result<ContactType, AppError> {
        known_type(&self.contact_type)
    }

    pub fn path(&self) -> String {
        format!("/bulk/{}", self.key)
    }

    /// What it is called on pages.
    pub fn title(&self) -> String {
        match (self.is_form(), self.name.as_str()) {
            (true, name) => format!("Form: {name}"),
            (false, "") => "File without a name".to_owned(),
            (false, name) => name.to_owned(),
        }
    }

    pub fn is_of(&self, viewer: &Viewer) -> bool {
        self.person_id == viewer.id
    }

    pub fn is_at_work(&self) -> bool {
        matches!(self.state.as_str(), "checking" | "adding")
    }

    /// "checked", "added"; of a form's rows, which are added as soon as they are checked, both are one.
    pub fn is_adding(&self) -> bool {
        self.state == "adding"
    }

    pub fn is_stopped(&self) -> bool {
        self.state == "stopped"
    }

    /// Why it was stopped.
    pub fn why_stopped(&self) -> &'static str {
        if self.failures > 0 {
            "It failed several times in a row. Send the rejected rows again; if they fail again, tell support."
        } else {
            "The account that sent it was disabled, or the trial was reset, so it did not go on."
        }
    }

    /// Whether rows go back that were not added.
    pub fn has_rejected(&self) -> bool {
        self.bad + self.already_logged + self.asked > 0 || (self.is_stopped() && self.logged < self.rows)
    }

    pub fn is_uk_link(&self) -> bool {
        self.kind == "uklink"
    }

    pub fn is_form(&self) -> bool {
        self.kind == "form"
    }

    pub fn done(&self) -> i32 {
        if self.is_adding() { self.added } else { self.checked }
    }

    /// The progress in words: "120 of 200 rows checked, updated 12:04:10".
    pub fn progress(&self) -> String {
        let clock = show_seconds(self.worked);
        let what = if self.is_adding() { "added" } else { "checked" };
        format!("{} of {} {what}, updated {clock}", count(self.done()), plural(rows(self.rows), "row"))
    }

    /// What the register was not asked, in a sentence; empty if it was asked about every row.
    pub fn not_looked_up(&self) -> String {
        not_looked_up(rows(self.not_looked_up))
    }

    /// The state in words, for lists.
    pub fn in_words(&self) -> String {
        match self.state.as_str() {
            "checking" => format!("Being checked: {} of {}", count(self.checked), count(self.rows)),
            "checked" => "Checked: waits for you".to_owned(),
            "adding" => format!("Being added: {} of {}", count(self.added), count(self.rows)),
            "done" => format!("{} added", plural(rows(self.logged), "contact")),
            "dropped" => "Nothing was added".to_owned(),
            // "stopped"
            _ => format!("Stopped: {} added", plural(rows(self.logged), "contact")),
        }
    }

    pub fn received(&self) -> String {
        show_time(self.created)
    }

    pub fn kept_until(&self) -> String {
        let last = london_date(self.created).saturating_add(time::Duration::days(i64::from(KEPT_DAYS)));
        crate::trade::dates::show_words(last)
    }

    pub fn as_json(&self) -> Value {
        json!({"state": self.state, "done": self.done(), "rows": self.rows, "says": self.progress()})
    }
}

/// The type of this code, as it is stored.
pub fn known_type(code: &str) -> Result<ContactType, AppError> {
    ContactType::from_code(code).ok_or_else(|| AppError::Broken(format!("a bulk is of the type {code}").into()))
}

/// Of so many rows: that they were not held against meter points of others, and what that means.
pub fn not_looked_up(rows: u64) -> String {
    if rows == 0 {
        return String::new();
    }
    let (rows, were) = (plural(rows, "row"), if rows == 1 { "was" } else { "were" });
    format!(
        "{rows} {were} not held against meter points of others, since you or your organisation have looked up as many sites \
         in the register as there may be in an hour. They can be logged all the same; the CDSP sees what looks the same."
    )
}

/// "12:04:10", in London.
fn show_seconds(at: OffsetDateTime) -> String {
    format!("{}:{:02}", crate::trade::working_time::show_clock(at), at.second())
}

/// "5,000".
pub fn count(number: i32) -> String {
    thousands(rows(number))
}

pub fn rows(number: i32) -> u64 {
    u64::try_from(number).unwrap_or_default()
}
