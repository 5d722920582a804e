//! The command line: serving, migrating, and the few acts that come before anybody can sign in.

use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::addresses::import::ImportKind;
use crate::bench::{self, Bench};
use crate::boot;
use crate::config::Config;
use crate::log;
use crate::people::command::NewPerson;
use crate::secrets;

const SECRETS_HELP: &str = "Secrets are read from the environment alone: DATABASE_URL, CMS_PAGES_URL, CMS_SEALING_KEYS, \
    CMS_TRIAL_PASSWORD, CMS_S3_ACCESS_KEY and CMS_S3_SECRET_KEY, or from a file that DATABASE_URL_FILE and so on name.";

#[derive(Debug, Parser)]
#[command(name = "cms", about = "Contact Management Service", version, args_conflicts_with_subcommands = true,
          after_help = SECRETS_HELP)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: Config,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the site (what `cms` alone does)
    Serve(Config),
    /// Take in a licensed address file: PAF as CSV, or others with their header
    ImportAddresses {
        file: PathBuf,
        #[command(flatten)]
        config: Config,
    },
    /// Take in the official list of postcodes: CSV with outcode, incode, LDZ and exit zone
    ImportPostcodes {
        file: PathBuf,
        #[command(flatten)]
        config: Config,
    },
    /// Bring the database's schema up to date and stop
    Migrate(Config),
    /// Add an organisation
    AddOrganisation {
        /// Three letters or digits, such as ALD
        #[arg(long)]
        code: String,
        #[arg(long)]
        name: String,
        /// Shipper, DN, IGT or CDSP
        #[arg(long)]
        kind: String,
        #[command(flatten)]
        config: Config,
    },
    /// Add a person, and print a one-use link with which they set their password within 72 hours
    AddPerson {
        #[command(flatten)]
        person: NewPerson,
        #[command(flatten)]
        config: Config,
    },
    /// Measure how fast this build is, on a data set and a Postgres of its own
    Bench(Bench),
    /// The bare pages that `bench` compares with
    #[command(hide = true)]
    BenchTwin(Config),
    /// Read a workbook from stdin and write its rows to stdout
    #[command(hide = true)]
    ReadSpreadsheet {
        /// the contact type of its rows
        contact_type: String,
    },
    /// Read a PDF from stdin and write it anew to stdout
    #[command(hide = true)]
    ReadDocument,
    /// Compare every number on people's home pages and queues with a full count
    Check(Config),
    /// Print what the program is made of, as CycloneDX 1.6
    Sbom,
    /// Disable a person: their sessions end, and what they hold goes back to the queue
    DisablePerson {
        account: String,
        /// Also if their organisation is left without a supervisor or an officer
        #[arg(long)]
        even_the_last: bool,
        #[command(flatten)]
        config: Config,
    },
    /// End somebody's sessions, or everybody's: they have to sign in again
    EndSessions {
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        account: Option<String>,
        /// Everybody's
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        config: Config,
    },
    /// Say yes to the new role that an officer has asked for, where there is no second officer
    ApproveRoles {
        account: String,
        #[command(flatten)]
        config: Config,
    },
}

/// Runs the command line; failures are one sentence on stderr.
pub fn run() -> ExitCode {
    if let Err(says) = secrets::check() {
        eprintln!("{says}");
        return ExitCode::FAILURE;
    }
    let cli = Cli::parse();
    if let Some(Command::ReadSpreadsheet { contact_type }) = &cli.command {
        // before anything that needs memory: it is about to be limited
        let done = crate::bulk::read::workbook::run(contact_type);
        return if done.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    if matches!(cli.command, Some(Command::ReadDocument)) {
        return if crate::evidence::document::run().is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    if matches!(cli.command, Some(Command::Sbom)) {
        println!("{:#}", crate::sbom::bill());
        return ExitCode::SUCCESS;
    }
    if matches!(cli.command, None | Some(Command::Serve(_))) {
        give_memory_back();
    }
    log::start();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("CMS could not start: {error}");
            return ExitCode::FAILURE;
        }
    };
    let done = runtime.block_on(async {
        match cli.command.unwrap_or(Command::Serve(cli.serve)) {
            Command::Serve(config) => boot::serve(config).await,
            Command::ReadSpreadsheet { .. } | Command::ReadDocument | Command::Sbom => Ok(()),
            Command::Bench(bench) => bench::run(bench).await,
            Command::BenchTwin(config) => {
                bench::twin::serve(config.database_url.as_deref().unwrap_or_default(), config.listen).await
            }
            Command::Check(config) => boot::check(config).await,
            Command::ImportAddresses { file, config } => boot::import(config, ImportKind::Addresses, &file).await,
            Command::ImportPostcodes { file, config } => boot::import(config, ImportKind::Postcodes, &file).await,
            Command::Migrate(config) => boot::migrate(config).await,
            Command::AddOrganisation { code, name, kind, config } => {
                boot::add_organisation(config, &code, &name, &kind).await
            }
            Command::AddPerson { person, config } => boot::add_person(config, &person).await,
            Command::DisablePerson { account, even_the_last, config } => {
                boot::disable_person(config, &account, even_the_last).await
            }
            Command::EndSessions { account, config, .. } => boot::end_sessions(config, account.as_deref()).await,
            Command::ApproveRoles { account, config } => boot::approve_roles(config, &account).await,
        }
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Begins again with glibc told to give large blocks back at once, and to keep the few megabytes that every page takes and
/// gives back. Of itself it keeps more after each large block that is freed: measured after eight photos of 12 million
/// pixels, 75 MiB were kept instead of 57, and 61 instead of 44 before. Told to keep nothing at its end, it asks the system
/// for each page's memory anew: brotli of a queue page took five times as long.
/// It reads this when a process starts, so the process starts once more, under the same id.
fn give_memory_back() {
    const THRESHOLD: &str = "MALLOC_MMAP_THRESHOLD_";
    let Ok(program) = std::env::current_exe() else { return };
    if std::env::var_os(THRESHOLD).is_some() {
        return;
    }
    let mut again = std::process::Command::new(program);
    if let Some(name) = std::env::args_os().next() {
        again.arg0(name);
    }
    // comes back only where it could not be done, and then memory is merely kept
    let settings = [(THRESHOLD, "1048576"), ("MALLOC_TRIM_THRESHOLD_", "4194304"), ("MALLOC_ARENA_MAX", "2")];
    let _ = again.args(std::env::args_os().skip(1)).envs(settings).exec();
}
