//! The list of feedback, its filter, its pages and its file.

use crate::world::World;

async fn say(world: &World, about: &str, page: &str, says: &str) {
    sqlx::query(
        "insert into feedback (account, organisation, role, page, crn, about, says, may_ask)
         values ('alder.agent', 'Alder Energy', 'Agent', $2, 'C123456786', $1, $3, true)",
    )
    .bind(about)
    .bind(page)
    .bind(says)
    .execute(world.owner())
    .await
    .unwrap();
}

#[tokio::test]
async fn feedback_is_found_by_kind_and_words() {
    let world = World::new().await;
    let mut faye = world.sign_in("facilitator").await;
    assert!(faye.get("/trial/feedback").await.text().contains("Nobody has given feedback yet"));
    say(&world, "problem", "/queues/mine", "The list was 100% slow").await;
    say(&world, "idea", "/contacts/new/mnc", "Keep the postcode").await;
    say(&world, "praise", "/", "Calm and quick").await;
    let titles = async |faye: &mut crate::world::Person, query: &str| {
        faye.get(&format!("/trial/feedback{query}")).await.all(".app-timeline__title")
    };
    assert_eq!(titles(&mut faye, "").await, ["Praise: /", "Idea: /contacts/new/mnc", "Problem: /queues/mine"]);
    assert_eq!(titles(&mut faye, "?about=idea").await, ["Idea: /contacts/new/mnc"]);
    assert_eq!(titles(&mut faye, "?words=SLOW+list").await, ["Problem: /queues/mine"]);
    assert_eq!(titles(&mut faye, "?words=100%25").await, ["Problem: /queues/mine"]);
    assert_eq!(titles(&mut faye, "?words=%25").await, ["Problem: /queues/mine"]);
    let nothing = faye.get("/trial/feedback?about=wording&words=slow").await;
    assert!(nothing.text().contains("No feedback matches these filters"));
    assert_eq!(nothing.input("words"), "slow");
    assert_eq!(nothing.attributes("#about option[selected]", "value"), ["wording"]);
    let page = faye.get("/trial/feedback?about=idea&words=keep").await;
    assert_eq!(page.attributes("#results > p a", "href"), ["/trial/feedback.csv?about=idea&words=keep"]);
    assert_eq!(page.attributes(".app-timeline__by a", "href"), ["/contacts/C123456786"]);
}

