//! The ceiling: the same queries and as many rows on a page with nothing around it. No session, no transaction for a
//! viewer, no row-level security, no guard, no layout: axum, sqlx and askama alone, to compare with in the same run.

use std::net::SocketAddr;

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use time::OffsetDateTime;
use tokio::net::TcpListener;
use tower_http::compression::CompressionLayer;

use crate::contacts::Contact;
use crate::contacts::history::{self, Line};
use crate::error::{AppError, CommandError};
use crate::page;
use crate::queues::rows::{self, Listed};
use crate::queues::{Filter, Queue};
use crate::session::{Organisation, OrganisationKind, Viewer};
use crate::trade::working_time::show_date;

#[derive(Template)]
#[template(path = "bench/twin.html")]
struct Twin {
    listed: Option<Listed>,
    contact: Option<Contact>,
    history: Vec<Line>,
}

impl Twin {
    /// All that was given, as any page about a contact shows it.
    fn fields(&self, contact: &Contact) -> Vec<(&'static str, String)> {
        let spec = contact.details.spec;
        spec.fields()
            .map(|field| (spec.label(&field), contact.details.shown(field)))
            .filter(|(_, shown)| !shown.is_empty())
            .collect()
    }

    fn day(&self, at: &OffsetDateTime) -> String {
        show_date(*at)
    }
}

#[derive(Clone)]
struct Bare {
    pool: PgPool,
    viewer: Viewer,
}

/// A member of the CDSP, as the queries need one.
pub fn cdsp_agent() -> Viewer {
    let organisation = Organisation {
        id: super::data::CDSP,
        code: "CDS".into(),
        name: "Central Data Services".into(),
        kind: OrganisationKind::Cdsp,
    };
    Viewer { id: 1, organisation: Some(organisation), ..Viewer::nobody() }
}

/// Serves until it is ended.
pub async fn serve(url: &str, listen: SocketAddr) -> Result<(), CommandError> {
    // planned once, as the program plans
    let options: PgConnectOptions = url.parse()?;
    let options = options.options([
        ("plan_cache_mode", "force_generic_plan"),
        ("jit", "off"),
        ("max_parallel_workers_per_gather", "0"),
    ]);
    let database = options.get_database().unwrap_or_default();
    if !database.starts_with("bench_") || !listen.ip().is_loopback() {
        // whoever comes is let in unasked
        return Err(CommandError("bench-twin serves databases of cms bench alone, to this machine.".to_owned()));
    }
    let pool = PgPoolOptions::new().max_connections(16).test_before_acquire(false).connect_with(options).await?;
    let site = Router::new()
        .route("/queue", get(queue))
        .route("/contact/{crn}", get(contact))
        .layer(CompressionLayer::new().quality(crate::site::COMPRESSION))
        .with_state(Bare { pool, viewer: cdsp_agent() });
    let listener = TcpListener::bind(listen).await?;
    println!("CMS is ready at http://{}", listener.local_addr()?);
    axum::serve(listener, site).await?;
    Ok(())
}

async fn queue(State(bare): State<Bare>) -> Result<Response, AppError> {
    let mut connection = bare.pool.acquire().await?;
    let now = crate::clock::Clock::System.now();
    let listed = rows::page(&mut connection, &bare.viewer, &Filter::of(Queue::Organisation), now).await?;
    page::ok(&Twin { listed: Some(listed), contact: None, history: Vec::new() })
}

async fn contact(State(bare): State<Bare>, Path(crn): Path<String>) -> Result<Response, AppError> {
    let mut connection = bare.pool.acquire().await?;
    let (contact, beside) = Contact::seen_whole(&mut connection, &bare.viewer, &crn).await?;
    let history = history::lines(&contact, beside, 0)?;
    page::ok(&Twin { listed: None, contact: Some(contact), history })
}
