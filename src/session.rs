//! Sessions: our store for tower-sessions, and who is signed in.
//!
//! The published store fits neither our sqlx nor a safe sign-out, since its `save` can revive a session that has
//! ended. Ours only ever updates. It keeps the SHA-256 of the cookie, and one call at each request brings the
//! session, its person and organisation, unread notifications and announcements.

use std::collections::BTreeMap;

use async_trait::async_trait;
use axum::extract::Request;
use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sqlx::PgPool;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result as StoreResult};
use tower_sessions::{Session, SessionStore};

use crate::error::AppError;

/// Key under which the store hands out the viewer; never written back.
const VIEWER: &str = "viewer";

/// Who is signed in, and what their every page shows.
#[expect(clippy::struct_excessive_bools, reason = "rights add up, each by itself")]
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Viewer {
    pub id: i64,
    pub account: String,
    pub name: String,
    /// one of the trial's shared accounts
    pub demo: bool,
    pub supervisor: bool,
    pub security_officer: bool,
    pub facilitator: bool,
    pub terms_accepted: bool,
    /// who says to be using a shared account; empty if nobody said
    pub sitting: String,
    /// seconds since 1970
    pub signed_in_at: i64,
    /// none for a facilitator
    pub organisation: Option<Organisation>,
    pub unread: i64,
    pub epoch: i64,
    pub announcements: Vec<String>,
    /// single keys work in lists
    #[serde(default)]
    pub shortcuts: bool,
    /// something typed waits to be sent
    #[serde(default)]
    pub drafts: bool,
    /// the queries with which queues open, by queue
    #[serde(default)]
    pub defaults: BTreeMap<String, String>,
    /// seconds since 1970 at which the session ends if it is not used
    #[serde(default)]
    pub ends: i64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Organisation {
    pub id: i64,
    pub code: String,
    pub name: String,
    pub kind: OrganisationKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum OrganisationKind {
    Shipper,
    #[serde(rename = "DN")]
    Dn,
    #[serde(rename = "IGT")]
    Igt,
    #[serde(rename = "CDSP")]
    Cdsp,
}

impl Viewer {
    /// The program itself, which sees every contact; it is nobody, and signs nothing.
    pub fn system() -> Viewer {
        Viewer {
            id: 0,
            account: "system".to_owned(),
            name: "The system".to_owned(),
            demo: false,
            supervisor: false,
            security_officer: false,
            facilitator: true,
            terms_accepted: true,
            sitting: String::new(),
            signed_in_at: 0,
            organisation: None,
            unread: 0,
            epoch: 0,
            announcements: Vec::new(),
            shortcuts: false,
            drafts: false,
            defaults: BTreeMap::new(),
            ends: 0,
        }
    }

    pub fn organisation_id(&self) -> Option<i64> {
        self.organisation.as_ref().map(|organisation| organisation.id)
    }

    pub fn kind(&self) -> Option<OrganisationKind> {
        self.organisation.as_ref().map(|organisation| organisation.kind)
    }

    pub fn is_cdsp(&self) -> bool {
        self.kind() == Some(OrganisationKind::Cdsp)
    }

    /// Shippers, DNs and IGTs raise contacts; the CDSP and facilitators do not.
    pub fn raises(&self) -> bool {
        self.kind().is_some_and(|kind| kind != OrganisationKind::Cdsp)
    }

    pub fn is_network(&self) -> bool {
        matches!(self.kind(), Some(OrganisationKind::Dn | OrganisationKind::Igt))
    }

    pub fn sees_all(&self) -> bool {
        self.is_cdsp() || self.facilitator
    }

    pub fn first_name(&self) -> &str {
        self.name.split_whitespace().next().unwrap_or(&self.name)
    }

    /// Roles in words, as the header shows them.
    pub fn roles(&self) -> String {
        if self.facilitator {
            return "Trial facilitator".to_owned();
        }
        let mut roles = vec![if self.supervisor { "Supervisor" } else { "Agent" }];
        if self.security_officer {
            roles.push("Local Security Officer");
        }
        roles.join(", ")
    }
}

tokio::task_local! {
    /// Set for requests that a page makes by itself: they keep nobody signed in.
    static IN_BACKGROUND: ();
}

/// Asked by a page on its own account, not by its person.
pub async fn mark_background(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let asks = ["/presence", "/new-count", "/alike.json", "/progress"];
    if path == "/drafts" || asks.iter().any(|end| path.ends_with(end)) {
        return IN_BACKGROUND.scope((), next.run(request)).await;
    }
    next.run(request).await
}

/// The cookie of a session that has ended stays with the browser until somebody signs in or out: it says for whom a
/// form is to be kept that comes late. The sessions' own layer would take it away with the first page asked for.
pub async fn keep_expired_cookie(request: Request, next: Next) -> Response {
    let leaves = request.uri().path() != "/sign-out";
    let mut response = next.run(request).await;
    if leaves && response.headers().contains_key(header::SET_COOKIE) {
        let cookies: Vec<_> = response.headers().get_all(header::SET_COOKIE).iter().cloned().collect();
        response.headers_mut().remove(header::SET_COOKIE);
        for cookie in cookies.into_iter().filter(|cookie| !takes_away(cookie)) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    response
}

fn takes_away(cookie: &HeaderValue) -> bool {
    let text = cookie.to_str().unwrap_or_default();
    text.split(';').next().is_some_and(|pair| pair.ends_with('='))
}

/// Keeps sessions in Postgres.
#[derive(Debug, Clone)]
pub struct Store {
    pub pool: PgPool,
}

/// What is stored of a cookie's value.
pub fn hash(id: &Id) -> Vec<u8> {
    Sha256::digest(id.to_string()).to_vec()
}

fn broken(error: impl std::fmt::Display) -> Error {
    Error::Backend(error.to_string())
}

#[async_trait]
impl SessionStore for Store {
    async fn create(&self, record: &mut Record) -> StoreResult<()> {
        let text = |name: &str| record.data.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let Some(person) = record.data.get("person").and_then(Value::as_i64) else {
            return Err(Error::Backend("a session needs a person".to_owned()));
        };
        sqlx::query!(
            "select session_create($1, $2, $3, $4)",
            hash(&record.id),
            person,
            text("sitting"),
            text("browser")
        )
        .execute(&self.pool)
        .await
        .map_err(broken)?;
        Ok(())
    }

    async fn save(&self, record: &Record) -> StoreResult<()> {
        let mut data = record.data.clone();
        data.remove(VIEWER);
        sqlx::query!("select session_save($1, $2)", hash(&record.id), json!(data))
            .execute(&self.pool)
            .await
            .map_err(broken)?;
        Ok(())
    }

    async fn load(&self, id: &Id) -> StoreResult<Option<Record>> {
        let found = sqlx::query!(
            r#"select holds as "holds?", ends as "ends?", who as "who?" from session_load($1, $2)"#,
            hash(id),
            IN_BACKGROUND.try_with(|()| ()).is_err()
        )
        .fetch_one(&self.pool)
        .await
        .map_err(broken)?;
        let (Some(holds), Some(ends), Some(mut who)) = (found.holds, found.ends, found.who) else { return Ok(None) };
        who["ends"] = json!(ends.unix_timestamp());
        let mut data: std::collections::HashMap<String, Value> = serde_json::from_value(holds).map_err(broken)?;
        data.insert(VIEWER.to_owned(), who);
        Ok(Some(Record { id: *id, data, expiry_date: ends }))
    }

    async fn delete(&self, id: &Id) -> StoreResult<()> {
        sqlx::query!("select session_end($1)", hash(id)).execute(&self.pool).await.map_err(broken)?;
        Ok(())
    }
}

/// Reads who is signed in, once for each request.
pub async fn viewer(session: &Session) -> Result<Option<Viewer>, AppError> {
    Ok(session.get(VIEWER).await?)
}

/// Begins a session for this person under a new id; whatever session the browser had ends.
pub async fn begin(session: &Session, person: i64, sitting: &str, browser: &str) -> Result<(), AppError> {
    session.clear().await;
    // a cleared session keeps its id until it is given another
    session.cycle_id().await?;
    session.insert("person", person).await?;
    session.insert("sitting", sitting).await?;
    session.insert("browser", browser).await?;
    Ok(())
}

/// A handler that asks for this is for people who are signed in and have accepted the terms.
#[derive(Debug, Clone)]
pub struct SignedIn(pub Viewer);

impl<S: Send + Sync> FromRequestParts<S> for SignedIn {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, AppError> {
        let Some(viewer) = parts.extensions.get::<Viewer>().cloned() else {
            let path = parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default();
            let is_page = parts.method == axum::http::Method::GET;
            let back = if is_page { path } else { came_from(parts) };
            return Err(if back.is_empty() || back == "/" { AppError::SignIn } else { AppError::SignInThen(back) });
        };
        if viewer.terms_accepted { Ok(SignedIn(viewer)) } else { Err(AppError::Terms) }
    }
}

/// The page on which a button was pressed, to come back to; empty if the browser does not say.
fn came_from(parts: &Parts) -> String {
    let referer = parts.headers.get(header::REFERER).and_then(|from| from.to_str().ok()).unwrap_or_default();
    // only ever a path: whose host it names does not matter
    let path = referer.split_once("://").and_then(|(_, rest)| rest.find('/').map(|at| &rest[at..]));
    path.filter(|path| crate::address::is_ours(path)).unwrap_or_default().to_owned()
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for SignedIn {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, AppError> {
        Ok(parts.extensions.get::<Viewer>().filter(|viewer| viewer.terms_accepted).cloned().map(SignedIn))
    }
}
