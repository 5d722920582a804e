//! Every rule of the table, with its own examples, by itself and through the page.

use cms::contacts::fields::Details;
use cms::contacts::fields::Field;
use cms::contacts::fields::rule::{Facts, Rule, Severity, broken};
use cms::contacts::types::ContactType;
use cms::typed::Typed;
use time::macros::date;

use crate::world::{MNC, World};

const TODAY: time::Date = date!(2026 - 11 - 24);

/// A whole, valid form in which a rule's field has this value.
fn form(rule: &Rule, value: &str) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> =
        MNC.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let mut set = |field: Field, value: &str| {
        let pair = fields.iter_mut().find(|(name, _)| name == field.name()).unwrap();
        value.clone_into(&mut pair.1);
    };
    for (field, value) in rule.beside {
        set(*field, value);
    }
    set(rule.field, value);
    fields
}

/// What a rule's examples take for granted.
fn facts(rule: &Rule) -> Facts {
    Facts {
        trial: true,
        in_finder: (rule.number == 117).then_some(false),
        isolated: rule.number == 118,
        ..Facts::on(TODAY)
    }
}

/// Rules that go by what has been imported; `tests/addresses` has those.
const BY_IMPORTS: [u16; 2] = [117, 118];

fn details(fields: &[(String, String)]) -> Details {
    let mut typed = Typed::default();
    for (name, value) in fields {
        typed.set(name, value.clone());
    }
    ContactType::Mnc.typed(&typed)
}

/// The rules of every type, each once.
fn rules() -> impl Iterator<Item = &'static Rule> {
    ContactType::Mnc.spec().rules()
}

#[test]
fn each_rule_accepts_its_good_examples_and_refuses_its_bad_ones() {
    for rule in rules() {
        for good in rule.good {
            assert_eq!((rule.says)(&details(&form(rule, good)), &facts(rule)), None, "{} {good:?}", rule.number);
        }
        for bad in rule.bad {
            assert!((rule.says)(&details(&form(rule, bad)), &facts(rule)).is_some(), "{} {bad:?}", rule.number);
        }
        assert!(!rule.good.is_empty() && !rule.bad.is_empty(), "{} has no examples", rule.number);
    }
}

#[test]
fn good_examples_break_no_other_rule() {
    for rule in rules().filter(|rule| !BY_IMPORTS.contains(&rule.number)) {
        for good in rule.good {
            let broken = broken(&details(&form(rule, good)), &facts(rule), Severity::Stop);
            assert!(broken.is_empty(), "{} {good:?}: {broken:?}", rule.number);
        }
    }
}

#[test]
fn rules_are_numbered_once_and_each_says_something_of_its_own() {
    for list in ContactType::ALL.iter().flat_map(|known| known.spec().rules) {
        assert!(
            list.is_sorted_by(|one, next| one.number < next.number),
            "a list of rules is in the order of its numbers"
        );
    }
    let mut numbers: Vec<u16> = rules().map(|rule| rule.number).collect();
    let count = numbers.len();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), count);
    let mut sentences: Vec<&str> = rules().map(|rule| rule.rule).collect();
    sentences.sort_unstable();
    sentences.dedup();
    assert_eq!(sentences.len(), count);
    for field in Field::ALL.iter().filter(|field| !matches!(field, Field::SubBuildingName)) {
        assert!(rules().any(|rule| rule.field == *field), "{field:?} has no rule");
    }
}

#[tokio::test]
async fn the_page_refuses_every_bad_example_at_its_field_and_keeps_what_was_typed() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let key = amy.get("/contacts/new/mnc").await.input("key");
    for rule in rules().filter(|rule| rule.severity == Severity::Stop && !BY_IMPORTS.contains(&rule.number)) {
        for bad in rule.bad {
            let mut fields = form(rule, bad);
            fields.push(("key".to_owned(), key.clone()));
            let fields: Vec<(&str, &str)> =
                fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let page = amy.post("/contacts/new/mnc", &fields).await;
            assert_eq!(page.status, 422, "{} {bad:?}", rule.number);
            assert!(!page.error(rule.field.name()).is_empty(), "{} {bad:?}: {:?}", rule.number, page.errors());
            assert_eq!(page.input("own_reference"), if rule.field == Field::OwnReference { bad } else { "REF-1" });
        }
    }
    let contacts: i64 = sqlx::query_scalar("select count(*) from contact").fetch_one(world.owner()).await.unwrap();
    assert_eq!(contacts, 0);
}

#[tokio::test]
async fn warnings_are_shown_at_check_answers_and_stop_nobody() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    for rule in rules().filter(|rule| rule.severity == Severity::Warn && !BY_IMPORTS.contains(&rule.number)) {
        let key = amy.get("/contacts/new/mnc").await.input("key");
        let mut fields = form(rule, rule.bad[0]);
        fields.push(("key".to_owned(), key.clone()));
        // each at a house of its own: what looks the same would ask for a reason
        for (name, value) in &mut fields {
            match name.as_str() {
                "building_number" => *value = rule.number.to_string(),
                "msn" => value.clear(),
                _ => {}
            }
        }
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let sent = amy.post("/contacts/new/mnc", &fields).await;
        assert_eq!(sent.status, 303, "{}", rule.number);
        let check = amy.get(&sent.location()).await;
        assert_eq!(check.all(".govuk-warning-text").len(), 1, "{}", rule.number);
        let done = amy.post("/contacts/new/mnc/check", &[("key", &key)]).await;
        assert!(done.location().ends_with("/logged"), "{}", rule.number);
    }
}
