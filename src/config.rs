//! Settings: what `cms serve` reads from its arguments and the environment.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use crate::clamd::Clamd;
use crate::db::Access;
use crate::deadlines::Deadlines;
use crate::error::AppError;
use crate::secrets::secret;
use crate::source::Range;
use crate::storage::Storage;
#[cfg(feature = "s3")]
use crate::storage::bucket::{Bucket, BucketSettings};

/// How the server runs. Each setting is an environment variable, and an option unless it is a secret.
#[derive(Debug, Clone, Args)]
pub struct Config {
    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, env = "CMS_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Owner's URL of a Postgres database; without it the program runs a Postgres of its own, in trial mode
    #[arg(skip = secret("DATABASE_URL"))]
    pub database_url: Option<String>,
    /// URL with which pages log in to that database, as the role `cms_web`; without it the owner's with that role
    #[arg(skip = secret("CMS_PAGES_URL"))]
    pub pages_url: Option<String>,
    /// Keys that seal what waits and sign forms, 64 hexadecimal digits each: the first is used, the others open what was
    /// sealed before; without them one is made and kept in the database
    #[arg(skip = secret("CMS_SEALING_KEYS"))]
    pub sealing_keys: Option<String>,
    /// PEM file of the authority that signed the database server's certificate
    #[arg(long, env = "CMS_DATABASE_CA")]
    pub database_ca: Option<PathBuf>,
    /// Go without TLS, or without looking at the certificate, to a database on another machine: `yes`
    #[arg(long, env = "CMS_DATABASE_WITHOUT_TLS", value_parser = ["yes", "no"])]
    pub database_without_tls: Option<String>,
    /// Folder in which our own Postgres keeps its data
    #[arg(long, env = "CMS_DATA_DIR")]
    pub data_dir: Option<PathBuf>,
    /// Address people type, such as `https://cms.example`; loopback needs none
    #[arg(long, env = "CMS_PUBLIC_URL")]
    pub public_url: Option<String>,
    /// Addresses of proxies in front, or ranges such as 10.0.0.0/8, comma-separated, whose X-Forwarded-For is believed
    #[arg(long, env = "CMS_TRUSTED_PROXIES", value_delimiter = ',')]
    pub trusted_proxies: Vec<Range>,
    /// Address and port that only operations reach, with /metrics and what /health/ready has to say; none without it
    #[arg(long, env = "CMS_OPERATIONS_LISTEN")]
    pub operations_listen: Option<SocketAddr>,
    /// Trial mode on a database of your own, or where others than this machine can come in
    #[arg(long)]
    pub trial: bool,
    /// Password of the trial's shared accounts
    #[arg(skip = secret("CMS_TRIAL_PASSWORD").unwrap_or_else(|| "four gas meters hum".to_owned()))]
    pub trial_password: String,
    /// Seed of the trial's sample data: the same seed on the same day gives the same contacts
    #[arg(long, env = "CMS_TRIAL_SEED", default_value_t = 1)]
    pub trial_seed: u64,
    /// Virus scanner that speaks clamd's protocol: the path of its socket, or its address and port; without it, none
    #[arg(long, env = "CMS_CLAMD")]
    pub clamd: Option<Clamd>,
    /// The program to start for work that gets a process of its own; `None`: this one
    #[arg(skip)]
    pub program: Option<PathBuf>,
    /// How long clients may take, and how many of their connections stand
    #[arg(skip)]
    pub deadlines: Deadlines,
    #[command(flatten)]
    pub terms: ServiceTerms,
    #[cfg(feature = "s3")]
    #[command(flatten)]
    pub bucket: BucketSettings,
}

