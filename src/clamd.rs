//! Where a virus scanner that speaks clamd's protocol listens, and the one thing that it is asked.

use std::convert::Infallible;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};

/// How long one file may take.
const WITHIN: Duration = Duration::from_secs(20);
const CHUNK: usize = 64 * 1024;
/// The longest answer that is listened to.
const LONGEST: u64 = 1024;

/// A path is that of a socket; anything else an address with its port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clamd {
    Socket(PathBuf),
    Address(String),
}

impl FromStr for Clamd {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Clamd, Infallible> {
        Ok(if text.starts_with('/') { Clamd::Socket(text.into()) } else { Clamd::Address(text.to_owned()) })
    }
}

impl Clamd {
    /// Whether these bytes are infected; an error where it does not answer, or not with yes or no.
    pub async fn is_infected(&self, bytes: &[u8]) -> std::io::Result<bool> {
        let asked = async {
            match self {
                Clamd::Socket(path) => ask(UnixStream::connect(path).await?, bytes).await,
                Clamd::Address(address) => ask(TcpStream::connect(address).await?, bytes).await,
            }
        };
        tokio::time::timeout(WITHIN, asked).await?
    }
}

async fn ask(mut clamd: impl AsyncRead + AsyncWrite + Unpin, bytes: &[u8]) -> std::io::Result<bool> {
    clamd.write_all(b"zINSTREAM\0").await?;
    for chunk in bytes.chunks(CHUNK) {
        clamd.write_u32(u32::try_from(chunk.len()).unwrap_or_default()).await?;
        clamd.write_all(chunk).await?;
    }
    clamd.write_u32(0).await?;
    clamd.flush().await?;
    let mut said = String::new();
    clamd.take(LONGEST).read_to_string(&mut said).await?;
    let said = said.trim_end_matches(['\0', '\n']);
    match said.rsplit(' ').next() {
        Some("OK") => Ok(false),
        Some("FOUND") => Ok(true),
        _ => Err(std::io::Error::other(format!("clamd says “{said}”"))),
    }
}
