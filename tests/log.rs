//! The program's log: what every line of a request says, and what none may say.

use std::io::Write;
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::http::Request;
use serde_json::Value;
use tracing::subscriber::set_default;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::world::{PASSWORD, World};

/// Where the lines of a test go.
#[derive(Clone, Default)]
pub struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Kept {
    type Writer = Kept;

    fn make_writer(&'a self) -> Kept {
        self.clone()
    }
}

impl Kept {
    /// What was logged since it was last asked.
    pub fn take_text(&self) -> String {
        String::from_utf8(std::mem::take(&mut *self.0.lock().unwrap())).unwrap()
    }

    /// The same, line by line.
    fn take(&self) -> Vec<Value> {
        let text = self.take_text();
        text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"))).collect()
    }
}

/// The lines of this event; every one of them must name its request, and the lines of one request the same one.
fn of<'a>(lines: &'a [Value], event: &str) -> Vec<&'a Value> {
    for line in lines {
        for field in ["timestamp", "level", "id", "method", "route", "client"] {
            assert!(line[field].is_string(), "{field} is missing in {line}");
        }
        assert_eq!(line["id"], lines[0]["id"], "{line}");
    }
    lines.iter().filter(|line| line["event"] == event).collect()
}

#[tokio::test]
async fn every_line_of_a_request_names_it_and_whoever_sent_it() {
    let world = World::new().await;
    let mut agent = world.sign_in("alder.agent").await;
    let crn = world.log(&mut agent).await;
    let mut rival = world.sign_in("birch.agent").await;
    let kept = Kept::default();
    let _watched = set_default(cms::log::lines(EnvFilter::new("info"), kept.clone()));
    // whether anybody listens is remembered where a line is logged, and other tests may have been the first there
    agent.get("/").await;
    tracing::callsite::rebuild_interest_cache();
    kept.take();

    // a page
    agent.get("/queues/raised?q=SECRETSTREET").await;
    let lines = kept.take();
    of(&lines, "");
    let [line] = &lines[..] else { panic!("{lines:?}") };
    assert_eq!(
        (&line["message"], &line["route"], &line["status"]),
        (&"answered".into(), &"/queues/{queue}".into(), &200.into())
    );
    assert_eq!((&line["person"], &line["organisation"]), (&"alder.agent".into(), &"ALD".into()));
    assert_eq!(line["session"].as_str().unwrap().len(), 8);

    // a refusal
    rival.get(&format!("/contacts/{crn}")).await;
    let lines = kept.take();
    let [refused] = of(&lines, "authz_fail")[..] else { panic!("{lines:?}") };
    assert_eq!((&refused["person"], &refused["organisation"]), (&"birch.agent".into(), &"BIR".into()));
    assert_eq!((&refused["route"], &refused["status"]), (&"/contacts/{crn}".into(), &404.into()));

    // a form from elsewhere
    let mut elsewhere = world.sign_in("birch.agent").await;
    let request = Request::builder().method("POST").uri("/feedback").header("origin", "https://evil.example");
    elsewhere.send(request, Body::empty()).await;
    let lines = kept.take();
    let [refused] = of(&lines, "malicious_csrf")[..] else { panic!("{lines:?}") };
    assert_eq!((&refused["person"], &refused["status"]), (&"birch.agent".into(), &403.into()));

    // exports, streamed and whole
    for ending in ["csv", "xlsx"] {
        agent.get(&format!("/queues/raised/export.{ending}?q=SECRETSTREET&status=CCVA")).await;
        let lines = kept.take();
        let [export] = of(&lines, "export")[..] else { panic!("{lines:?}") };
        assert_eq!((&export["list"], &export["rows"]), (&"/queues/raised q status".into(), &0.into()));
        assert_eq!((&export["person"], &export["status"]), (&"alder.agent".into(), &200.into()));
    }

    // a failure of ours, with its cause; its page has the same reference
    sqlx::query("alter table saved_text rename to mislaid").execute(world.owner()).await.unwrap();
    let page = agent.get("/texts").await;
    let lines = kept.take();
    let [failed] = of(&lines, "sys_failed")[..] else { panic!("{lines:?}") };
    assert!(page.body.contains(failed["id"].as_str().unwrap()), "{}", page.text());
    assert!(failed["cause"].as_str().unwrap().contains("saved_text"), "{failed}");
    assert_eq!((&failed["status"], &failed["route"]), (&500.into(), &"/texts".into()));
}

