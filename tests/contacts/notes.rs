//! Notes of one's own organisation: read and written by its members who see the contact, by nobody else, and never an
//! event; whom a note names is told.

use cms::contacts::lifecycle::Status::{self, *};
use sqlx::{AssertSqlSafe, Executor};

use super::journal::forged;
use crate::world::World;

async fn write(world: &World, account: &str, crn: &str, text: &str) {
    let page = world.sign_in(account).await.post(&format!("/contacts/{crn}/note"), &[("note", text)]).await;
    assert_eq!((page.status.as_u16(), page.location()), (303, format!("/contacts/{crn}#notes")), "{}", page.text());
}

async fn notes(world: &World, account: &str, crn: &str) -> Vec<String> {
    world.sign_in(account).await.get(&format!("/contacts/{crn}")).await.all("#notes .app-timeline__text")
}

#[tokio::test]
async fn each_organisation_has_its_own_whatever_the_status() {
    let world = World::new().await;
    for status in Status::ALL {
        let crn = world.contact_at(status).await;
        let version = world.version(&crn).await;
        let events = "select count(*) from contact_event";
        let before: i64 = sqlx::query_scalar(events).fetch_one(world.owner()).await.unwrap();
        write(&world, "alder.agent", &crn, "Rang the developer").await;
        write(&world, "alder.agent2", &crn, "Back on Tuesday").await;
        write(&world, "cdsp.agent2", &crn, "Wait for Alder").await;
        assert_eq!(notes(&world, "alder.supervisor", &crn).await, ["Back on Tuesday", "Rang the developer"]);
        assert_eq!(notes(&world, "cdsp.agent", &crn).await, ["Wait for Alder"]);
        assert!(notes(&world, "facilitator", &crn).await.is_empty());
        assert_eq!(world.version(&crn).await, version, "{status:?}: nobody's form is stale");
        let after: i64 = sqlx::query_scalar(events).fetch_one(world.owner()).await.unwrap();
        assert_eq!(after, before, "{status:?}");
        let mut ngn = world.sign_in("ngn.agent").await;
        let sees = matches!(status, Svdn | Svda);
        let sent = ngn.post(&format!("/contacts/{crn}/note"), &[("note", "Dog in the yard")]).await;
        assert_eq!(sent.status, if sees { 303 } else { 404 }, "{status:?}");
        let rival = world.sign_in("birch.agent").await.post(&format!("/contacts/{crn}/note"), &[("note", "x")]).await;
        assert_eq!(rival.status, 404, "{status:?}");
    }
    let crn = world.contact_at(Aaca).await;
    let refused = world.sign_in("facilitator").await.post(&format!("/contacts/{crn}/note"), &[("note", "x")]).await;
    assert_eq!(refused.status, 403);
    let page = world.sign_in("facilitator").await.get(&format!("/contacts/{crn}")).await;
    assert!(page.all("#notes").is_empty());
}

#[tokio::test]
async fn whom_a_note_names_is_told_and_nobody_else() {
    let world = World::new().await;
    let crn = world.contact_at(Atca).await;
    let told = || async {
        sqlx::query_scalar::<_, String>(
            "select p.account from notification n join person p on p.id = n.person_id where n.about = 'note' order by 1",
        )
        .fetch_all(world.owner())
        .await
        .unwrap()
    };
    write(&world, "alder.agent", &crn, "Mail amy@alder.example at 3pm").await;
    assert!(told().await.is_empty());
    write(&world, "alder.agent", &crn, "@alder.agent @alder.agent2 and @Rita Holloway: who rings?").await;
    assert_eq!(told().await, ["alder.agent2", "alder.supervisor"], "nobody is told of an own act");
    let mut bob = world.sign_in("alder.agent2").await;
    assert!(bob.get("/notifications").await.text().contains("a colleague names you in a note"));
    sqlx::query("update notification set read = now()").execute(world.owner()).await.unwrap();
    write(&world, "alder.agent", &crn, "@bob.ashdown please").await;
    let unread: i64 = sqlx::query_scalar("select count(*) from notification where about = 'note' and read is null")
        .fetch_one(world.owner())
        .await
        .unwrap();
    assert_eq!(unread, 1, "told anew");
}

