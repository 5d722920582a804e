//! Time by party: the parts are the whole, whatever the life of a contact and over clock changes.

use cms::contacts::lifecycle::Status;
use cms::contacts::time_by_party::{TimeByParty, in_words};
use cms::trade::working_time::elapsed_working;
use proptest::prelude::*;
use time::{Duration, OffsetDateTime};

use crate::world::World;

proptest! {
    #[test]
    fn the_parts_are_the_whole(
        // from 2024 on, so over several changes of the clock
        start in 1_704_067_200_i64..1_830_000_000,
        steps in prop::collection::vec((0_usize..6, 0_i64..40 * 86_400), 1..20),
        last in 0_i64..40 * 86_400,
    ) {
        let mut at = OffsetDateTime::from_unix_timestamp(start).unwrap();
        let began = at;
        let mut stays = Vec::new();
        for (status, lasts) in steps {
            stays.push((at, Status::ALL[status]));
            at += Duration::seconds(lasts);
        }
        at += Duration::seconds(last);
        let time_by_party = TimeByParty::split(&stays, at);
        prop_assert_eq!(time_by_party.whole(), elapsed_working(began, at));
        prop_assert!(!time_by_party.raiser.is_negative() && !time_by_party.network.is_negative() && !time_by_party.cdsp.is_negative());
        let drawn: i64 = time_by_party.parts().iter().map(|part| part.wide).sum();
        prop_assert!(drawn <= 1_000);
    }
}

#[test]
fn a_weekend_is_nobodys_and_a_closed_contact_takes_no_more_time() {
    let at = |text: &str| OffsetDateTime::parse(text, &time::format_description::well_known::Rfc3339).unwrap();
    // Friday noon with the CDSP, Monday six o'clock at the network, Tuesday noon closed
    let stays = [
        (at("2026-03-27T12:00:00Z"), Status::Aaca),
        (at("2026-03-30T17:00:00Z"), Status::Svdn),
        (at("2026-03-31T11:00:00Z"), Status::Cciv),
    ];
    let time_by_party = TimeByParty::split(&stays, at("2026-04-20T12:00:00Z"));
    // British summer time began on the Sunday between
    assert_eq!(
        (time_by_party.cdsp, time_by_party.network, time_by_party.raiser),
        (Duration::hours(30), Duration::hours(18), Duration::ZERO)
    );
    assert_eq!(in_words(time_by_party.whole()), "2 working days");
    assert_eq!(in_words(Duration::hours(30)), "1 working day");
    assert_eq!(in_words(Duration::hours(23 * 24 + 20)), "24 working days");
    assert_eq!(
        (in_words(Duration::minutes(20)).as_str(), in_words(Duration::ZERO).as_str()),
        ("less than a working day", "none")
    );
}

#[tokio::test]
async fn it_is_shown_to_who_sees_the_whole_history() {
    let world = World::new().await;
    let crn = world.contact_at(Status::Svda).await;
    for (account, seen) in [("alder.agent", true), ("cdsp.agent", true), ("facilitator", true), ("ngn.agent", false)] {
        let page = world.sign_in(account).await.get(&format!("/contacts/{crn}")).await;
        assert_eq!(!page.all(".app-court").is_empty(), seen, "{account}");
    }
}
