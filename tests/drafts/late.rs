//! A form that is sent after its session has ended.

use cms::contacts::lifecycle::Status;

use super::{CASES, send, shown, typed};
use crate::world::{Page, Person, World};

/// As if half an hour had passed without a click.
async fn expire(world: &World) {
    sqlx::query("update session set last_seen = now() - interval '31 minutes'").execute(world.owner()).await.unwrap();
}

async fn signs_in(person: &mut Person, account: &str, token: &str) -> Page {
    person.post("/sign-in", &[("as", account), ("parked", token)]).await
}

fn token(page: &Page) -> String {
    let to = page.location();
    to.strip_prefix("/sign-in?parked=").unwrap_or_else(|| panic!("{} leads to {to}", page.status)).to_owned()
}

async fn count(world: &World, table: &str) -> i64 {
    sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select count(*) from {table}")))
        .fetch_one(world.owner())
        .await
        .unwrap()
}

#[tokio::test]
async fn every_form_waits_for_its_own_account_and_comes_back_field_by_field() {
    let world = World::new().await;
    for case in CASES {
        let mut opened = case.open(&world).await;
        let fields = opened.filled();
        expire(&world).await;
        let before = world.digest().await;
        let late = send(&mut opened.person, &opened.to, &fields).await;
        let token = token(&late);
        let page = opened.person.get(&late.location()).await;
        assert!(page.text().contains("what you sent is kept"), "{case:?}");

        // another account on the same browser gets nothing, and does not use it up
        let mut other = opened.person.clone();
        let home = signs_in(&mut other, "birch.agent2", &token).await;
        assert_eq!(home.location(), "/");
        assert_eq!(other.get("/").await.all(".app-drafts").len(), 0, "{case:?}");

        let back = signs_in(&mut opened.person, case.account, &token).await;
        let form = opened.person.get(back.location().split('#').next().unwrap()).await;
        assert_eq!(form.status, 200, "{case:?}: {}", form.text());
        assert!(form.all(".app-kept").concat().contains("You were signed out"), "{case:?}");
        assert_eq!(typed(&shown(&form.body, &opened.to).into_iter().collect::<Vec<_>>()), typed(&fields), "{case:?}");
        assert_eq!(world.digest().await, before, "{case:?}: nothing is sent by itself");

        // once
        let again = signs_in(&mut opened.person, case.account, &token).await;
        assert_eq!(again.location(), "/", "{case:?}");
        assert_eq!(count(&world, "late_form").await, 0);
    }
}

#[tokio::test]
async fn what_waits_is_sealed_for_a_day_and_for_sessions_that_ended_by_themselves() {
    let world = World::new().await;
    let says = [("about", "idea"), ("says", "Marmalade"), ("page", "/")];
    // nobody, and somebody who signed out, have nothing kept
    assert_eq!(world.stranger().post("/feedback", &says).await.location(), "/sign-in?next=%2Ffeedback");
    let mut amy = world.sign_in("alder.agent").await;
    let cookie = amy.cookie().map(str::to_owned);
    amy.post("/sign-out", &[]).await;
    amy.set_cookie(cookie);
    assert_eq!(amy.post("/feedback", &says).await.location(), "/sign-in?next=%2Ffeedback");

    let mut amy = world.sign_in("alder.agent").await;
    expire(&world).await;
    let late = token(&amy.post("/feedback", &says).await);
    let sealed: Vec<u8> = sqlx::query_scalar("select sealed from late_form").fetch_one(world.owner()).await.unwrap();
    assert!(!sealed.windows(9).any(|bytes| bytes == b"Marmalade"));
    sqlx::query("update late_form set at = now() - interval '25 hours'").execute(world.owner()).await.unwrap();
    assert_eq!(signs_in(&mut amy, "alder.agent", &late).await.location(), "/");
    // the web role reaches neither the sealed text nor the key
    for table in ["late_form", "sealing_key"] {
        let mut tx = world.app.db.as_viewer(world.person_id("alder.agent").await).await.unwrap();
        let read = sqlx::query(sqlx::AssertSqlSafe(format!("select * from {table}"))).fetch_all(&mut *tx).await;
        assert!(read.is_err(), "{table}");
    }
}

#[tokio::test]
async fn a_session_that_has_ended_is_known_among_other_cookies() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let cookie = amy.cookie().unwrap().to_owned();
    amy.set_cookie(Some(format!("theme=dark; {cookie}")));
    expire(&world).await;
    // without a stamp the session alone says whose it is
    let late = token(&amy.post_raw("/feedback", "about=idea&says=Marmalade&page=/").await);
    assert_eq!(signs_in(&mut amy, "alder.agent", &late).await.location(), "/feedback");
}

#[tokio::test]
async fn passwords_are_never_kept() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let change =
        [("old_password", "horse staple battery"), ("new_password", "violet kettle harbour"), ("again", "violet")];
    amy.post("/account/password", &change).await;
    expire(&world).await;
    assert!(amy.post("/account/password", &change).await.location().starts_with("/sign-in"));
    assert_eq!((count(&world, "late_form").await, count(&world, "draft").await), (0, 0));
}

#[tokio::test]
async fn a_button_after_the_end_leads_back_to_its_page() {
    let world = World::new().await;
    let mut cdsp = world.sign_in("cdsp.agent").await;
    expire(&world).await;
    let request = axum::http::Request::post("/queues/next")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .header("referer", "http://127.0.0.1/queues/organisation?due=today");
    let page = cdsp.send(request, axum::body::Body::empty()).await;
    assert_eq!(page.location(), "/sign-in?next=%2Fqueues%2Forganisation%3Fdue%3Dtoday");
}

