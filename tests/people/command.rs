//! The command line: organisations and people without a page, in sentences.

use cms::contacts::lifecycle::Status;
use cms::people::command::{NewPerson, add_organisation, add_person, disable_person, end_sessions};

use crate::world::World;

fn person(account: &str, organisation: &str) -> NewPerson {
    NewPerson {
        account: account.to_owned(),
        name: "Mia Thorn".to_owned(),
        organisation: organisation.to_owned(),
        email: Some("mia@example.com".to_owned()),
        supervisor: false,
        security_officer: true,
    }
}

#[tokio::test]
async fn an_organisation_is_added_or_refused_in_a_sentence() {
    let world = World::new().await;
    assert_eq!(
        add_organisation(world.owner(), "elm", "Elm Energy", "shipper").await.unwrap(),
        "Added Shipper Elm Energy (ELM)."
    );
    for (code, name, kind, says) in [
        ("ELM", "Other", "DN", "code ELM already"),
        ("OTH", "Elm Energy", "DN", "named Elm Energy already"),
        ("TOOLONG", "Other", "DN", "three letters or digits"),
        ("OTH", "Other", "Supplier", "no kind of organisation"),
        ("OTH", "Other", "CDSP", "only be one"),
        ("OTH", " ", "DN", "needs a name"),
    ] {
        let sorry = add_organisation(world.owner(), code, name, kind).await.unwrap_err().to_string();
        assert!(sorry.contains(says), "{sorry}");
    }
}

#[tokio::test]
async fn a_person_is_added_with_a_link_and_disabled_at_once() {
    let world = World::new().await;
    let said = add_person(world.owner(), &person("mia.thorn", "ald"), "https://cms.example").await.unwrap();
    let link = said.lines().last().unwrap();
    let path = link.strip_prefix("https://cms.example").unwrap();
    assert_eq!(world.stranger().get(path).await.status, 200);
    for (new, says) in [
        (person("mia.thorn", "ALD"), "account mia.thorn already"),
        (person("mia.two", "ALD"), "e-mail address already"),
        (person("x", "ALD"), "An account name has"),
        (person("mia.two", "ZZZ"), "no organisation with code ZZZ"),
    ] {
        let sorry = add_person(world.owner(), &new, "").await.unwrap_err().to_string();
        assert!(sorry.contains(says), "{sorry}");
    }
    for (name, email, says) in [(" ", "ok@example.com", "needs a name"), ("Mia Two", "nonsense", "no e-mail address")] {
        let mut new = person("mia.two", "ALD");
        (new.name, new.email) = (name.to_owned(), Some(email.to_owned()));
        let sorry = add_person(world.owner(), &new, "").await.unwrap_err().to_string();
        assert!(sorry.contains(says), "{sorry}");
    }
    let crn = world.contact_at(Status::Svda).await;
    let mut agent = world.sign_in("ngn.agent").await;
    let done = disable_person(world.owner(), &world.app.config.terms, "ngn.agent", false).await.unwrap();
    assert!(done.contains("returned to the queue: 1"), "{done}");
    assert!(agent.get("/").await.location().starts_with("/sign-in"));
    assert_eq!(world.status(&crn).await, "SVDN");
    for account in ["ngn.agent", "nobody"] {
        assert!(disable_person(world.owner(), &world.app.config.terms, account, false).await.is_err());
    }
}

#[tokio::test]
async fn sessions_of_one_or_of_all_end() {
    let world = World::new().await;
    let (mut amy, mut birch) = (world.sign_in("alder.agent").await, world.sign_in("birch.agent").await);
    assert_eq!(
        end_sessions(world.owner(), Some("nobody")).await.unwrap_err().to_string(),
        "There is no account nobody."
    );
    assert!(amy.get("/account").await.status == 200 && birch.get("/account").await.status == 200);
    let said = end_sessions(world.owner(), Some("Alder.Agent")).await.unwrap();
    assert_eq!(said, "Sessions that have ended: 1. Whoever had one signs in again.");
    assert!(amy.get("/account").await.location().starts_with("/sign-in"));
    assert_eq!(birch.get("/account").await.status, 200);
    end_sessions(world.owner(), None).await.unwrap();
    assert!(birch.get("/account").await.location().starts_with("/sign-in"));
}
