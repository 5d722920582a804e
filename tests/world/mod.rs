//! The world of the tests: one private Postgres for the run, a database of its own for every test, the whole site in
//! process, and people who sign in to it.
//!
//! `World::new()` has the cast of the trial and nothing else; `amy`, `bob` and the others below are its people.

pub mod html;
pub mod installed;
pub mod lives;
pub mod trial;

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use clap::Parser;
use cms::app::App;
use cms::clock::Clock;
use cms::cluster::Cluster;
use cms::config::Config;
use cms::db::{Access, Db};
use cms::origins::Origins;
use cms::people::cast;
use cms::seal::Kind;
use cms::site::site;
use cms::stamp::Stamp;
use http_body_util::BodyExt;
use scraper::{Html, Selector};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, PgPool};
use tokio::sync::OnceCell;
use tower::ServiceExt;

pub const PASSWORD: &str = "four gas meters hum";
const HOST: &str = "127.0.0.1:8080";

static CLUSTER: OnceCell<Cluster> = OnceCell::const_new();
static NEXT: AtomicU32 = AtomicU32::new(0);

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

async fn cluster() -> &'static Cluster {
    CLUSTER
        .get_or_init(|| async {
            let cluster = Cluster::start_for_tests().await.unwrap();
            cluster.ensure_database("template").await.unwrap();
            let pool = PgPoolOptions::new().max_connections(1).connect(&cluster.url("template")).await.unwrap();
            cms::db::MIGRATIONS.run(&pool).await.unwrap();
            let hash = cms::secret::hash_password(PASSWORD.to_owned()).await.unwrap();
            let mut tx = pool.begin().await.unwrap();
            cast::settle(&mut tx, &hash).await.unwrap();
            tx.execute("insert into crn_key (key) values ('test')").await.unwrap();
            tx.execute("update person set terms_accepted = now()").await.unwrap();
            tx.execute("update installation set made_by_trial = true").await.unwrap();
            tx.commit().await.unwrap();
            pool.close().await;
            cluster
        })
        .await
}

/// A database that nobody else uses; answers its URL.
pub async fn database() -> String {
    copy_of("template").await
}

