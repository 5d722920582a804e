//! The accept loop. `axum::serve` waits for headers for ever, so this one is ours: time for headers, a cap on
//! connections in all and for each address, and a calm stop.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tower::ServiceExt;

/// Seconds a client has to send its request line and headers.
const HEADERS_WITHIN: Duration = Duration::from_secs(5);
/// How long requests under way may take once the server is asked to stop.
const STOP_WITHIN: Duration = Duration::from_secs(8);
const MOST_CONNECTIONS: usize = 2048;
/// An office, or a proxy, shares one address, and each page in view holds a connection of its own for presence.
const MOST_OF_ONE_ADDRESS: usize = 1024;

type Counts = Arc<Mutex<HashMap<IpAddr, usize>>>;

/// One connection's place; gives it back when it goes.
struct ConnectionPlace {
    counts: Counts,
    address: IpAddr,
}

impl ConnectionPlace {
    fn take(counts: &Counts, address: IpAddr) -> Option<ConnectionPlace> {
        let mut open = counts.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(address).or_insert(0);
        if *count >= MOST_OF_ONE_ADDRESS {
            return None;
        }
        *count += 1;
        Some(ConnectionPlace { counts: Arc::clone(counts), address })
    }
}

impl Drop for ConnectionPlace {
    fn drop(&mut self) {
        let mut open = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.address);
            }
        }
    }
}

/// Serves until `stop` resolves, then lets requests under way finish.
pub async fn serve(listener: TcpListener, site: Router, stop: impl Future<Output = ()>) {
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let counts = Counts::default();
    let graceful = GracefulShutdown::new();
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEADERS_WITHIN).max_buf_size(64 * 1024).max_headers(64);
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
        let (Ok(permit), Some(place)) =
            (Arc::clone(&places).try_acquire_owned(), ConnectionPlace::take(&counts, peer.ip()))
        else {
            tracing::warn!(address = %peer.ip(), "too many connections; one was turned away");
            continue;
        };
        let service = site.clone().map_request(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(peer);
            request.map(axum::body::Body::new)
        });
        let connection = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            // a client that goes away is no fault of ours
            let _ = connection.await;
            drop((permit, place));
        });
    }
    drop(listener);
    if tokio::time::timeout(STOP_WITHIN, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not finish in time");
    }
}
