//! The supervisor's board, moving somebody's work, handing it over with one note, and covering for the absent.

use cms::contacts::journal::Input;
use cms::contacts::lifecycle::Status;

use crate::world::{Page, World};

fn row(page: &Page, name: &str) -> Vec<String> {
    let names = page.all("table.app-load tbody th a");
    let at = names.iter().position(|known| known == name).unwrap_or_else(|| panic!("no {name} in {names:?}"));
    page.all(&format!("table.app-load tbody tr:nth-child({}) td", at + 1))
}

#[tokio::test]
async fn the_board_counts_what_its_links_show() {
    let world = World::new().await;
    for status in [Status::Aaca, Status::Aaca, Status::Atca, Status::Atca, Status::Atca] {
        world.contact_at(status).await;
    }
    let late = world.contact_at(Status::Atca).await;
    sqlx::query("update contact set due = now() - interval '1 day' where crn = $1")
        .bind(&late)
        .execute(world.owner())
        .await
        .unwrap();
    let done = world.contact_at(Status::Cciv).await;
    let mut supervisor = world.sign_in("cdsp.supervisor").await;
    let page = supervisor.get("/workload").await;
    assert_eq!(page.all("table.app-load tbody th a")[0], "Nobody yet", "first what nobody has");
    assert_eq!(row(&page, "Nobody yet")[0], "2");
    let nadia = row(&page, "Nadia Farrow");
    assert_eq!((nadia[0].as_str(), nadia[3].as_str(), nadia[5].as_str()), ("4", "1", "1"), "{done} was closed by her");
    assert_eq!(page.all("table.app-load tfoot td")[0], "6");
    for link in page.attributes("table.app-load tbody th a", "href") {
        let listed = supervisor.get(&link).await;
        assert_eq!(listed.status, 200, "{link}");
    }
    let overdue = page.attributes("table.app-load tbody td a[href*='due=overdue']", "href");
    assert_eq!(supervisor.get(&overdue[0]).await.all("table.app-queue tbody th"), [late]);
    for account in ["cdsp.agent", "facilitator"] {
        assert_eq!(world.sign_in(account).await.get("/workload").await.status, 403, "{account}");
    }
    let mut elsewhere = world.sign_in("alder.supervisor").await;
    assert!(!elsewhere.get("/workload").await.text().contains("Nadia Farrow"));
    assert_eq!(elsewhere.get("/workload/cdsp.agent").await.status, 404);
}

#[tokio::test]
async fn some_of_it_moves_what_is_due_first_first() {
    let world = World::new().await;
    let crns = [
        world.contact_at(Status::Atca).await,
        world.contact_at(Status::Atca).await,
        world.contact_at(Status::Atca).await,
    ];
    sqlx::query("update contact set due = now() + interval '1 hour' where crn = $1")
        .bind(&crns[2])
        .execute(world.owner())
        .await
        .unwrap();
    let mut supervisor = world.sign_in("cdsp.supervisor").await;
    let other = world.person_id("cdsp.agent2").await;
    let to = other.to_string();
    let wrong = supervisor.post("/workload/cdsp.agent/move", &[("how_many", "many"), ("move_to", "")]).await;
    assert_eq!(wrong.error("how_many"), "Enter a number from 1 to 200");
    assert_eq!(wrong.error("move_to"), "Choose a colleague");
    assert_eq!(wrong.input_of("how_many"), "many");
    let moved = supervisor.post("/workload/cdsp.agent/move", &[("how_many", "1"), ("move_to", &to)]).await;
    let page = supervisor.get(&moved.location()).await;
    assert_eq!(page.all(".govuk-notification-banner__heading"), ["1 contact assigned to Owen Tasker"]);
    assert_eq!(world.holder(&crns[2]).await, Some(other));
    assert_eq!(page.attributes(".app-undo input[name='tick']", "value").len(), 1, "it can be undone");
}

