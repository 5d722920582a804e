//! The world of the tests: one private Postgres for the run, a database of its own for every test, the whole site in
//! process, and people who sign in to it.
//!
//! `World::new()` has the cast of the trial and nothing else; `amy`, `bob` and the others below are its people.

mod databases;
mod forms;
pub mod html;
pub mod installed;
pub mod lives;
mod person;
pub mod trial;

pub use self::databases::{database, empty_database};
pub use self::forms::{MNC, in_words, today, visit};
pub use self::person::{Page, Person};

use axum::Router;
use axum::http::StatusCode;
use clap::Parser;
use cms::app::App;
use cms::clock::Clock;
use cms::config::Config;
use cms::db::{Access, Db};
use cms::origins::Origins;
use cms::seal::Kind;
use cms::site::site;
use cms::stamp::Stamp;
use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

pub const PASSWORD: &str = "four gas meters hum";
const HOST: &str = "127.0.0.1:8080";

#[derive(Parser)]
struct Settings {
    #[command(flatten)]
    config: Config,
}

/// Settings as `cms serve` has them, in trial mode.
pub fn config() -> Config {
    // whatever the environment says of other databases
    Config {
        database_url: None,
        clamd: None,
        program: Some(env!("CARGO_BIN_EXE_cms").into()),
        ..Settings::parse_from(["cms"]).config
    }
}

/// The site on a database of its own.
pub struct World {
    pub app: App,
    pub site: Router,
    pub url: String,
}

impl World {
    pub async fn new() -> World {
        World::with(|_| {}, Clock::System).await
    }

    /// With settings or a clock of one's own.
    pub async fn with(change: impl FnOnce(&mut Config), clock: Clock) -> World {
        World::on(database().await, change, clock).await
    }

    /// One more instance on the database at `url`.
    pub async fn on(url: String, change: impl FnOnce(&mut Config), clock: Clock) -> World {
        let mut config = config();
        change(&mut config);
        let options: PgConnectOptions = url.parse().unwrap();
        let owner = PgPoolOptions::new().max_connections(3).connect_with(options).await.unwrap();
        let db = Db::with_owner(owner, &url, 6).await.unwrap();
        let origins = Origins::new(config.public_url.as_deref(), config.listen);
        let app = App::new(db, config, clock, origins);
        World { site: site(&app), app, url }
    }

    /// The same database behind one wall only: pages work as the owner, whom row-level security does not bind.
    pub fn behind_queries_only(&self) -> World {
        let mut db = self.app.db.clone();
        db.web = self.owner().clone();
        self.behind(db)
    }

    /// The same after a restart with these sealing keys.
    pub async fn restarted_with(&self, keys: &str) -> World {
        let access = Access { sealing_keys: Some(keys.to_owned()), ..Access::from(&self.url) };
        self.behind(Db::with_owner(self.owner().clone(), access, 4).await.unwrap())
    }

    /// The same whose pages, and whose desk, have one connection to the database.
    pub async fn on_one_connection(&self) -> World {
        self.behind(Db::with_owner(self.owner().clone(), &self.url, 1).await.unwrap())
    }

    fn behind(&self, db: Db) -> World {
        let app = App::new(db, self.app.config.clone(), self.app.clock, self.app.origins.clone());
        World { site: site(&app), app, url: self.url.clone() }
    }

    /// The site behind its real accept loop, on a port of its own; answers its address. Ends with the test.
    pub async fn listen() -> (World, String) {
        World::listen_on(database().await).await
    }

    /// As [`World::listen`], with settings of one's own.
    pub async fn listen_with(change: impl FnOnce(&mut Config)) -> (World, String) {
        World::listening(database().await, change).await
    }

    /// As [`World::listen`], on the database at `url`.
    pub async fn listen_on(url: String) -> (World, String) {
        World::listening(url, |_| {}).await
    }

    async fn listening(url: String, change: impl FnOnce(&mut Config)) -> (World, String) {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let set = |config: &mut Config| {
            change(config);
            config.listen = address;
        };
        let world = World::on(url, set, Clock::System).await;
        let (app, site) = (world.app.clone(), world.site.clone());
        tokio::spawn(async move { cms::server::serve(listener, &app.config, site, std::future::pending()).await });
        tokio::spawn(cms::bulk::worker::run(world.app.clone()));
        tokio::spawn(world.app.presence.clone().listen(world.owner().clone()));
        (world, format!("http://{address}"))
    }

    pub fn owner(&self) -> &PgPool {
        &self.app.db.owner
    }

    /// Somebody who has not signed in.
    pub fn stranger(&self) -> Person {
        Person::at(self.site.clone(), None, None)
    }

    /// Signed in as this account, by a session that is put there: the page and its password have tests of their own.
    pub async fn sign_in(&self, account: &str) -> Person {
        let id = tower_sessions::session::Id::default();
        let epoch: i64 = sqlx::query_scalar(
            "insert into session (id_hash, person_id, browser, ends)
             select $1, id, 'Test', now() + interval '1 hour' from person where account = $2
             returning (select epoch from installation)",
        )
        .bind(cms::session::hash(&id))
        .bind(account)
        .fetch_one(self.owner())
        .await
        .unwrap();
        let stamp = Some(self.stamp(epoch, account));
        Person::at(self.site.clone(), Some(format!("cms={id}")), stamp)
    }