#[tokio::test]
async fn pages_go_by_key() {
    let world = World::new().await;
    let mut faye = world.sign_in("facilitator").await;
    for number in 0..120 {
        say(&world, "idea", "/", &format!("Idea number {number}")).await;
    }
    let mut path = "/trial/feedback".to_owned();
    let mut seen = Vec::new();
    for expected in [50, 50, 20] {
        let page = faye.get(&path).await;
        let texts = page.all(".app-timeline__text");
        assert_eq!(texts.len(), expected);
        assert!(page.all("h1").remove(0).contains("(120)"));
        seen.extend(texts);
        // what comes in between moves nothing
        say(&world, "problem", "/", "Later").await;
        sqlx::query("delete from feedback where about = 'problem'").execute(world.owner()).await.unwrap();
        path = page.attributes("a[rel=next]", "href").pop().unwrap_or_default();
    }
    assert_eq!(path, "");
    let expected: Vec<String> = (0..120).rev().map(|number| format!("Idea number {number}")).collect();
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn the_file_holds_what_the_filter_shows_and_computes_nothing() {
    let world = World::new().await;
    let mut faye = world.sign_in("facilitator").await;
    say(&world, "problem", "/", "=HYPERLINK(\"http://x\")").await;
    say(&world, "problem", "/", "two\nlines, and \"quotes\"").await;
    say(&world, "idea", "/", "not in it").await;
    let file = faye.get("/trial/feedback.csv?about=problem").await;
    assert_eq!(file.status, 200);
    assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8");
    assert!(file.headers["content-disposition"].to_str().unwrap().starts_with("attachment; filename=\"cms-feedback-"));
    let mut lines = file.body.split("\r\n");
    assert_eq!(lines.next(), Some("Sent,About,Message,Page,CRN,Account,Organisation,Role,May be asked,State,Reply"));
    assert!(
        lines.next().unwrap().contains(
            ",Problem,\"two\nlines, and \"\"quotes\"\"\",/,C123456786,alder.agent,Alder Energy,Agent,yes,New,"
        )
    );
    assert!(lines.next().unwrap().contains(",\"'=HYPERLINK(\"\"http://x\"\")\","));
    assert_eq!((lines.next(), lines.next()), (Some(""), None));
}

/// What a facilitator has read no longer counts, and who gave it sees what came of it; nobody else does.
#[tokio::test]
async fn feedback_that_was_read_no_longer_counts() {
    let world = World::new().await;
    let mut faye = world.sign_in("facilitator").await;
    say(&world, "problem", "/queues/mine", "The list was slow").await;
    say(&world, "idea", "/", "Keep the postcode").await;
    let new = async |faye: &mut crate::world::Person| {
        let home = faye.get("/").await;
        let place = home.attributes("a", "href").iter().position(|href| href == "/trial/feedback?state=new");
        assert!(place.is_some());
        let trial = faye.get("/trial").await.all(".app-figures a");
        let listed = faye.get("/trial/feedback?state=new").await.all(".app-timeline__title").len() as u64;
        assert_eq!(trial, [cms::trade::words::plural(listed, "new message")]);
        faye.get("/trial/feedback?state=new").await.all(".app-timeline__title").len()
    };
    assert_eq!(new(&mut faye).await, 2);
    let page = faye.get("/trial/feedback?words=slow").await;
    let id = page.attributes("input[name=id]", "value").remove(0);
    let back = page.attributes("input[name=back]", "value").remove(0);
    assert_eq!(page.all("li select option[selected]"), ["Read"], "who opens it has read it");
    let answer = [("id", &*id), ("state", "planned"), ("reply", " Faster next week "), ("back", &back)];
    let saved = faye.post("/trial/feedback", &answer).await;
    assert_eq!((saved.status.as_u16(), saved.location()), (303, format!("{back}#message-{id}")));
    assert_eq!(new(&mut faye).await, 1);
    let page = faye.get("/trial/feedback?state=planned").await;
    assert!(
        page.text().contains("Planned since") && page.text().contains("Reply: Faster next week"),
        "{}",
        page.text()
    );
    assert!(faye.get("/trial/feedback.csv?state=planned").await.body.contains(",Planned,Faster next week"));
    // a shared account's messages are of a session; a person's are theirs
    assert!(!world.sign_in("alder.agent").await.get("/feedback").await.text().contains("Faster next week"));
    sqlx::query("update person set demo = false").execute(world.owner()).await.unwrap();
    for (account, sees) in [("alder.agent", true), ("alder.supervisor", false), ("birch.agent", false)] {
        let mut person = world.sign_in(account).await;
        assert_eq!(person.get("/feedback").await.text().contains("Faster next week"), sees, "{account}");
        assert_eq!(person.post("/trial/feedback", &answer).await.status, 403, "{account}");
        let viewer = world.viewer(account).await;
        let mut tx = world.app.db.as_viewer(viewer.id).await.unwrap();
        let seen: i64 = sqlx::query_scalar("select count(*) from feedback").fetch_one(&mut *tx).await.unwrap();
        assert_eq!(seen, if sees { 2 } else { 0 }, "{account}");
        let changed =
            sqlx::query("update feedback set reply = 'x', state = 'done', replied = now()").execute(&mut *tx).await;
        assert_eq!(changed.unwrap().rows_affected(), 0, "{account}");
    }
    for answer in
        [[("id", "0"), ("state", "done")], [("id", "x"), ("state", "done")], [("id", &*id), ("state", "lost")]]
    {
        let status = faye.post("/trial/feedback", &answer).await.status.as_u16();
        assert!(matches!(status, 400 | 404), "{answer:?} {status}");
    }
    let long = "x".repeat(501);
    let back = "/trial/feedback?about=&words=";
    let fields = [("id", &*id), ("state", "done"), ("reply", &long), ("back", back)];
    let again = faye.post("/trial/feedback", &fields).await;
    let field = format!("reply-{id}");
    assert_eq!(again.status, 422, "{}", again.text());
    assert_eq!(again.error(&field), "A reply must have at most 500 characters; this has 501");
    assert_eq!(again.input_of(&field), long, "as it was typed");
    assert_eq!(again.attributes("details[open] option[selected]", "value"), ["done"]);
    // new again
    assert_eq!(faye.post("/trial/feedback", &[("id", &*id), ("state", "new")]).await.status, 303);
    assert_eq!(new(&mut faye).await, 2);
}

#[tokio::test]
async fn an_answer_that_came_meanwhile_is_not_overwritten_unseen() {
    let world = World::new().await;
    say(&world, "idea", "/", "Keep the postcode").await;
    let (mut one, mut other) = (world.sign_in("facilitator").await, world.sign_in("facilitator").await);
    let page = one.get("/trial/feedback").await;
    let (id, was) = (page.input("id"), page.input("was"));
    let first = [("id", &*id), ("state", "planned"), ("reply", "In spring"), ("was", &*was)];
    assert_eq!(one.post("/trial/feedback", &first).await.status, 303);
    let second = [("id", &*id), ("state", "declined"), ("reply", "Never"), ("was", &*was)];
    let late = other.post("/trial/feedback", &second).await;
    assert_eq!(late.status, 422);
    let field = format!("reply-{id}");
    assert!(
        late.error(&field).contains("A colleague has answered this meanwhile: Planned, “In spring”"),
        "{}",
        late.text()
    );
    assert_eq!(late.input_of(&field), "Never");
    let seen = [second[0], second[1], second[2], ("was", &late.input("was"))];
    assert_eq!(other.post("/trial/feedback", &seen).await.status, 303);
}
