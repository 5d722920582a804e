//! Where the database is, as whom the program and its pages log in, and that nobody reads along on the way.

use std::path::PathBuf;
use std::str::FromStr;

use sqlx::postgres::{PgConnectOptions, PgSslMode};

use crate::source::is_loopback;

/// The role that pages log in as where nothing else is said.
const PAGES: &str = "cms_web";

/// How to reach a database.
#[derive(Debug, Clone, Default)]
pub struct Access {
    /// the owner's URL
    pub owner: String,
    /// the pages' URL; none: the owner's with the role `cms_web` and no password, as on a socket that trusts
    pub pages: Option<String>,
    /// the installation's keys, as [`super::door::Door`] reads them
    pub sealing_keys: Option<String>,
    /// PEM file with the certificate of who signed the server's
    pub ca: Option<PathBuf>,
    /// somebody said outright that others may read along
    pub without_tls: bool,
}

impl From<&str> for Access {
    fn from(owner: &str) -> Access {
        Access { owner: owner.to_owned(), ..Access::default() }
    }
}

impl From<&String> for Access {
    fn from(owner: &String) -> Access {
        Access::from(owner.as_str())
    }
}

impl Access {
    pub fn owner_options(&self) -> Result<PgConnectOptions, sqlx::Error> {
        self.options("DATABASE_URL", &self.owner)
    }

    pub fn pages_options(&self) -> Result<PgConnectOptions, sqlx::Error> {
        match &self.pages {
            Some(url) => self.options("CMS_PAGES_URL", url),
            None => Ok(self.owner_options()?.username(PAGES).password("")),
        }
    }

    fn options(&self, setting: &str, url: &str) -> Result<PgConnectOptions, sqlx::Error> {
        let refused = |says: String| sqlx::Error::Configuration(says.into());
        is_known(setting, url).map_err(refused)?;
        let mut options = PgConnectOptions::from_str(url).map_err(|error| refused(format!("{setting}: {error}")))?;
        if let Some(ca) = &self.ca {
            options = options.ssl_root_cert(ca);
        }
        is_private(setting, &options, self.without_tls).map_err(refused)?;
        let Some(ca) = &self.ca else { return Ok(options) };
        match std::fs::read_to_string(ca) {
            Ok(text) if text.contains("BEGIN CERTIFICATE") => Ok(options),
            Ok(_) => Err(refused(format!("CMS_DATABASE_CA: {} holds no certificate in PEM.", ca.display()))),
            Err(error) => Err(refused(format!("CMS_DATABASE_CA: {} can’t be read: {error}.", ca.display()))),
        }
    }
}

/// Refuses a way to another machine on which somebody could read along or pretend to be the server.
fn is_private(setting: &str, options: &PgConnectOptions, without_tls: bool) -> Result<(), String> {
    let host = options.get_host();
    if options.get_socket().is_some() || host.starts_with('/') {
        return Ok(());
    }
    if host.contains(',') {
        return Err(format!("{setting} names several servers, “{host}”: name one."));
    }
    if is_loopback(host) || matches!(options.get_ssl_mode(), PgSslMode::VerifyFull) {
        return Ok(());
    }
    if without_tls {
        tracing::warn!(
            server = host,
            "CMS_DATABASE_WITHOUT_TLS is set: whoever can listen on the way to the database reads everything"
        );
        return Ok(());
    }
    Err(format!(
        "{setting} leads to {host}, another machine, without sslmode=verify-full, so others could read along: add \
         sslmode=verify-full to the address, and set CMS_DATABASE_CA to the PEM file of the authority that signed the \
         server’s certificate. (CMS_DATABASE_WITHOUT_TLS=yes goes without.)"
    ))
}

/// What may stand in the query of an address: the library would write others to the log, a password with them.
const PARAMETERS: [&str; 17] = [
    "sslmode",
    "ssl-mode",
    "sslrootcert",
    "ssl-root-cert",
    "ssl-ca",
    "sslcert",
    "ssl-cert",
    "sslkey",
    "ssl-key",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "application_name",
    "statement-cache-capacity",
];

/// Refuses what is no address of Postgres, without showing what stands in it.
fn is_known(setting: &str, url: &str) -> Result<(), String> {
    if !["postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme)) {
        return Err(format!("{setting} must begin with postgres:// or postgresql://."));
    }
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let mut names = form_urlencoded::parse(query.as_bytes()).map(|(name, _)| name);
    match names.find(|name| !PARAMETERS.contains(&&**name) && **name != *"options" && !name.starts_with("options[")) {
        Some(name) => Err(format!("{setting} has a parameter that is not known: {name}.")),
        None => Ok(()),
    }
}

/// What an error of ours says, without the library's words before it.
pub fn says(error: &sqlx::Error) -> String {
    if let sqlx::Error::Configuration(says) = error { says.to_string() } else { error.to_string() }
}

