//! The walls between organisations. Two stand, each alone must keep every secret: what the queries say, and what
//! row-level security says.

mod columns;
mod forged;
mod network;
mod pages;
mod rows;
mod smuggled;

use axum::http::StatusCode;
use cms::contacts::fields::Details;
use cms::contacts::fields::Field;
use cms::contacts::fields::outcome::Outcome;
use cms::contacts::journal::{By, Input, Logged, log};
use cms::contacts::lifecycle::Status;

use crate::world::{World, lives};

/// Who looks: the raiser, a rival, a network that was sent there and one that was not, an IGT, the CDSP.
const VIEWERS: [&str; 8] = [
    "alder.agent",
    "alder.supervisor",
    "birch.supervisor",
    "ngn.agent",
    "sgn.supervisor",
    "dale.agent",
    "cdsp.agent",
    "facilitator",
];
/// Words that appear in one place each.
const WHY: &str = "canarywhy";
const REFERENCE: &str = "canaryref";
const PERSON: &str = "canaryperson";
const PHONE: &str = "01632 960777";
const STREET: &str = "Canary Street";
const READING: &str = "48151623";
const NEIGHBOUR: &str = "9012345607";
const QUESTION: &str = "canaryquestion";
const LOOK: &str = "canarylook";
const OTHER_LOOK: &str = "canaryother";
const REMARK: &str = "canaryremark";
const REMARKS: &str = "canaryclosing";
/// What each of three organisations notes, if it sees the contact.
const NOTES: [(&str, &str); 3] = [("alder", "canarynotea"), ("cdsp", "canarynotec"), ("ngn", "canarynoten")];

/// A contact full of canaries, at a status, after a clarification was asked and answered and a visit by SGN's rival.
async fn with_canaries(world: &World, status: Status) -> String {
    let crn = up_to(world, status).await;
    for (of, text) in NOTES {
        if sees(&format!("{of}.agent"), status) {
            let sent = world
                .sign_in(&format!("{of}.agent2"))
                .await
                .post(&format!("/contacts/{crn}/note"), &[("note", text)])
                .await;
            assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
        }
    }
    crn
}

async fn up_to(world: &World, status: Status) -> String {
    let viewer = world.viewer("alder.agent").await;
    let mut details: Details = lives::details();
    for (field, word) in [
        (Field::Why, WHY),
        (Field::OwnReference, REFERENCE),
        (Field::ContactName, PERSON),
        (Field::Street, STREET),
        (Field::Reading, READING),
        (Field::Neighbours, NEIGHBOUR),
    ] {
        details.set(field, word);
    }
    let mut tx = world.app.db.as_viewer(viewer.id).await.unwrap();
    let given = Logged { details: &details, ldz: "NE", form_key: &cms::secret::token(), psc_of: None };
    let by = By { viewer: Some(&viewer), at: world.app.clock.now(), terms: &world.app.config.terms };
    let crn = log(&mut tx, by, &given).await.unwrap();
    tx.commit().await.unwrap();
    world.record("alder.supervisor", &crn, Input::Add(REMARK)).await.unwrap();
    let cdsp = world.person_id("cdsp.agent").await;
    if status == Status::Aaca {
        return crn;
    }
    world.record("cdsp.agent", &crn, Input::Assign(cdsp)).await.unwrap();
    world.record("cdsp.agent", &crn, Input::SendClarification(QUESTION)).await.unwrap();
    if status == Status::Dcaa {
        return crn;
    }
    if status == Status::Dcrs {
        world.record("alder.agent", &crn, Input::Return).await.unwrap();
        return crn;
    }
    let mut corrected = details.clone();
    corrected.set(Field::ContactPhone, PHONE);
    corrected.set(Field::Locality, "Lower Moss");
    let answer = Input::AnswerClarification { answer: "Plot 4", corrected: Some(Box::new(corrected)) };
    world.record("alder.agent", &crn, answer).await.unwrap();
    world.record("cdsp.agent", &crn, Input::Assign(cdsp)).await.unwrap();
    if status == Status::Atca {
        return crn;
    }
    // a visit by another network first, whose words are not NGN's to read
    for (code, agent, words) in [("CAD", "cadent.agent", OTHER_LOOK), ("NGN", "ngn.agent", LOOK)] {
        let network = world.organisation_id(code).await;
        world.record("cdsp.agent", &crn, Input::SendVisit { network, look_at: words }).await.unwrap();
        if code == "NGN" && status == Status::Svdn {
            return crn;
        }
        let to = world.person_id(agent).await;
        world.record(agent, &crn, Input::Assign(to)).await.unwrap();
        if code == "NGN" && status == Status::Svda {
            return crn;
        }
        world.record(agent, &crn, lives::visited()).await.unwrap();
        world.record("cdsp.agent", &crn, Input::Assign(cdsp)).await.unwrap();
    }
    let mprn = cms::trade::Mprn::from_body(90_500_001);
    let input = match status {
        Status::Ccva => Input::ResolveValid(Outcome::Created(mprn)),
        _ => Input::ResolveInvalid { reason: "address", remarks: REMARKS },
    };
    world.record("cdsp.agent", &crn, input).await.unwrap();
    crn
}

/// Whether NGN was ever sent to a contact at this status, in [`with_canaries`].
fn ngn_was_sent(status: Status) -> bool {
    matches!(status, Status::Svdn | Status::Svda | Status::Ccva | Status::Cciv)
}

fn sees(viewer: &str, status: Status) -> bool {
    match viewer {
        "ngn.agent" => ngn_was_sent(status),
        "birch.supervisor" | "sgn.supervisor" | "dale.agent" => false,
        _ => true,
    }
}

/// Tables without a wall round their rows: what everybody may know, and what the web role may not touch at all. A new
/// table has a wall, or stands here.
#[rustfmt::skip]
const OPEN: [&str; 16] = [
    "_sqlx_migrations", "address", "address_place", "address_set", "contact_status", "contact_transition",
    "contact_type", "crn_key", "door_key", "known_browser", "organisation", "outcode_ldz", "person_link", "postcode_ldz", "sign_in_attempt",
    "sign_in_place",
];

#[tokio::test]
async fn every_table_has_its_walls() {
    let world = World::new().await;
    let open: Vec<String> = sqlx::query_scalar(
        "select relname::text from pg_class
         where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
           and not (relrowsecurity and relforcerowsecurity) order by 1",
    )
    .fetch_all(world.owner())
    .await
    .unwrap();
    assert_eq!(open, OPEN);
}
