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
    let taken = sqlx::query_scalar!(
        "select account from person where starts_with(account, $1)",
        format!("{}.", code.to_lowercase())
    );
    if let Some(taken) = taken.fetch_optional(owner).await? {
        return sorry(format!(
            "Account names of {code} would begin as {taken} does, which is of another organisation. Use another code."
        ));
    }
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
    let others = sqlx::query_scalar!(
        "select code from organisation where starts_with($1, lower(code) || '.') and id <> $2",
        account,
        organisation
    );
    if let Some(other) = others.fetch_optional(owner).await? {
        return sorry(format!(
            "Account names that begin with {}. are those of organisation {other}.",
            other.to_lowercase()
        ));
    }
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

/// `cms approve-roles`: the yes to a new role where no second officer can say it.
pub async fn approve_roles(owner: &PgPool, account: &str) -> Result<String, CommandError> {
    let account = account.trim().to_lowercase();
    let given = sqlx::query_scalar!(
        r#"
        with request as (
            update role_request r set decided = now(), said_yes = true from person p
            where p.account = $1 and r.person_id = p.id and request_stands(r) returning r.*)
        update person p set supervisor = p.supervisor or r.supervisor,
                            security_officer = p.security_officer or r.security_officer
        from request r where p.id = r.person_id returning roles_in_words(r.supervisor, r.security_officer) as "roles!"
        "#,
        account
    )
    .fetch_optional(owner)
    .await?;
    match given {
        Some(roles) => Ok(format!("{account} is {roles} now.")),
        None => sorry(format!("No new role of {account} waits for a yes.")),
    }
}

/// `cms end-sessions`: of one account, or of all.
pub async fn end_sessions(owner: &PgPool, account: Option<&str>) -> Result<String, CommandError> {
    let account = account.map(|account| account.trim().to_lowercase());
    if let Some(account) = &account {
        let known =
            sqlx::query_scalar!("select id from person where account = $1", account).fetch_optional(owner).await?;
        if known.is_none() {
            return sorry(format!("There is no account {account}."));
        }
    }
    let ended = sqlx::query!(
        "delete from session where $1::text is null or person_id = (select id from person where account = $1)",
        account
    )
    .execute(owner)
    .await?;
    Ok(format!("Sessions that have ended: {}. Whoever had one signs in again.", ended.rows_affected()))
}

/// `cms disable-person`; the last of a role only if that is known.
pub async fn disable_person(
    owner: &PgPool,
    terms: &ServiceTerms,
    account: &str,
    knows_last: bool,
) -> Result<String, CommandError> {
    let account = account.trim().to_lowercase();
    let now = Clock::System.now();
    let mut tx = owner.begin().await?;
    // with the officers' pages: one after another
    sqlx::query!(
        "select 1 as one from organisation o join person p on p.organisation_id = o.id where p.account = $1 for no key update of o",
        account
    )
    .fetch_optional(&mut *tx)
    .await?;
    let is_last = sqlx::query_scalar!(
        r#"
        select exists (select from person p where p.account = $1 and p.disabled is null
            and (p.supervisor and not exists (select from person x where x.organisation_id = p.organisation_id
                    and x.id <> p.id and x.disabled is null and x.supervisor)
                 or p.security_officer and not exists (select from person x where x.organisation_id = p.organisation_id
                    and x.id <> p.id and x.disabled is null and x.security_officer))) as "is_last!"
        "#,
        account
    )
    .fetch_one(&mut *tx)
    .await?;
    if is_last && !knows_last {
        return sorry(format!(
            "{account} is the last supervisor or Local Security Officer of their organisation. Say --even-the-last to disable \
             them all the same."
        ));
    }
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
