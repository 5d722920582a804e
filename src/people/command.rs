//! What the command line does to people and organisations: the acts that come before anybody can sign in, and the
//! one that must work when nobody should.

use clap::Args;
use sqlx::{PgConnection, PgPool};
use time::OffsetDateTime;
use validator::ValidateEmail;

use crate::clock::Clock;
use crate::config::ServiceTerms;
use crate::contacts::Contact;
use crate::contacts::journal::{By, Input, record_moves};
use crate::error::{AppError, CommandError, constraint};
use crate::secret::{token, token_hash};
use crate::session::Viewer;

/// Hours for which a link to set a password is good.
pub const LINK_HOURS: i64 = 72;

/// Somebody to be added.
#[derive(Debug, Args)]
pub struct NewPerson {
    /// Account name: small letters, digits, dots and hyphens
    #[arg(long)]
    pub account: String,
    /// Display name
    #[arg(long)]
    pub name: String,
    /// Code of the organisation they belong to
    #[arg(long)]
    pub organisation: String,
    #[arg(long)]
    pub email: Option<String>,
    /// May also assign, move and return the work of others
    #[arg(long)]
    pub supervisor: bool,
    /// Local Security Officer: may also manage the organisation's accounts
    #[arg(long)]
    pub security_officer: bool,
}

fn sorry<T>(says: impl Into<String>) -> Result<T, CommandError> {
    Err(CommandError(says.into()))
}

/// `cms add-organisation`.
pub async fn add_organisation(owner: &PgPool, code: &str, name: &str, kind: &str) -> Result<String, CommandError> {
    let code = code.to_uppercase();
    if name.trim().is_empty() {
        return sorry("An organisation needs a name.");
    }
    let Some(kind) = ["Shipper", "DN", "IGT", "CDSP"].into_iter().find(|known| known.eq_ignore_ascii_case(kind)) else {
        return sorry(format!("“{kind}” is no kind of organisation: use Shipper, DN, IGT or CDSP."));
    };
    let added =
        sqlx::query!("insert into organisation (code, name, kind) values ($1, $2, $3)", code, name.trim(), kind)
            .execute(owner)
            .await;
    match added {
        Ok(_) => Ok(format!("Added {kind} {} ({code}).", name.trim())),
        Err(error) => match constraint(&error) {
            Some("organisation_code_is_taken") => sorry(format!("There is an organisation with code {code} already.")),
            Some("organisation_name_is_taken") => {
                sorry(format!("There is an organisation named {} already.", name.trim()))
            }
            Some("organisation_code_has_three_characters") => {
                sorry(format!("A code has three letters or digits, and {code} has not."))
            }
            Some("there_is_one_cdsp") => sorry("There is a CDSP already, and there can only be one."),
            _ => Err(error.into()),
        },
    }
}

/// `cms add-person`: the sentence holds the one-use link.
pub async fn add_person(owner: &PgPool, person: &NewPerson, origin: &str) -> Result<String, CommandError> {
    let account = person.account.trim().to_lowercase();
    if account == "new" {
        return sorry("An account can’t be named new: that is the address for adding people.");
    }
    if person.name.trim().is_empty() {
        return sorry("A person needs a name.");
    }
    if let Some(email) = person.email.as_ref().filter(|email| !email.trim().validate_email()) {
        return sorry(format!("“{email}” is no e-mail address."));
    }
    let code = person.organisation.to_uppercase();
    let Some(organisation) =
        sqlx::query_scalar!("select id from organisation where code = $1", code).fetch_optional(owner).await?
    else {
        return sorry(format!("There is no organisation with code {code}; add it first with add-organisation."));
    };
    let mut tx = owner.begin().await?;
    let added = sqlx::query_scalar!(
        "insert into person (organisation_id, account, name, email, supervisor, security_officer)
         values ($1, $2, $3, $4, $5, $6) returning id",
        organisation,
        account,
        person.name.trim(),
        person.email.as_ref().map(|email| email.trim().to_lowercase()),
        person.supervisor,
        person.security_officer,
    )
    .fetch_one(&mut *tx)
    .await;
    let id = match added {
        Ok(id) => id,
        Err(error) => {
            return match constraint(&error) {
                Some("account_is_taken") => sorry(format!("There is an account {account} already.")),
                Some("email_is_taken") => {
                    sorry("Another account of that organisation has that e-mail address already.")
                }
                Some("account_is_plain") => {
                    sorry("An account name has 2 to 64 small letters, digits, dots, hyphens or underscores.")
                }
                _ => Err(error.into()),
            };
        }
    };
    let token = token();
    sqlx::query!(
        "insert into person_link (token_hash, person_id, ends) values ($1, $2, $3)",
        token_hash(&token),
        id,
        Clock::System.now() + time::Duration::hours(LINK_HOURS)
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(format!(
        "Added {} as {account}. Give them this link; it sets a password once, within {LINK_HOURS} hours:\n{origin}/set-password/{token}",
        person.name.trim()
    ))
}

/// `cms disable-person`.
pub async fn disable_person(owner: &PgPool, terms: &ServiceTerms, account: &str) -> Result<String, CommandError> {
    let account = account.trim().to_lowercase();
    let now = Clock::System.now();
    let mut tx = owner.begin().await?;
    let disabled = sqlx::query_scalar!(
        "update person set disabled = $2 where account = $1 and disabled is null returning id",
        account,
        now
    )
    .fetch_optional(&mut *tx)
    .await?;
    let Some(id) = disabled else {
        return sorry(format!("There is no account {account} that could be disabled."));
    };
    sqlx::query!("delete from session where person_id = $1", id).execute(&mut *tx).await?;
    let released = match release(&mut tx, &Viewer::system(), terms, id, now).await {
        Ok(released) => released,
        Err(error) => return sorry(format!("What {account} holds could not be released: {error:?}")),
    };
    tx.commit().await?;
    Ok(format!("Disabled {account}. Their sessions have ended; contacts returned to the queue: {released}."))
}

/// Contacts that are returned by one statement.
const AT_ONCE: usize = 200;

/// Returns to the queue what somebody disabled holds, and tells the supervisors there.
pub async fn release(
    tx: &mut PgConnection,
    seen_by: &Viewer,
    terms: &ServiceTerms,
    person: i64,
    at: OffsetDateTime,
) -> Result<usize, AppError> {
    let held = sqlx::query_scalar!("select crn from contact where holder = $1 order by id", person)
        .fetch_all(&mut *tx)
        .await?;
    let by = By { viewer: None, at, terms };
    for some in held.chunks(AT_ONCE) {
        let crns: Vec<&str> = some.iter().map(String::as_str).collect();
        let contacts = Contact::seen_of(&mut *tx, seen_by, &crns).await?;
        let moves: Vec<_> = contacts.iter().map(|contact| (contact, &Input::Release)).collect();
        let recorded = record_moves(&mut *tx, by, &moves, "").await?;
        let left = contacts.iter().zip(&recorded).find(|(_, recorded)| recorded.is_err());
        if let Some((Contact { crn, .. }, _)) = left {
            return Err(AppError::Conflict(format!("Contact {crn} moved in the same moment. Try again.").into()));
        }
    }
    Ok(held.len())
}