#[tokio::test]
async fn a_hand_over_is_one_act_with_one_note_and_a_cover_until_a_day() {
    let world = World::new().await;
    let held = [world.contact_at(Status::Dcaa).await, world.contact_at(Status::Dcaa).await];
    let mut supervisor = world.sign_in("alder.supervisor").await;
    let (absent, cover) = (world.person_id("alder.agent").await, world.person_id("alder.agent2").await);
    let to = cover.to_string();
    let today = crate::world::today();
    for (until, says) in
        [("yesterday", "Enter a date such as 24/11/2026"), ("01/01/2020", "Enter today or a day to come")]
    {
        let page = supervisor
            .post("/workload/alder.agent/hand-over", &[("hand_to", &to), ("note", "Away"), ("until", until)])
            .await;
        assert_eq!((page.status.as_u16(), page.error("until").as_str()), (422, says));
    }
    assert_eq!(world.holder(&held[0]).await, Some(absent), "nothing was moved");
    let fields = [("hand_to", to.as_str()), ("note", "Away until the new year; canarynote."), ("until", &today)];
    let done = supervisor.post("/workload/alder.agent/hand-over", &fields).await;
    let page = supervisor.get(&done.location()).await;
    assert!(page.text().contains("2 contacts assigned to") && page.text().contains("covers for"), "{}", page.text());
    for crn in &held {
        assert_eq!(world.holder(crn).await, Some(cover));
        let history = supervisor.get(&format!("/contacts/{crn}")).await;
        assert!(history.text().contains("Note: Away until the new year; canarynote."));
        let cdsp = world.sign_in("cdsp.supervisor").await.get(&format!("/contacts/{crn}")).await;
        assert!(!cdsp.body.contains("canarynote"), "the note is the organisation's own");
    }
    assert!(
        page.all("table.app-load tbody th")
            .iter()
            .any(|head| head.starts_with("Amy Calder") && head.contains("away until"))
    );

    // what would be allocated to them goes to their cover: a clarification, and what a colleague gives them
    let asked = world.contact_at(Status::Atca).await;
    world.record("cdsp.agent", &asked, Input::SendClarification("Which plot?")).await.unwrap();
    assert_eq!(world.holder(&asked).await, Some(cover));
    world.record("alder.agent2", &asked, Input::Return).await.unwrap();
    world.record("alder.agent2", &asked, Input::Assign(absent)).await.unwrap();
    assert_eq!(world.holder(&asked).await, Some(cover));
    // what they take themselves they get; and when they are back all is theirs again
    world.record("alder.agent2", &asked, Input::Return).await.unwrap();
    world.record("alder.agent", &asked, Input::Assign(absent)).await.unwrap();
    assert_eq!(world.holder(&asked).await, Some(absent));
    supervisor.post("/workload/alder.agent/cover", &[]).await;
    world.record("alder.agent", &asked, Input::Return).await.unwrap();
    world.record("alder.agent2", &asked, Input::Assign(absent)).await.unwrap();
    assert_eq!(world.holder(&asked).await, Some(absent));
    for account in ["alder.agent2", "birch.supervisor"] {
        let mut person = world.sign_in(account).await;
        let refused = person.post("/workload/alder.agent/hand-over", &fields).await;
        assert!(matches!(refused.status.as_u16(), 403 | 404), "{account}: {}", refused.status);
    }
}

#[tokio::test]
async fn a_cover_that_is_away_has_a_cover_and_a_circle_ends() {
    let world = World::new().await;
    let organisation = world.organisation_id("CDS").await;
    let (one, two, three) = (
        world.person_id("cdsp.agent").await,
        world.person_id("cdsp.agent2").await,
        world.person_id("cdsp.supervisor").await,
    );
    let covers = async |pairs: &[(i64, i64)]| {
        sqlx::query("delete from cover").execute(world.owner()).await.unwrap();
        for (person, cover) in pairs {
            sqlx::query("insert into cover values ($1, $2, $3, now() + interval '1 day', $1)")
                .bind(person)
                .bind(cover)
                .bind(organisation)
                .execute(world.owner())
                .await
                .unwrap();
        }
        sqlx::query_scalar::<_, Option<i64>>("select receiver($1, $2, null, now())")
            .bind(one)
            .bind(organisation)
            .fetch_one(world.owner())
            .await
            .unwrap()
    };
    assert_eq!(covers(&[]).await, Some(one));
    assert_eq!(covers(&[(one, two)]).await, Some(two));
    assert_eq!(covers(&[(one, two), (two, three)]).await, Some(three));
    assert_eq!(covers(&[(one, two), (two, one)]).await, Some(two), "a circle stops before it comes round");
    sqlx::query("update person set disabled = now() where id = $1").bind(two).execute(world.owner()).await.unwrap();
    assert_eq!(covers(&[(one, two)]).await, Some(one), "somebody disabled covers for nobody");
    sqlx::query("update person set disabled = now() where id = $1").bind(one).execute(world.owner()).await.unwrap();
    assert_eq!(covers(&[]).await, None);
}