#[tokio::test]
async fn lines_of_the_door_say_with_what_it_was_answered() {
    let world = World::new().await;
    sqlx::query("update person set demo = false").execute(world.owner()).await.unwrap();
    let kept = Kept::default();
    let _watched = set_default(cms::log::lines(EnvFilter::new("info"), kept.clone()));
    world.stranger().get("/help").await;
    tracing::callsite::rebuild_interest_cache();
    kept.take();
    let mut told = Vec::new();
    for password in ["no no no no no"; 11].into_iter().chain([PASSWORD]) {
        let page = world.stranger().post("/sign-in", &[("account", "alder.agent"), ("password", password)]).await;
        let lines = kept.take();
        let of_door: Vec<_> = lines.iter().filter(|line| line["message"] == "at the door").collect();
        let [line] = of_door[..] else { panic!("{lines:?}") };
        assert_eq!(line["status"], page.status.as_u16(), "{line}");
        told.push(line["event"].as_str().unwrap().to_owned());
    }
    assert!(
        told.contains(&"authn_login_fail".to_owned()) && told.contains(&"authn_login_throttled".to_owned()),
        "{told:?}"
    );
}

#[tokio::test]
async fn nothing_that_people_type_is_in_the_log() {
    let world = World::new().await;
    let mut agent = world.sign_in("alder.agent").await;
    let mut stranger = world.stranger();
    let kept = Kept::default();
    let _watched = set_default(cms::log::lines(EnvFilter::new("info"), kept.clone()));
    agent.get("/").await;
    tracing::callsite::rebuild_interest_cache();
    stranger.post("/sign-in", &[("account", "SECRET-in-the-wrong-field"), ("password", "SECRET password typed")]).await;
    stranger.post("/sign-in", &[("account", "alder.agent"), ("password", "SECRET password typed")]).await;
    agent.get("/search?q=SECRETWORD").await;
    agent.get("/queues/raised?q=SECRETWORD&after=SECRETCURSOR").await;
    agent.get("/queues/raised/export.csv?q=SECRETWORD").await;
    agent.post("/feedback", &[("says", "SECRET remark"), ("about", "SECRET kind"), ("more", "SECRET")]).await;
    agent.post("/contacts/new/mnc", &[("street", "SECRET Street"), ("msn", "SECRET"), ("epoch", "SECRET")]).await;
    agent.get("/set-password/SECRET").await;
    agent.get("/contacts/SECRET?x=SECRET").await;
    let lines = kept.take();
    assert!(lines.len() > 8, "{lines:?}");
    for line in lines {
        assert!(!line.to_string().contains("SECRET"), "{line}");
    }
}

#[tokio::test]
async fn files_of_pages_and_questions_about_health_are_not_worth_a_line() {
    let world = World::new().await;
    let mut agent = world.sign_in("alder.agent").await;
    let style = agent.get("/help").await.attributes("link[rel='stylesheet']", "href").remove(0);
    assert!(style.starts_with("/static/"), "{style}");
    let routes = async |agent: &mut crate::world::Person, level: &str| {
        let kept = Kept::default();
        let _watched = set_default(cms::log::lines(EnvFilter::new(level), kept.clone()));
        agent.get("/").await;
        tracing::callsite::rebuild_interest_cache();
        kept.take();
        for path in [&style, "/health/live", "/health/ready", "/help"] {
            agent.get(path).await;
        }
        let lines = kept.take();
        let answered = lines.into_iter().filter(|line| line["message"] == "answered");
        answered.map(|line| line["route"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(routes(&mut agent, "info").await, ["/help"]);
    let all = ["/static/{hash}/{name}", "/health/live", "/health/ready", "/help"];
    assert_eq!(routes(&mut agent, "cms=debug").await, all);
}

#[tokio::test]
async fn a_proxy_that_is_not_trusted_is_told_of_once_where_there_is_one() {
    let https = |config: &mut cms::config::Config| config.public_url = Some("https://cms.example".to_owned());
    let (plain, behind_tls) = (World::new().await, World::with(https, cms::clock::Clock::System).await);
    let kept = Kept::default();
    let _watched = set_default(cms::log::lines(EnvFilter::new("warn"), kept.clone()));
    let told = async |world: &World, host: &str, names: Option<&str>| {
        let mut request = Request::get("/help").header("host", host);
        if let Some(client) = names {
            request = request.header("x-forwarded-for", client);
        }
        tracing::callsite::rebuild_interest_cache();
        world.stranger().raw(request.body(Body::empty()).unwrap()).await;
        kept.take().iter().filter(|line| line["event"] == "proxy_unknown").count()
    };
    let client = Some("203.0.113.9");
    // without TLS anybody may be in front, as on one's own machine
    assert_eq!(told(&plain, "127.0.0.1:8080", client).await, 0);
    assert_eq!(told(&behind_tls, "cms.example", None).await, 0);
    assert_eq!(told(&behind_tls, "cms.example", client).await, 1);
    assert_eq!(told(&behind_tls, "cms.example", client).await, 0);
}
