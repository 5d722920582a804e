//! Evidence: photos and PDF beside a contact.
//!
//! A file is added to a form before that is submitted, and waits for it ([`Form`], the address that opens the form
//! again). It is read under [`limits`], judged by its content ([`kind`], [`photo`], [`document`], [`scan`]) and put into
//! [`crate::storage`]. The transaction in which the form's act is written claims it ([`claim`]): neither is ever there without
//! the other. What nobody claims goes with its draft ([`strays`]).
//!
//! Who may look: what waits is its person's. What was added on logging or later is seen by the raiser, the CDSP and the networks
//! that were sent there; what came with an answer to a clarification by the raiser and the CDSP; what a network found by
//! these and that network. Facilitators see none.

pub mod add;
pub mod document;
mod elsewhere;
pub mod kind;
pub mod limits;
pub mod name;
pub mod names;
pub mod open;
pub mod photo;
pub mod read;
pub mod refusal;
pub mod rewrite;
mod room;
pub mod scan;
pub mod serve;
pub mod strays;

use sqlx::PgConnection;

use self::limits::MOST_FILES;
pub use crate::contacts::evidence::{EvidenceFile, claim};
use crate::error::AppError;
use crate::forms::Form;
use crate::session::Viewer;

/// What waits for a form.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// the address that opens the form again
    pub form: String,
    pub files: Vec<EvidenceFile>,
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

/// What waits for this form of the viewer's, and how much room is left beside what the viewer's organisation has
/// added to its contact.
pub async fn waiting(
    tx: &mut PgConnection,
    viewer: &Viewer,
    form: &Form,
    contact: Option<i64>,
) -> Result<Waiting, AppError> {
    let files = sqlx::query_as!(
        EvidenceFile,
        r#"select id, name, media_type, size, verdict = 'clean' as "is_clean!", verdict = 'infected' as "is_infected!", 0 as "place!", 0 as "version!",
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
