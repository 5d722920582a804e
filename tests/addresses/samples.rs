//! What forms ask of many addresses at once, and that every sample address is found, with a slip too.

use cms::addresses::Address;
use cms::addresses::facts::{facts, facts_of_many};
use cms::addresses::finder::{AddressQuery, find};
use cms::clock::Clock;
use cms::contacts::fields::Field;
use cms::contacts::types::ContactType;
use proptest::prelude::*;

use super::some;
use crate::world::World;

#[tokio::test]
async fn facts_of_many_are_those_of_each() {
    let world = World::new().await;
    some(&world).await;
    let form = |number: &str, postcode: &str| {
        let mut details = ContactType::Mnc.details();
        for (field, value) in
            [(Field::BuildingNumber, number), (Field::Street, "Alderbeck Lane"), (Field::Postcode, postcode)]
        {
            details.set(field, value);
        }
        details
    };
    sqlx::raw_sql("insert into postcode_ldz (outcode, incode, ldz) values ('KW1', '4AA', 'LW')")
        .execute(world.owner())
        .await
        .unwrap();
    let forms = [form("1", "LS11 4DY"), form("99", "LS11 4DY"), form("1", "KW1 4AA"), form("1", "nonsense")];
    let mut tx = world.app.db.as_viewer(world.person_id("alder.agent").await).await.unwrap();
    let many = facts_of_many(&world.app, &mut tx, &forms).await.unwrap();
    let seen: Vec<(Option<bool>, bool)> = many.iter().map(|facts| (facts.in_finder, facts.isolated)).collect();
    assert_eq!(seen, [(Some(true), false), (Some(false), false), (Some(false), true), (Some(false), false)]);
    for (form, of_many) in forms.iter().zip(&many) {
        let one = facts(&world.app, &mut tx, form).await.unwrap();
        assert_eq!((one.in_finder, one.isolated), (of_many.in_finder, of_many.isolated));
    }
    // keys that were made otherwise say nothing
    sqlx::raw_sql("update address_set set stamp = 'older'").execute(world.owner()).await.unwrap();
    assert_eq!(facts(&world.app, &mut tx, &forms[1]).await.unwrap().in_finder, None);
}

/// One slip in a word of letters: a letter more, less, another, or two exchanged.
fn slip(text: &str, kind: u8, place: usize, letter: char) -> String {
    let letters: Vec<char> = text.chars().collect();
    let within: Vec<usize> = (1..letters.len())
        .filter(|at| letters[*at].is_ascii_alphabetic() && letters[at - 1].is_ascii_alphabetic())
        .collect();
    if within.is_empty() {
        return text.to_owned();
    }
    let at = within[place % within.len()];
    let mut changed = letters;
    match kind % 4 {
        0 => drop(changed.remove(at)),
        1 => changed.insert(at, letter),
        2 => changed[at] = letter,
        _ => changed.swap(at - 1, at),
    }
    changed.into_iter().collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_sample_is_found_by_its_own_words_with_a_slip_among_the_first_ten() {
    let world = World::on(crate::world::trial::told().await, |_| {}, Clock::System).await;
    let samples: Vec<(String, String, String)> = sqlx::query_as(
        "select concat_ws(', ', nullif(sub_building, ''), nullif(building, ''),
                          concat_ws(' ', nullif(number, ''), coalesce(nullif(dependent_street, ''), street))),
                postcode, key
         from address order by udprn",
    )
    .fetch_all(world.owner())
    .await
    .unwrap();
    assert!(samples.len() > 4_000);
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(300));
    let handle = tokio::runtime::Handle::current();
    let place = (0..samples.len(), any::<u8>(), any::<usize>(), proptest::char::range('a', 'z'), any::<bool>());
    tokio::task::block_in_place(|| {
        runner
            .run(&place, |(which, kind, place, letter, half)| {
                let (line, postcode, key) = &samples[which];
                let asked = slip(line, kind, place, letter);
                let postcode = if half { postcode.split(' ').next().unwrap() } else { postcode };
                let found: Vec<Address> = handle.block_on(async {
                    let mut connection = world.owner().acquire().await.unwrap();
                    find(&mut connection, &AddressQuery::parse(postcode, &asked).unwrap()).await.unwrap().addresses
                });
                let at = found.iter().position(|address| address.key == *key);
                prop_assert!(at.is_some_and(|at| at < 10), "{asked} at {postcode}: {at:?} of {}", found.len());
                Ok(())
            })
            .unwrap();
    });
}