/// An error of connecting, in words that say which setting is wrong.
pub fn explained(error: sqlx::Error, options: &PgConnectOptions) -> sqlx::Error {
    let (host, cause) = (options.get_host(), error.to_string());
    let says = if cause.contains("UnknownIssuer") || cause.contains("BadSignature") {
        format!(
            "the certificate of {host} was not signed by the authority of CMS_DATABASE_CA (or sslrootcert), or by one that \
             is known to all if none is set"
        )
    } else if cause.contains("NotValidForName") || cause.contains("not valid for name") {
        format!("the certificate of the server is for another name than {host}, which the address has")
    } else if cause.contains("Expired") || cause.contains("expired") {
        format!("the certificate of {host} has expired")
    } else if cause.contains("does not support TLS") {
        format!("{host} does not speak TLS: set ssl = on in its postgresql.conf")
    } else {
        return error;
    };
    sqlx::Error::Configuration(format!("{says}. ({cause})").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(url: &str, without_tls: bool) -> Result<PgConnectOptions, String> {
        let access = Access { without_tls, ..Access::from(url) };
        access.owner_options().map_err(|error| error.to_string())
    }

    #[test]
    fn another_machine_is_reached_with_a_certificate_that_was_looked_at_or_not_at_all() {
        for host in
            ["db.internal", "10.0.0.5", "192.168.1.1", "[fd00::1]", "localhost.example", "127.0.0.1.example", "0.0.0.0"]
        {
            for mode in
                ["", "?sslmode=disable", "?sslmode=allow", "?sslmode=prefer", "?sslmode=require", "?sslmode=verify-ca"]
            {
                let url = format!("postgres://cms@{host}/cms{mode}");
                let says = of(&url, false).unwrap_err();
                assert!(says.contains("sslmode=verify-full") && says.contains("CMS_DATABASE_CA"), "{url}: {says}");
                assert!(of(&url, true).is_ok(), "{url}");
            }
            assert!(of(&format!("postgres://cms@{host}/cms?sslmode=verify-full"), false).is_ok(), "{host}");
        }
        for near in ["localhost", "LOCALHOST", "127.0.0.1", "127.8.8.8", "[::1]", "[::ffff:127.0.0.1]", "%2Frun%2Fpg"] {
            assert!(of(&format!("postgres://cms@{near}/cms"), false).is_ok(), "{near}");
        }
        assert!(of("postgres:///cms?host=/run/pg", false).is_ok());
    }

    #[test]
    fn a_second_name_in_the_address_hides_nothing() {
        for far in [
            "postgres://cms@localhost/cms?hostaddr=10.0.0.5",
            "postgres://cms@localhost/cms?host=db.internal",
            "postgres://cms@127.0.0.1/cms?host=10.0.0.5&hostaddr=10.0.0.6",
            "postgres://cms@db.internal/cms?sslmode=verify-full&sslmode=prefer",
            "postgres://cms@db.internal/cms?ssl-mode=require",
        ] {
            assert!(of(far, false).unwrap_err().contains("another machine"), "{far}");
        }
        for several in
            ["postgres:///cms?host=localhost,db.internal", "postgres:///cms?host=db1,db2&sslmode=verify-full"]
        {
            assert!(of(several, true).unwrap_err().contains("several servers"), "{several}");
        }
    }

    #[test]
    fn what_is_no_address_of_postgres_is_refused_and_not_shown() {
        for (url, says) in [
            ("http://localhost/cms?p=hush", "begin with postgres://"),
            ("localhost/cms", "begin with postgres://"),
            ("postgres://localhost/cms?passwrd=hush", "not known: passwrd."),
            ("postgres://localhost/cms?sslmode=disable&SSLMODE=hush", "not known: SSLMODE."),
        ] {
            let said = of(url, true).unwrap_err();
            assert!(said.contains(says) && !said.contains("hush"), "{url}: {said}");
        }
        assert!(of("postgresql:///cms?host=/run/pg&options=-c%20jit%3Doff&options[jit]=off", false).is_ok());
    }

    #[test]
    fn an_error_of_connecting_says_which_setting_is_wrong() {
        let options: PgConnectOptions = "postgres://cms@db.internal/cms".parse().unwrap();
        for (cause, part) in [
            ("invalid peer certificate: UnknownIssuer", "not signed by the authority of CMS_DATABASE_CA"),
            ("invalid peer certificate: BadSignature", "not signed by the authority of CMS_DATABASE_CA"),
            ("invalid peer certificate: NotValidForName", "another name than db.internal"),
            ("certificate not valid for name \"db\"", "another name than db.internal"),
            ("invalid peer certificate: Expired", "of db.internal has expired"),
            ("certificate expired: verification time 1", "of db.internal has expired"),
            ("server does not support TLS", "db.internal does not speak TLS"),
        ] {
            let said = says(&explained(sqlx::Error::Protocol(cause.to_owned()), &options));
            assert!(said.contains(part) && said.contains(cause), "{cause}: {said}");
        }
        assert!(matches!(explained(sqlx::Error::PoolTimedOut, &options), sqlx::Error::PoolTimedOut));
    }

    #[test]
    fn the_pages_address_is_held_to_the_same() {
        let mut access = Access::from("postgres://owner:secret@127.0.0.1/cms");
        assert_eq!(access.pages_options().unwrap().get_username(), "cms_web");
        access.pages = Some("postgres://cms_web:x@10.0.0.5/cms".to_owned());
        assert!(access.pages_options().unwrap_err().to_string().contains("CMS_PAGES_URL leads to 10.0.0.5"));
        access.ca = Some("/nowhere/ca.pem".into());
        access.pages = None;
        assert!(access.owner_options().unwrap_err().to_string().contains("can’t be read"));
    }
}
