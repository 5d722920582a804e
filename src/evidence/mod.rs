//! Evidence: photos and PDF beside a contact.
//!
//! A file is added to a form before that is submitted, and waits for it ([`form::Form`], the address that opens the form
//! again). It is read under [`limits`], judged by its content ([`kind`], [`photo`], [`document`], [`scan`]) and put into
//! the [`store`]. The transaction in which the form's act is written claims it ([`claim`]): neither is ever there without
//! the other. What nobody claims goes with its draft ([`strays`]).
//!
//! Who may look: what waits is its person's. What was added on logging is seen by the raiser, the CDSP and the networks
//! that were sent there; what came with an answer to a clarification by the raiser and the CDSP; what a network found by
//! these and that network. Facilitators see none.

pub mod add;
pub mod document;
pub mod form;
pub mod kind;
pub mod limits;
pub mod name;
pub mod photo;
pub mod places;
pub mod read;
pub mod refusal;
#[cfg(feature = "s3")]
pub mod s3;
pub mod scan;
pub mod serve;
pub mod store;
pub mod strays;

use serde::Deserialize;
use sqlx::PgConnection;
use time::OffsetDateTime;

use self::form::Form;
use self::limits::MOST_FILES;
use crate::error::AppError;
use crate::session::Viewer;
use crate::trade::words::plural;
use crate::trade::working_time::show_time;

/// What waits for a form.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// the address that opens the form again
    pub form: String,
    pub files: Vec<File>,
    /// how many more can be added
    pub left: usize,
}

impl Waiting {
    /// Of a form that nothing was added to yet.
    pub fn none(form: &Form) -> Waiting {
        Waiting { form: form.address(), files: Vec::new(), left: MOST_FILES }
    }

    /// The query of `/evidence` and of the draft's own address.
    pub fn query(&self) -> String {
        format!("form={}", crate::address::urlencode(&self.form))
    }
}

/// A file as it is listed.
#[derive(Debug, Clone, Deserialize)]
pub struct File {
    pub id: String,
    pub name: String,
    pub media_type: String,
    /// bytes
    pub size: i32,
    pub is_clean: bool,
    /// 1 to 10 at its contact; 0 while it waits
    #[serde(default)]
    pub place: i32,
    /// version of the event it came with; 0 while it waits
    #[serde(default)]
    pub version: i32,
    #[serde(default)]
    pub action: String,
    #[serde(default)]
    pub added_by: String,
    #[serde(with = "time::serde::rfc3339")]
    pub created: OffsetDateTime,
}

impl File {
    pub fn is_photo(&self) -> bool {
        self.media_type != "application/pdf"
    }

    /// "340 KB", "2.4 MB".
    pub fn size_words(&self) -> String {
        let kilobytes = (self.size + 1023) / 1024;
        if kilobytes < 1024 {
            return format!("{kilobytes} KB");
        }
        let tenths = (self.size / 104_858).max(10);
        format!("{}.{} MB", tenths / 10, tenths % 10)
    }

    /// Where it is, beside its contact.
    pub fn address(&self, contact: &crate::contacts::Contact) -> String {
        format!("{}/evidence/{}", contact.path(), self.id)
    }

    pub fn when(&self) -> String {
        show_time(self.created)
    }

    /// With what it came.
    pub fn came_with(&self) -> &'static str {
        match self.action.as_str() {
            "answer-clarification" => "with the answer to a data clarification",
            "answer-visit" => "with a site visit",
            _ => "on logging",
        }
    }
}

/// What waits for this form of the viewer's, and how much room is left beside what its contact has.
pub async fn waiting(
    tx: &mut PgConnection,
    viewer: &Viewer,
    form: &Form,
    contact: Option<i64>,
) -> Result<Waiting, AppError> {
    let files = sqlx::query_as!(
        File,
        r#"select id, name, media_type, size, verdict = 'clean' as "is_clean!", 0 as "place!", 0 as "version!",
                  '' as "action!", '' as "added_by!", created
           from evidence where person_id = $1 and form = $2 and contact_id is null order by created, id"#,
        viewer.id,
        form.address()
    )
    .fetch_all(&mut *tx)
    .await?;
    let there = match contact {
        Some(contact) => sqlx::query_scalar!(r#"select evidence_at($1) as "there!""#, contact).fetch_one(tx).await?,
        None => 0,
    };
    let taken = files.len() + usize::try_from(there).unwrap_or_default();
    Ok(Waiting { form: form.address(), files, left: MOST_FILES.saturating_sub(taken) })
}

/// Gives what waits for a form to the event that the viewer has just written, in its transaction. Answers how many files
/// that were.
pub async fn claim(tx: &mut PgConnection, contact: i64, version: i32, form: &str) -> Result<i32, sqlx::Error> {
    sqlx::query_scalar!(r#"select claim_evidence($1, $2, $3) as "claimed!""#, contact, version, form)
        .fetch_one(tx)
        .await
}

/// As [`claim`], for the contact with this CRN, that was logged in this transaction.
pub async fn claim_logged(tx: &mut PgConnection, crn: &str, form: &Form) -> Result<i32, sqlx::Error> {
    let id = sqlx::query_scalar!("select id from contact where crn = $1", crn).fetch_one(&mut *tx).await?;
    claim(tx, id, 1, &form.address()).await
}

/// Removes what waits for a form, when its draft is discarded.
pub async fn discard(tx: &mut PgConnection, viewer: &Viewer, form: &str) -> Result<u64, AppError> {
    let gone =
        sqlx::query!("delete from evidence where person_id = $1 and form = $2 and contact_id is null", viewer.id, form);
    Ok(gone.execute(tx).await?.rows_affected())
}

/// "3 photos or documents", for a history line.
pub fn in_words(count: usize) -> String {
    if count == 1 {
        "1 photo or document".to_owned()
    } else {
        format!("{} or documents", plural(count as u64, "photo"))
    }
}
