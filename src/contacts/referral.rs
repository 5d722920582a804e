//! Referrals: a contact's questions to others. SV1, SV2 … ask a network to look at the site, DC1 … asks the raiser.

use serde::Deserialize;
use serde_json::Value;
use sqlx::PgConnection;
use time::OffsetDateTime;

use crate::contacts::Contact;
use crate::contacts::journal::{By, Input};
use crate::contacts::lifecycle::{Action, Status};

/// What a move did to the contact's referrals, for its event and its notices.
#[derive(Debug, Default)]
pub struct Followed {
    /// "SV1"
    pub name: Option<String>,
    pub network: Option<i64>,
    pub asked_by: Option<i64>,
}

/// One referral with question and answer: the raiser, the CDSP and facilitators see all, a network its own.
#[derive(Debug, Deserialize)]
pub struct Referral {
    pub kind: String,
    pub number: i32,
    pub asked_of: String,
    #[serde(with = "time::serde::rfc3339")]
    pub asked: OffsetDateTime,
    pub question: String,
    #[serde(with = "time::serde::rfc3339::option")]
    pub answered: Option<OffsetDateTime>,
    pub answer: String,
    pub findings: Option<Value>,
    #[serde(with = "time::serde::rfc3339::option")]
    pub closed_unanswered: Option<OffsetDateTime>,
}

impl Referral {
    pub fn name(&self) -> String {
        format!("{}{}", self.kind, self.number)
    }

    pub fn is_visit(&self) -> bool {
        self.kind == "SV"
    }

    pub fn is_open(&self) -> bool {
        self.answered.is_none() && self.closed_unanswered.is_none()
    }
}

/// Opens, answers or closes the referral that an action is about, and says which one it was.
pub async fn follow(
    tx: &mut PgConnection,
    by: &By<'_>,
    contact: &Contact,
    action: Action,
    given: &Input<'_>,
) -> Result<Followed, sqlx::Error> {
    match action {
        Action::SendClarification => ask(tx, by, contact, "DC", contact.raised_by, given.text).await,
        Action::SendVisit => ask(tx, by, contact, "SV", given.network.unwrap_or_default(), given.text).await,
        Action::AnswerClarification | Action::AnswerVisit => {
            let row = sqlx::query!(
                r#"
                update referral set answered_by = $2, answered = $3, answer = $4, findings = $5
                where contact_id = $1 and answered is null and closed_unanswered is null
                returning kind, number, asked_of, asked_by
                "#,
                contact.id,
                by.viewer.map(|viewer| viewer.id),
                by.at,
                given.text,
                given.findings,
            )
            .fetch_one(tx)
            .await?;
            Ok(followed(&row.kind, row.number, row.asked_of, row.asked_by))
        }
        Action::CloseNoReply => {
            let row = sqlx::query!(
                r#"
                update referral set closed_unanswered = $2
                where contact_id = $1 and answered is null and closed_unanswered is null
                returning kind, number, asked_of, asked_by
                "#,
                contact.id,
                by.at,
            )
            .fetch_one(tx)
            .await?;
            Ok(followed(&row.kind, row.number, row.asked_of, row.asked_by))
        }
        // moves within the network's walls concern its visit, and only it sees them
        _ if matches!(contact.status, Status::Svdn | Status::Svda) => {
            Ok(Followed { network: contact.with_org, ..Followed::default() })
        }
        _ => Ok(Followed::default()),
    }
}

fn followed(kind: &str, number: i32, asked_of: i64, asked_by: i64) -> Followed {
    Followed {
        name: Some(format!("{kind}{number}")),
        network: (kind == "SV").then_some(asked_of),
        asked_by: Some(asked_by),
    }
}

async fn ask(
    tx: &mut PgConnection,
    by: &By<'_>,
    contact: &Contact,
    kind: &str,
    of: i64,
    question: &str,
) -> Result<Followed, sqlx::Error> {
    let asker = by.viewer.map(|viewer| viewer.id).unwrap_or_default();
    let number = sqlx::query_scalar!(
        r#"
        insert into referral (contact_id, kind, number, asked_of, asked_by, asked, question)
        select $1, $2, coalesce(max(number), 0) + 1, $3, $4, $5, $6
        from referral where contact_id = $1 and kind = $2
        returning number
        "#,
        contact.id,
        kind,
        of,
        asker,
        by.at,
        question,
    )
    .fetch_one(&mut *tx)
    .await?;
    if kind == "SV" {
        sqlx::query!(
            "insert into contact_network (contact_id, organisation_id) values ($1, $2) on conflict do nothing",
            contact.id,
            of
        )
        .execute(tx)
        .await?;
    }
    Ok(followed(kind, number, of, asker))
}