/// What an installation decides about its service.
#[derive(Debug, Clone, Args)]
pub struct ServiceTerms {
    /// Working days the CDSP has for its move
    #[arg(long, env = "CMS_DAYS_CDSP", default_value_t = 2)]
    pub days_cdsp: u32,
    /// Working days a network has for a site visit
    #[arg(long, env = "CMS_DAYS_NETWORK", default_value_t = 10)]
    pub days_network: u32,
    /// Working days a raiser has to answer a clarification, after which a reminder is sent
    #[arg(long, env = "CMS_DAYS_CLARIFICATION", default_value_t = 5)]
    pub days_clarification: u32,
    /// Working days after which an unanswered clarification is closed for no reply
    #[arg(long, env = "CMS_DAYS_NO_REPLY", default_value_t = 20)]
    pub days_no_reply: u32,
    /// When support answers, as the help page says it
    #[arg(long, env = "CMS_SUPPORT_HOURS", default_value = "Monday to Friday, 12:00 to 16:00 (UK time)")]
    pub support_hours: String,
    /// Whom people turn to: a telephone number, an e-mail address or a few words; without it, their Local Security Officer
    #[arg(long, env = "CMS_SUPPORT_CONTACT", value_parser = one_line)]
    pub support_contact: Option<String>,
    /// Fair use of shared queues, as the help page says it
    #[arg(
        long,
        env = "CMS_FAIR_USE",
        default_value = "Queues are shared. Work only the contacts that you raised yourself or agreed with colleagues, \
                         and leave some for others when few are waiting."
    )]
    pub fair_use: String,
}

/// One line for people to read.
fn one_line(text: &str) -> Result<String, String> {
    let line = text.trim();
    if line.is_empty() || line.chars().count() > 200 || line.chars().any(char::is_control) {
        return Err("it must be one line of at most 200 characters".to_owned());
    }
    Ok(line.to_owned())
}

impl Config {
    /// Without a database of one's own, trial mode is on.
    pub fn is_trial(&self) -> bool {
        self.trial || self.database_url.is_none()
    }

    /// The program to start for work that gets a process of its own.
    pub fn program(&self) -> Result<PathBuf, AppError> {
        let this = || std::env::current_exe().map_err(|error| AppError::Broken(error.into()));
        self.program.clone().map_or_else(this, Ok)
    }

    /// Refuses a trial that nobody asked for: where the settings of a service are set and its database is not.
    pub fn check_trial(&self) -> Result<(), String> {
        let is_open = self.public_url.is_some() || !self.listen.ip().is_loopback();
        if self.database_url.is_some() || self.trial || !is_open {
            return Ok(());
        }
        Err("DATABASE_URL is not set, so this would be a trial with a public password, open to other machines: set \
             DATABASE_URL, or say --trial."
            .to_owned())
    }

    /// How to reach the database at this owner's URL.
    pub fn access(&self, owner: &str) -> Access {
        Access {
            pages: self.pages_url.clone(),
            sealing_keys: self.sealing_keys.clone(),
            ca: self.database_ca.clone(),
            without_tls: self.database_without_tls.as_deref() == Some("yes"),
            ..Access::from(owner)
        }
    }

    /// Where photos and documents go, or which setting of it is wrong.
    pub fn storage(&self) -> Result<Storage, String> {
        #[cfg(feature = "s3")]
        if let Some(bucket) = Bucket::new(&self.bucket)? {
            return Ok(Storage::Bucket(bucket));
        }
        #[cfg(not(feature = "s3"))]
        if std::env::var_os("CMS_S3_BUCKET").is_some() {
            return Err("CMS_S3_BUCKET is set, but this program was built without the feature s3.".to_owned());
        }
        Ok(Storage::Database)
    }

    /// Refuses what would be unsafe, in a sentence.
    pub fn check(&self) -> Result<(), String> {
        if let Some(url) = &self.public_url
            && !(url.starts_with("https://") || url.starts_with("http://"))
        {
            return Err(format!("CMS_PUBLIC_URL must begin with https://, but is {url}."));
        }
        self.storage()?;
        let is_https = self.public_url.as_deref().is_some_and(|url| url.starts_with("https://"));
        if !self.listen.ip().is_loopback() && !is_https {
            return Err(format!(
                "Listening on {} is open to other machines: set CMS_PUBLIC_URL to the https:// address people use, \
                 or listen on 127.0.0.1.",
                self.listen
            ));
        }
        self.check_trial()
    }
}

#[cfg(test)]
mod tests {
    use super::one_line;

    #[test]
    fn the_support_contact_is_one_line() {
        assert_eq!(one_line(" 0800 111 999 ").as_deref(), Ok("0800 111 999"));
        assert!(one_line(&"é".repeat(200)).is_ok());
        for wrong in ["", "  ", "0800\n111", "0800\t111", &"a".repeat(201)] {
            assert!(one_line(wrong).is_err(), "{wrong:?}");
        }
    }
}