#[tokio::test]
async fn who_cannot_be_told_is_said_at_the_field_and_the_note_is_kept() {
    let world = World::new().await;
    let crn = world.contact_at(Atca).await;
    sqlx::query("update person set disabled = now() where account = 'alder.lso'").execute(world.owner()).await.unwrap();
    let before = world.digest().await;
    let mut amy = world.sign_in("alder.agent").await;
    for (text, says) in [
        ("", "Enter the note"),
        ("@nadia.farrow: ring them", "Nobody at Alder Energy is called “@nadia.farrow”"),
        ("@cdsp.agent: ring them", "Nobody at Alder Energy is called “@cdsp.agent”"),
        ("@alder.lso: ring them", "The account of Sam Verity is disabled"),
        (&"x".repeat(2_001), "at most 2,000 characters"),
    ] {
        let page = amy.post(&format!("/contacts/{crn}/note"), &[("note", text)]).await;
        assert_eq!(page.status, 422, "{text}");
        assert!(page.error("note").contains(says), "{text}: {}", page.error("note"));
        assert!(page.body.contains(text), "{text}");
    }
    assert_eq!(world.digest().await, before);
    // kept as a draft, in the form that stands in the contact's page
    amy.post(&format!("/contacts/{crn}/note"), &[("note", "@nobody: ring them")]).await;
    let page = amy.get(&format!("/contacts/{crn}")).await;
    assert_eq!(page.all("textarea[name=note]"), ["@nobody: ring them"]);
}

#[tokio::test]
async fn the_web_role_only_adds_ones_own() {
    let world = World::new().await;
    let crn = world.contact_at(Svda).await;
    let unsent = world.contact_at(Aaca).await;
    for account in ["alder.agent", "cdsp.agent", "ngn.agent"] {
        write(&world, account, &crn, "Mine").await;
    }
    for (account, seen) in
        [("alder.agent2", 1), ("cdsp.agent2", 1), ("ngn.agent2", 1), ("birch.agent", 0), ("facilitator", 0)]
    {
        let viewer = world.viewer(account).await;
        let mut tx = world.app.db.as_viewer(viewer.id).await.unwrap();
        let n: i64 = sqlx::query_scalar("select count(*) from contact_note").fetch_one(&mut *tx).await.unwrap();
        assert_eq!(n, seen, "{account}");
    }
    let insert = |crn: &str, organisation: &str, author: &str| {
        format!(
            "insert into contact_note select md5(random()::text), c.id, {organisation}, {author}, '', 'x', now()
             from contact c where c.crn = '{crn}'"
        )
    };
    let raised = "c.raised_by";
    let own = "viewer_organisation()";
    for (account, statement) in [
        ("alder.agent", insert(&crn, own, "c.holder")),
        ("cdsp.agent", insert(&crn, raised, "viewer()")),
        ("cdsp.agent", insert(&crn, raised, "c.originator")),
        ("facilitator", insert(&crn, raised, "viewer()")),
    ] {
        let viewer = world.viewer(account).await;
        let mut tx = world.app.db.as_viewer(viewer.id).await.unwrap();
        let error = tx.execute(AssertSqlSafe(statement.clone())).await.expect_err(&statement);
        assert!(error.to_string().contains("row-level security"), "{account} {statement}: {error}");
    }
    // a contact that is not seen has no note of theirs, even by its number
    let id: i64 = sqlx::query_scalar("select id from contact where crn = $1")
        .bind(&unsent)
        .fetch_one(world.owner())
        .await
        .unwrap();
    let blind =
        format!("insert into contact_note select md5('x'), {id}, viewer_organisation(), viewer(), '', 'x', now()");
    let viewer = world.viewer("ngn.agent").await;
    let mut tx = world.app.db.as_viewer(viewer.id).await.unwrap();
    let error = tx.execute(AssertSqlSafe(blind.clone())).await.expect_err("unseen");
    assert!(error.to_string().contains("row-level security"), "{error}");
    // and somebody else's note tells nobody
    let note: String = sqlx::query_scalar(
        "select n.id from contact_note n join organisation o on o.id = n.organisation_id where o.code = 'ALD'",
    )
    .fetch_one(world.owner())
    .await
    .unwrap();
    let people: Vec<i64> = vec![world.person_id("alder.agent2").await, world.person_id("cdsp.agent").await];
    let before: i64 = sqlx::query_scalar("select count(*) from notification").fetch_one(world.owner()).await.unwrap();
    for account in ["cdsp.agent", "alder.lso"] {
        let viewer = world.viewer(account).await;
        let mut tx = world.app.db.as_viewer(viewer.id).await.unwrap();
        sqlx::query("select tell_named($1, $2)").bind(&note).bind(&people).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
    }
    let after: i64 = sqlx::query_scalar("select count(*) from notification").fetch_one(world.owner()).await.unwrap();
    assert_eq!(after, before);
    for (statement, constraint) in [
        ("update contact_note set body = ' ';", "a_note_has_words"),
        ("update contact_note set organisation_id = organisation_id + 1;", "a_note_is_of_its_authors_organisation"),
    ] {
        assert_eq!(forged(&world, statement).await, constraint);
    }
}
