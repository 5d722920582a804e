//! Without trial mode, on a database whose owner is an ordinary role: from nothing to a contact that was closed.

use cms::clock::Clock;
use cms::db::Db;
use cms::people::command::{NewPerson, add_organisation, add_person};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use crate::world::{MNC, Person, World, empty_database};

const NEW: &str = "velvet otter climbs nine";

/// An empty database that belongs to an owner who is no superuser; answers the owner's URL.
async fn ordinary() -> String {
    let url = empty_database().await;
    let name = url.split("///").nth(1).unwrap().split('?').next().unwrap().to_owned();
    let owner = format!("{name}_owner");
    let mut connection = PgConnection::connect(&url).await.unwrap();
    for statement in [
        format!("create role {owner} login createrole"),
        format!("alter database {name} owner to {owner}"),
        format!("alter schema public owner to {owner}"),
        // the role is there already where another test of the same server has made it
        format!(
            "do $$ begin if exists (select from pg_roles where rolname = 'cms_web') then grant cms_web to {owner} with admin option; end if; end $$"
        ),
    ] {
        connection.execute(sqlx::raw_sql(AssertSqlSafe(statement))).await.unwrap();
    }
    let mut parts: Vec<String> = url.split('&').map(str::to_owned).collect();
    for part in &mut parts {
        if let Some(at) = part.find("user=") {
            part.replace_range(at.., &format!("user={owner}"));
        }
    }
    parts.join("&")
}

async fn joins(world: &World, account: &str, organisation: &str, supervisor: bool) -> Person {
    let new = NewPerson {
        account: account.to_owned(),
        name: account.to_owned(),
        organisation: organisation.to_owned(),
        email: None,
        supervisor,
        security_officer: false,
    };
    let said = add_person(world.owner(), &new, "").await.unwrap();
    let path = said.lines().last().unwrap().to_owned();
    let mut person = world.stranger();
    let set = person.post(&path, &[("password", NEW)]).await.location();
    assert!(set.starts_with("/sign-in?password=set&account="), "{set}");
    assert!(set.ends_with(&person.get(&set).await.input("account")), "{set}");
    assert_eq!(person.post("/sign-in", &[("account", account), ("password", NEW)]).await.status, 303);
    person.get("/terms").await;
    assert_eq!(person.post("/terms", &[]).await.status, 303);
    person
}

#[tokio::test]
async fn from_an_empty_database_to_a_closed_contact() {
    let url = ordinary().await;
    Db::open(&url, 2).await.unwrap().close().await;
    let world =
        World::on(url.clone(), |config| config.database_url = Some("postgres://x".to_owned()), Clock::System).await;
    sqlx::query("insert into crn_key (key) values ('production')").execute(world.owner()).await.unwrap();
    let is_super: bool = sqlx::query_scalar("select rolsuper from pg_roles where rolname = current_user")
        .fetch_one(world.owner())
        .await
        .unwrap();
    assert!(!is_super);
    for (code, name, kind) in
        [("CDS", "Central Data Services", "CDSP"), ("ELM", "Elm Energy", "Shipper"), ("OAK", "Oak Gas", "Shipper")]
    {
        add_organisation(world.owner(), code, name, kind).await.unwrap();
    }
    let mut elm = joins(&world, "elm.agent", "ELM", false).await;
    let mut rival = joins(&world, "oak.agent", "OAK", false).await;
    let mut cdsp = joins(&world, "cds.agent", "CDS", false).await;
    let crn = world.log(&mut elm).await;
    assert_eq!(MNC.len(), 23);
    assert_eq!(rival.get(&format!("/contacts/{crn}")).await.status, 404);
    assert!(!rival.get("/queues/raised").await.body.contains(&crn));
    let taken = cdsp.post("/queues/next", &[]).await;
    assert_eq!(taken.location(), format!("/contacts/{crn}"));
    world.must(&mut cdsp, &crn, "send-clarification", &[("question", "Which plot?")]).await;
    world.must(&mut elm, &crn, "answer-clarification", &[("answer", "Plot 4")]).await;
    cdsp.post("/queues/next", &[]).await;
    world.must(&mut cdsp, &crn, "resolve-valid", &[("mprn", "7512345604"), ("sure", "yes")]).await;
    assert!(elm.get("/notifications").await.text().contains("MPRN 7512345604 created"));
    // nothing of a trial is here
    assert!(elm.get("/").await.all(".app-trial").is_empty());
    assert_eq!(elm.get("/trial").await.status, 404);
    // the background job and disabling work for an ordinary owner too
    cms::jobs::round(&world.app, world.app.clock.now()).await.unwrap();
    cms::people::command::disable_person(world.owner(), &world.app.config.terms, "oak.agent", false).await.unwrap();
}