    /// As the pages that are drawn for this account from this data have it.
    pub fn stamp(&self, epoch: i64, account: &str) -> String {
        Stamp::sign(self.app.db.sealing_key(), epoch, account)
    }

    /// Logs a valid MNC as this person, through the pages, and answers its CRN.
    pub async fn log(&self, by: &mut Person) -> String {
        let form = by.get("/contacts/new/mnc").await;
        let (key, epoch) = (form.input("key"), form.input("epoch"));
        let mut fields = MNC.to_vec();
        fields.extend([("key", key.as_str()), ("epoch", epoch.as_str())]);
        let check = by.post("/contacts/new/mnc", &fields).await;
        assert_eq!(check.status, StatusCode::SEE_OTHER, "{}", check.text());
        let mut done = by.post("/contacts/new/mnc/check", &[("key", &key), ("epoch", &epoch)]).await;
        if done.location().starts_with("/contacts/new/mnc/alike") {
            // not the first one of this address
            let go_on = [("key", key.as_str()), ("epoch", &epoch), ("shown", "20"), ("reason", "Another meter")];
            done = by.post("/contacts/new/mnc/alike", &go_on).await;
        }
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
        done.location().split('/').nth(2).unwrap().to_owned()
    }

    /// Version of a contact, as its pages carry it.
    pub async fn version(&self, crn: &str) -> i32 {
        sqlx::query_scalar("select version from contact where crn = $1")
            .bind(crn)
            .fetch_one(self.owner())
            .await
            .unwrap()
    }

    /// The same as pages show it.
    pub async fn shown_version(&self, crn: &str) -> String {
        self.app.seal().version(crn, self.version(crn).await)
    }

    /// CRN and version of a row as its box sends them.
    pub async fn tick(&self, crn: &str) -> String {
        format!("{crn}.{}", self.shown_version(crn).await)
    }

    /// Somebody as forms name a colleague.
    pub async fn colleague(&self, account: &str) -> String {
        self.app.seal().show(Kind::Person, self.person_id(account).await)
    }

    /// Code of the status in which a contact stands.
    pub async fn status(&self, crn: &str) -> String {
        sqlx::query_scalar("select status from contact where crn = $1").bind(crn).fetch_one(self.owner()).await.unwrap()
    }

    pub async fn person_id(&self, account: &str) -> i64 {
        sqlx::query_scalar("select id from person where account = $1")
            .bind(account)
            .fetch_one(self.owner())
            .await
            .unwrap()
    }

    pub async fn organisation_id(&self, code: &str) -> i64 {
        sqlx::query_scalar("select id from organisation where code = $1")
            .bind(code)
            .fetch_one(self.owner())
            .await
            .unwrap()
    }

    /// Who holds the contact.
    pub async fn holder(&self, crn: &str) -> Option<i64> {
        let holder = sqlx::query_scalar("select holder from contact where crn = $1").bind(crn);
        holder.fetch_one(self.owner()).await.unwrap()
    }

    /// Does an action through its page, with the version that the contact has now.
    pub async fn act(&self, by: &mut Person, crn: &str, action: &str, fields: &[(&str, &str)]) -> Page {
        let version = self.shown_version(crn).await;
        let mut all = vec![("version", version.as_str())];
        all.extend_from_slice(fields);
        by.post(&format!("/contacts/{crn}/{action}"), &all).await
    }

    /// As [`World::act`], and it has to succeed.
    pub async fn must(&self, by: &mut Person, crn: &str, action: &str, fields: &[(&str, &str)]) {
        let page = self.act(by, crn, action, fields).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{action}: {}", page.text());
    }

    /// Assigns the contact to the person with this account, who must be `by`.
    pub async fn take(&self, by: &mut Person, crn: &str, account: &str) {
        let colleague = self.colleague(account).await;
        self.must(by, crn, "assign", &[("colleague", &colleague)]).await;
    }

    /// Everything in the tables that a refused act must not have touched, as one value to compare.
    pub async fn digest(&self) -> String {
        sqlx::query_scalar(
            "select md5(concat_ws('|',
                (select string_agg(c::text, ',' order by id) from contact c),
                (select string_agg(e::text, ',' order by contact_id, version) from contact_event e),
                (select string_agg(r::text, ',' order by contact_id, kind, number) from referral r),
                (select string_agg(n::text, ',' order by id) from notification n),
                (select string_agg(n::text, ',' order by id) from contact_note n),
                (select string_agg(p::text, ',' order by id) from person p),
                (select string_agg(m::text, ',' order by mprn) from meter_point m),
                (select string_agg(m::text, ',' order by mprn, number) from meter_point_event m),
                (select string_agg(m::text, ',' order by contact_id) from mnc m),
                (select string_agg(m::text, ',' order by contact_id, role, place) from contact_mprn m),
                (select string_agg(s::text, ',' order by contact_id) from site_contact s),
                (select string_agg(s::text, ',' order by contact_id) from raiser_note s)))",
        )
        .fetch_one(self.owner())
        .await
        .unwrap()
    }
}
