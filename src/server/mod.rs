//! The accept loop. `axum::serve` waits for headers for ever, so this one is ours: time for headers and for taking answers,
//! connections counted in all and by client ([`connections`]), and a calm stop.

mod connections;
mod rest;
mod watched;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::net::TcpListener;
use tower::ServiceExt;

use self::connections::{Connections, Holder};
use self::rest::ReadToEnd;
use self::watched::Watched;
use crate::config::Config;
use crate::guard::MOST_OF_HEADERS;
use crate::source;

/// How long requests under way may take once the server is asked to stop.
const STOP_WITHIN: Duration = Duration::from_secs(8);
/// Handles that are not connections of clients: the database's, files, the listeners.
const OTHER_HANDLES: u64 = 128;

/// How many connections the machine has handles for: as many as it lets this program have.
fn handles(wanted: usize) -> usize {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let needed = wanted as u64 + OTHER_HANDLES;
    let enough = maximum.map_or(needed, |maximum| needed.min(maximum));
    let raised = current.is_some_and(|current| current < enough)
        && setrlimit(Resource::Nofile, Rlimit { current: Some(enough), maximum }).is_ok();
    let have = if raised { Some(enough) } else { current };
    let room = have.map_or(needed, |have| have.min(needed)).saturating_sub(OTHER_HANDLES).max(16);
    let room = usize::try_from(room).unwrap_or(wanted);
    if room < wanted {
        tracing::warn!(room, wanted, "fewer connections than wanted: this program may open too few files");
    }
    room
}

/// Whose connection this is.
fn holder(config: &Config, peer: SocketAddr) -> Holder {
    if config.trusted_proxies.iter().any(|range| range.contains(peer.ip())) {
        Holder::Proxy(source::plain(peer.ip()))
    } else {
        Holder::Client(source::counted(peer.ip()))
    }
}

/// Serves until `stop` resolves, then lets requests under way finish.
pub async fn serve(listener: TcpListener, config: &Config, site: Router, stop: impl Future<Output = ()>) {
    let deadlines = config.deadlines.clone();
    let connections = Connections::new(handles(deadlines.connections), deadlines.of_one_client);
    let graceful = GracefulShutdown::new();
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(deadlines.headers).max_buf_size(MOST_OF_HEADERS).max_headers(64);
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // out of file handles, most likely: breathe, rather than spin
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let _ = stream.set_nodelay(true);
        let Some(place) = connections.take(holder(config, peer)) else {
            tracing::warn!(client = %source::plain(peer.ip()), "too many connections; one was turned away");
            continue;
        };
        let service = site.clone().map_request(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(peer);
            request.map(ReadToEnd::body)
        });
        let connection = http
            .serve_connection(TokioIo::new(Watched::new(stream, deadlines.reading)), TowerToHyperService::new(service));
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            let ends = Arc::clone(&place.ends);
            tokio::select! {
                // a client that goes away is no fault of ours
                _ = connection => {}
                () = ends.notified() => tracing::warn!(client = %source::plain(peer.ip()), "a connection made room for another"),
            }
            drop(place);
        });
    }
    drop(listener);
    if tokio::time::timeout(STOP_WITHIN, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not finish in time");
    }
}