/// A copy of a database to which nobody is connected; answers its URL.
async fn copy_of(template: &str) -> String {
    let cluster = cluster().await;
    let name = format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let mut connection = PgConnection::connect(&cluster.url("postgres")).await.unwrap();
    // cloning waits for nobody, but a template in use is refused: try again
    for _ in 0..200 {
        let clone = format!("create database {name} template {template} strategy file_copy");
        if connection.execute(sqlx::raw_sql(AssertSqlSafe(clone))).await.is_ok() {
            return cluster.url(&name);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the template could not be cloned");
}

/// An empty database without any schema.
pub async fn empty_database() -> String {
    let cluster = cluster().await;
    let name = format!("empty_{}", NEXT.fetch_add(1, Ordering::Relaxed));
    cluster.ensure_database(&name).await.unwrap();
    cluster.url(&name)
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
        Person { site: self.site.clone(), cookie: None, browser: None, stamp: None }
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
        Person { site: self.site.clone(), cookie: Some(format!("cms={id}")), browser: None, stamp }
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

/// A whole, valid MNC.
pub const MNC: &[(&str, &str)] = &[
    ("building_number", "7"),
    ("building_name", ""),
    ("sub_building_name", ""),
    ("plot_number", ""),
    ("street", "Moss Lane"),
    ("dependent_street", ""),
    ("locality", "Upper Moss"),
    ("post_town", "LEEDS"),
    ("county", ""),
    ("postcode", "LS1 4DY"),
    ("uprn", ""),
    ("by_hand", ""),
    ("msn", "G4A0123456"),
    ("reading", ""),
    ("reading_date", ""),
    ("market_sector", "D"),
    ("aq", "12000"),
    ("neighbours", ""),
    ("why", "New house; the service was laid in May."),
    ("own_reference", "REF-1"),
    ("contact_name", "Site office"),
    ("contact_phone", "01632 960001"),
    ("contact_email", "site@example.com"),
];

/// A whole, valid answer to a site visit.
pub const VISIT: &[(&str, &str)] = &[
    ("visited", "TODAY"),
    ("access", "yes"),
    ("service", "yes"),
    ("meter", "yes"),
    ("remarks", "Meter seen in the box by the door."),
];

/// Today in London, as people type it.
pub fn today() -> String {
    cms::trade::dates::show_typed(cms::trade::working_time::london_date(Clock::System.now()))
}

/// What was typed, as pages say it: dates in words.
pub fn in_words(typed: &str) -> String {
    let date = typed.contains('/').then(|| cms::trade::dates::parse_date(typed).ok()).flatten();
    date.map_or_else(|| typed.to_owned(), cms::trade::dates::show_words)
}

/// [`VISIT`] with today's date in it.
pub fn visit() -> Vec<(&'static str, String)> {
    let today = today();
    VISIT.iter().map(|(name, value)| (*name, value.replace("TODAY", &today))).collect()
}

/// Somebody at a browser.
#[derive(Clone)]
pub struct Person {
    site: Router,
    cookie: Option<String>,
    /// by which accounts know it
    pub browser: Option<String>,
    /// that of the last page that was opened
    stamp: Option<String>,
}

impl Person {
    /// As a browser does, it follows to the address that a fresh form is given.
    pub async fn get(&mut self, path: &str) -> Page {
        let page = self.send(Request::get(path), Body::empty()).await;
        let form = page.location();
        if form.starts_with("/contacts/new/mnc?key=") || form.starts_with("/bulk/form?key=") {
            self.send(Request::get(form), Body::empty()).await
        } else {
            page
        }
    }

    /// As a browser does that follows a link on the page `before`.
    pub async fn get_from(&mut self, before: &str, path: &str) -> Page {
        let request = Request::get(path).header(header::REFERER, format!("http://{HOST}{before}"));
        self.send(request, Body::empty()).await
    }

    /// Sends a form, with the stamp of its page unless the fields have one.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let is_stamped = fields.iter().any(|(name, _)| *name == "epoch");
        let stamp = if is_stamped { None } else { self.stamp(path).await.map(|stamp| ("epoch", stamp)) };
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).extend_pairs(stamp).finish();
        self.post_raw(path, body).await
    }

    /// What a page stamps the form that is sent to this path with; nothing for who has not signed in.
    pub async fn stamp(&mut self, path: &str) -> Option<String> {
        if self.stamp.is_none() && self.cookie.is_some() && path != "/sign-in" {
            Box::pin(self.get("/account")).await;
        }
        self.stamp.clone()
    }

    /// A form as whatever bytes it is.
    pub async fn post_raw(&mut self, path: &str, body: impl Into<Body>) -> Page {
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        self.send(request, body.into()).await
    }

    /// Any request, with the person's cookie.
    pub async fn send(&mut self, request: axum::http::request::Builder, body: Body) -> Page {
        let path = request.uri_ref().map(ToString::to_string).unwrap_or_default();
        let mut request = request.header(header::HOST, HOST);
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        if let Some(browser) = &self.browser {
            request = request.header(header::COOKIE, browser);
        }
        let response = self.site.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        for cookie in headers.get_all(header::SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap().to_owned();
            if pair.contains("browser=") {
                self.browser = Some(pair);
                continue;
            }
            let emptied = pair.ends_with('=');
            let cookie = if emptied { None } else { Some(pair) };
            if cookie != self.cookie {
                self.set_cookie(cookie);
            }
        }
        let body = response.into_body().collect().await.unwrap().to_bytes();
        let body = String::from_utf8_lossy(&body).into_owned();
        if headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.to_str().unwrap().starts_with("text/html"))
            && !body.is_empty()
        {
            html::check(&path, status.as_u16(), &body);
            if let Some((stamp, _)) = body.split_once("data-epoch=\"").and_then(|(_, rest)| rest.split_once('"')) {
                self.stamp = Some(stamp.to_owned());
            }
        }
        Page { status, headers, body }
    }

    /// A request just as it is, without cookie and host of ours.
    pub async fn raw(&self, request: Request<Body>) -> Page {
        let response = self.site.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.into_body().collect().await.unwrap().to_bytes();
        Page { status, headers, body: String::from_utf8_lossy(&body).into_owned() }
    }

    pub fn cookie(&self) -> Option<&str> {
        self.cookie.as_deref()
    }

    pub fn set_cookie(&mut self, cookie: Option<String>) {
        self.cookie = cookie;
        self.stamp = None;
    }
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Page {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Page {
    pub fn location(&self) -> String {
        self.headers.get(header::LOCATION).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
    }

    pub fn html(&self) -> Html {
        Html::parse_document(&self.body)
    }

    /// Texts of what a CSS selector finds, white space folded.
    pub fn all(&self, selector: &str) -> Vec<String> {
        let html = self.html();
        let selector = Selector::parse(selector).unwrap();
        html.select(&selector).map(|element| fold(&element.text().collect::<String>())).collect()
    }

    /// Values of an attribute of what a selector finds.
    pub fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        let html = self.html();
        let selector = Selector::parse(selector).unwrap();
        html.select(&selector).filter_map(|element| element.attr(name)).map(str::to_owned).collect()
    }

    /// Where a list goes on: "next" or "prev", a link or, where ticks go with it, a button.
    pub fn other_page(&self, which: &str) -> Option<String> {
        let link = self.attributes(&format!("a[rel='{which}']"), "href").pop();
        link.or_else(|| self.attributes(&format!("button[data-page='{which}']"), "value").pop())
    }

    /// Value of the input with this name.
    pub fn input(&self, name: &str) -> String {
        let values = self.attributes(&format!("input[name='{name}']"), "value");
        values.first().unwrap_or_else(|| panic!("no input {name} in {}", self.text())).clone()
    }

    /// Value of the input with this id.
    pub fn input_of(&self, id: &str) -> String {
        self.attributes(&format!("input#{id}"), "value")
            .pop()
            .unwrap_or_else(|| panic!("no input {id} in {}", self.text()))
    }

    /// Text of the whole page.
    pub fn text(&self) -> String {
        self.all("body").pop().unwrap_or_else(|| self.body.clone())
    }

    /// The error messages by field, from the error summary.
    pub fn errors(&self) -> Vec<(String, String)> {
        let fields = self.attributes(".govuk-error-summary__list a", "href");
        let says = self.all(".govuk-error-summary__list a");
        fields.into_iter().map(|field| field.trim_start_matches('#').to_owned()).zip(says).collect()
    }

    pub fn error(&self, field: &str) -> String {
        self.errors().into_iter().find(|(known, _)| known == field).map(|(_, says)| says).unwrap_or_default()
    }
}

fn fold(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