#[tokio::test]
async fn the_button_for_photos_loses_no_form_either() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let key = amy.get("/contacts/new/mnc").await.input("key");
    let address = format!("/contacts/new/mnc?key={key}");
    let to = format!("/drafts/evidence?form={}", cms::address::urlencode(&address));
    let fields = [("key", key.as_str()), ("street", "Moss Lane")];
    assert!(amy.post(&to, &fields).await.location().starts_with("/evidence?form="));
    expire(&world).await;
    let late = token(&amy.post(&to, &[("key", key.as_str()), ("street", "Mill Lane")]).await);
    let back = signs_in(&mut amy, "alder.agent", &late).await;
    assert_eq!(back.location(), address);
    assert_eq!(amy.get(&address).await.input("street"), "Mill Lane");
}

#[tokio::test]
async fn what_waits_is_opened_after_the_key_was_replaced() {
    let mut world = World::new().await;
    let (one, two) = ("0a".repeat(32), "b1".repeat(32));
    // a named key after that of the database, and then another before it
    for keys in [one.clone(), format!("{two}\n{one}")] {
        let mut amy = world.sign_in("alder.agent").await;
        let stamp = amy.stamp("/feedback").await.unwrap();
        expire(&world).await;
        let says = [("about", "idea"), ("says", "Marmalade"), ("page", "/"), ("epoch", &stamp)];
        let token = token(&amy.post("/feedback", &says).await);
        world = world.restarted_with(&keys).await;
        assert_eq!(count(&world, "sealing_key").await, 1, "while something waits that it may have sealed");
        let mut back = world.stranger();
        assert_eq!(signs_in(&mut back, "alder.agent", &token).await.location(), "/feedback");
        assert!(back.get("/feedback").await.body.contains("Marmalade"));
        back.post("/drafts/discard", &[]).await;
    }
    let world = world.restarted_with(&two).await;
    assert_eq!(count(&world, "sealing_key").await, 0);
    assert_eq!(world.app.db.sealing_keys(), &[[0xb1; 32]]);
    // without the key that sealed it nothing opens, and one signs in all the same
    let mut amy = world.sign_in("alder.agent").await;
    let says = [("about", "idea"), ("says", "Quince"), ("page", "/"), ("epoch", &amy.stamp("/").await.unwrap())];
    expire(&world).await;
    let token = token(&amy.post("/feedback", &says).await);
    let world = world.restarted_with(&one).await;
    assert_eq!(signs_in(&mut world.stranger(), "alder.agent", &token).await.location(), "/");
}

#[tokio::test]
async fn what_was_typed_about_a_contact_of_older_data_never_comes_back() {
    let world = World::new().await;
    let crn = world.contact_at(Status::Dcaa).await;
    for takes_the_link in [true, false] {
        for (path, comes_back) in [(format!("/contacts/{crn}/answer-clarification"), false), ("/feedback".into(), true)]
        {
            let mut amy = world.sign_in("alder.agent").await;
            let page = amy.get(&path).await;
            let (epoch, version) = (page.input("epoch"), page.attributes("input[name='version']", "value").pop());
            let mut fields = vec![("epoch", epoch.as_str()), ("says", "Blue"), ("answer", "It is"), ("about", "idea")];
            fields.extend(version.iter().map(|version| ("version", version.as_str())));
            expire(&world).await;
            let token = token(&amy.post(&path, &fields).await);
            sqlx::query("update installation set epoch = epoch + 1").execute(world.owner()).await.unwrap();
            let back = signs_in(&mut amy, "alder.agent", if takes_the_link { &token } else { "" }).await;
            let leads_there = comes_back && takes_the_link;
            assert_eq!(back.location(), if leads_there { path.as_str() } else { "/" }, "{path}");
            let drafts = amy.get("/").await.all(".app-drafts").len();
            assert_eq!(drafts, usize::from(comes_back), "{path} {takes_the_link}");
            sqlx::query("delete from draft").execute(world.owner()).await.unwrap();
        }
    }
}

#[tokio::test]
async fn the_button_for_photos_keeps_the_form_unless_its_data_was_reset() {
    let world = World::new().await;
    let crn = world.contact_at(Status::Dcaa).await;
    let mut amy = world.sign_in("alder.agent").await;
    let path = format!("/contacts/{crn}/answer-clarification");
    let page = amy.get(&path).await;
    let (version, old) = (page.input("version"), world.stamp(0, "alder.agent"));
    let to = format!("/drafts/evidence?form={}", cms::address::urlencode(&path));
    let fields = [("answer", "It is there"), ("version", version.as_str())];
    let kept = amy.post(&to, &fields).await;
    assert_eq!(kept.location(), format!("/evidence?form={}", cms::address::urlencode(&path)));
    assert!(amy.get(&path).await.text().contains("It is there"));
    let changed = [("answer", "It is gone"), ("version", version.as_str()), ("epoch", old.as_str())];
    assert_eq!(amy.post(&to, &changed).await.status, 409);
    assert!(!amy.get(&path).await.text().contains("It is gone"));
    // pressed again with the same text after that was discarded
    amy.post("/drafts/discard", &[("form", &path)]).await;
    assert_eq!(amy.post(&to, &fields).await.status, 303);
    assert!(amy.get(&path).await.text().contains("It is there"));
}
