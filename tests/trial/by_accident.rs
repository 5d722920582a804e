//! A trial is never started, reset or topped up where no trial made what is there.

use cms::clock::Clock;
use cms::db::Db;
use cms::people::command::{NewPerson, add_organisation, add_person};

use crate::world::{World, empty_database};

/// An installation with real people and a real organisation; one of them called as the trial's facilitator is.
async fn production() -> World {
    let url = empty_database().await;
    Db::open(&url, 2).await.unwrap().close().await;
    let world = World::on(url, |config| config.trial = true, Clock::System).await;
    sqlx::query("insert into crn_key (key) values ('production')").execute(world.owner()).await.unwrap();
    for (code, name, kind) in [("CDS", "Real Data Services", "CDSP"), ("ALD", "Alder Real Ltd", "Shipper")] {
        add_organisation(world.owner(), code, name, kind).await.unwrap();
    }
    for account in ["facilitator", "amy.calder"] {
        let person = NewPerson {
            account: account.to_owned(),
            name: account.to_owned(),
            organisation: "ALD".to_owned(),
            email: None,
            supervisor: false,
            security_officer: true,
        };
        add_person(world.owner(), &person, "").await.unwrap();
    }
    for sql in [
        "update person set terms_accepted = now()",
        "update person set facilitator = true, organisation_id = null, supervisor = false, security_officer = false
         where account = 'facilitator'",
    ] {
        sqlx::query(sql).execute(world.owner()).await.unwrap();
    }
    world
}

/// Everything that a trial would touch.
async fn everything(world: &World) -> String {
    let sql = "select md5(concat_ws('|',
        (select string_agg(o::text, ',' order by id) from organisation o),
        (select string_agg(i::text, ',') from installation i),
        (select string_agg(a::text, ',') from address_set a),
        (select count(*) from postcode_ldz), (select string_agg(k::text, ',') from crn_key k),
        (select string_agg(t::text, ',' order by key) from saved_text t)))";
    let more: String = sqlx::query_scalar(sql).fetch_one(world.owner()).await.unwrap();
    more + &world.digest().await
}

#[tokio::test]
async fn an_installation_is_not_turned_into_a_trial() {
    let world = production().await;
    let before = everything(&world).await;
    for _ in 0..2 {
        let refused = cms::trial::prepare(&world.app.db, &world.app.config, Clock::System).await.unwrap_err();
        assert!(refused.to_string().contains("no trial made"), "{refused}");
    }
    let mut config = world.app.config.clone();
    config.database_url = Some(world.url.clone());
    config.listen = "127.0.0.1:0".parse().unwrap();
    let refused = cms::boot::serve(config).await.unwrap_err().to_string();
    assert!(refused.contains("no trial made") && !refused.contains('\n'), "{refused}");
    assert_eq!(everything(&world).await, before);
}

#[tokio::test]
async fn its_contacts_are_neither_reset_nor_added_to() {
    let world = production().await;
    let before = everything(&world).await;
    let mut facilitator = world.sign_in("facilitator").await;
    let epoch = facilitator.get("/trial/reset").await.input("epoch");
    for (path, fields) in [
        ("/trial/reset", &[("confirm", "RESET"), ("epoch", epoch.as_str())][..]),
        ("/trial/top-up", &[("epoch", &epoch), ("queue", "CDS-AACA"), ("how_many", "10")]),
    ] {
        let refused = facilitator.post(path, fields).await;
        assert!(refused.status == 409 && refused.text().contains("no trial made"), "{path}: {}", refused.text());
    }
    assert_eq!(everything(&world).await, before);
}

#[tokio::test]
async fn an_empty_database_becomes_one_and_stays_it() {
    let url = empty_database().await;
    Db::open(&url, 2).await.unwrap().close().await;
    let world = World::on(url, |config| config.trial = true, Clock::System).await;
    sqlx::query("insert into crn_key (key) values ('trial 1')").execute(world.owner()).await.unwrap();
    for _ in 0..2 {
        cms::trial::prepare(&world.app.db, &world.app.config, Clock::System).await.unwrap();
        // an officer of the trial adds a colleague, who is no shared account
        sqlx::query("insert into person (organisation_id, account, name) select id, 'nova.penn', 'Nova Penn' from organisation where code = 'ALD' on conflict do nothing")
            .execute(world.owner())
            .await
            .unwrap();
    }
}
