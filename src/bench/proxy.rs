//! A go-between on the way to Postgres that counts what the program sends: statements, and round trips, each of which
//! ends with the program waiting for an answer.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, UnixStream};

use super::measured::Look;
use crate::error::CommandError;

/// What has passed since it was last asked.
#[derive(Debug, Default)]
pub struct Traffic {
    pub statements: AtomicU64,
    pub round_trips: AtomicU64,
    pub guards: AtomicU64,
}

impl Traffic {
    /// And begins anew.
    pub fn take(&self) -> Look {
        let take = |counter: &AtomicU64| counter.swap(0, Ordering::SeqCst);
        Look {
            statements: take(&self.statements),
            round_trips: take(&self.round_trips),
            guards: take(&self.guards),
            longest: None,
        }
    }
}

/// Forwards to the Unix socket; answers the address to connect to instead.
pub async fn start(socket: String) -> Result<(SocketAddr, Arc<Traffic>), CommandError> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let (address, counts) = (listener.local_addr()?, Arc::new(Traffic::default()));
    let counting = Arc::clone(&counts);
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let (socket, counts) = (socket.clone(), Arc::clone(&counting));
            tokio::spawn(async move {
                let _ = client.set_nodelay(true);
                let Ok(server) = UnixStream::connect(&socket).await else { return };
                let (mut from_client, mut to_client) = client.into_split();
                let (mut from_server, mut to_server) = server.into_split();
                let back = tokio::spawn(async move { tokio::io::copy(&mut from_server, &mut to_client).await });
                let _ = forward(&mut from_client, &mut to_server, &counts).await;
                back.abort();
            });
        }
    });
    Ok((address, counts))
}

/// Every message of a client but the first has a type, then its length.
async fn forward(
    from: &mut (impl AsyncReadExt + Unpin),
    to: &mut (impl AsyncWriteExt + Unpin),
    counts: &Traffic,
) -> std::io::Result<()> {
    let length = from.read_u32().await?;
    let mut rest = vec![0; length as usize - 4];
    from.read_exact(&mut rest).await?;
    to.write_u32(length).await?;
    to.write_all(&rest).await?;
    loop {
        let kind = from.read_u8().await?;
        let length = from.read_u32().await?;
        let mut rest = vec![0; length as usize - 4];
        from.read_exact(&mut rest).await?;
        match kind {
            b'Q' => {
                counts.round_trips.fetch_add(1, Ordering::SeqCst);
                counts.statements.fetch_add(1, Ordering::SeqCst);
                if rest.starts_with(b"select now() = statement_timestamp()") {
                    counts.guards.fetch_add(1, Ordering::SeqCst);
                }
            }
            b'E' => {
                counts.statements.fetch_add(1, Ordering::SeqCst);
            }
            b'S' => {
                counts.round_trips.fetch_add(1, Ordering::SeqCst);
            }
            _ => {}
        }
        to.write_u8(kind).await?;
        to.write_u32(length).await?;
        to.write_all(&rest).await?;
    }
}
