//! Every rule with its own examples, as a row of each kind of file, by the form and by paste: the same number and the
//! same words as on the screen.

use cms::bulk::form_rows::{cell, is_of_a_row};
use cms::contacts::fields::Field;
use cms::contacts::fields::rule::{Rule, Severity};
use cms::contacts::types::ContactType;

use super::{KINDS, file, row, taken, work};
use crate::world::{MNC, Person, World};

/// Rules that go by what has been imported.
const BY_IMPORTS: [u16; 2] = [117, 118];

fn rules(severity: Severity) -> impl Iterator<Item = &'static Rule> {
    ContactType::Mnc.spec().rules().filter(move |rule| rule.severity == severity && !BY_IMPORTS.contains(&rule.number))
}

/// A row in which the rule's field has this value.
fn example(rule: &Rule, value: &str) -> Vec<(Field, String)> {
    let mut changes: Vec<(Field, String)> = rule.beside.iter().map(|(f, v)| (*f, (*v).to_owned())).collect();
    changes.push((rule.field, value.to_owned()));
    changes
}

fn sent(changes: &[(Field, String)]) -> cms::bulk::SentRow {
    row(&changes.iter().map(|(field, text)| (*field, text.as_str())).collect::<Vec<_>>())
}

/// What the screen says of the form with these values, by field.
async fn on_screen(person: &mut Person, key: &str, changes: &[(Field, String)]) -> Vec<(String, String)> {
    let mut fields: Vec<(&str, &str)> = MNC.to_vec();
    for (field, text) in changes {
        fields.iter_mut().find(|(name, _)| *name == field.name()).unwrap().1 = text;
    }
    fields.push(("key", key));
    person.post("/contacts/new/mnc", &fields).await.errors()
}

#[tokio::test]
async fn every_bad_example_says_the_same_in_a_file_as_on_the_screen() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let key = amy.get("/contacts/new/mnc").await.input("key");
    let mut expected = Vec::new();
    let mut rows = Vec::new();
    for rule in rules(Severity::Stop) {
        for bad in rule.bad {
            let changes = example(rule, bad);
            let says = on_screen(&mut amy, &key, &changes).await;
            assert!(!says.is_empty(), "{} {bad}", rule.number);
            rows.push(sent(&changes));
            expected.push((rule, *bad, says));
        }
    }
    for kind in KINDS {
        let path = taken(&mut amy, "bad", &file(kind, &rows)).await;
        work(&world).await;
        let found: Vec<(String, serde_json::Value)> =
            sqlx::query_as("select verdict, problems from bulk_row where bulk_key = $1 order by row")
                .bind(path.rsplit('/').next().unwrap())
                .fetch_all(world.owner())
                .await
                .unwrap();
        assert_eq!(found.len(), expected.len(), "{kind}");
        for ((verdict, problems), (rule, bad, says)) in found.iter().zip(&expected) {
            let what = format!("{kind} {} {bad:?}", rule.number);
            assert_eq!(verdict, "bad", "{what}");
            let told: Vec<(String, String)> = problems
                .as_array()
                .unwrap()
                .iter()
                .map(|one| (one["field"].as_str().unwrap().to_owned(), one["says"].as_str().unwrap().to_owned()))
                .collect();
            assert_eq!(&told, says, "{what}");
            let numbers: Vec<u64> =
                problems.as_array().unwrap().iter().map(|one| one["rule"].as_u64().unwrap()).collect();
            let known = |number: &u64| ContactType::Mnc.spec().rules().any(|rule| u64::from(rule.number) == *number);
            assert!(numbers.iter().all(known), "{what}");
            // the first rule of its field that fails is the one that speaks
            let speaks = told.iter().zip(&numbers).find(|((field, _), _)| *field == rule.field.name()).unwrap().1;
            assert!(*speaks <= u64::from(rule.number), "{what}: {numbers:?}");
        }
    }
}

#[tokio::test]
async fn every_good_example_is_good_in_a_file_and_warnings_are_said() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let mut rows = Vec::new();
    let mut examples = Vec::new();
    for rule in ContactType::Mnc
        .spec()
        .rules()
        .filter(|rule| rule.severity != Severity::Ask && !BY_IMPORTS.contains(&rule.number))
    {
        let warns = if rule.severity == Severity::Warn { rule.bad } else { &[] };
        for (value, warned) in rule.good.iter().map(|good| (good, false)).chain(warns.iter().map(|bad| (bad, true))) {
            let mut changes = example(rule, value);
            // a site of its own each
            let own = if rule.field == Field::Street { Field::Msn } else { Field::Street };
            changes.insert(0, (own, format!("M{}", rows.len())));
            rows.push(sent(&changes));
            examples.push((rule, *value, warned));
        }
    }
    for kind in KINDS {
        let path = taken(&mut amy, "good", &file(kind, &rows)).await;
        work(&world).await;
        let found: Vec<(String, String)> =
            sqlx::query_as("select verdict, problems::text from bulk_row where bulk_key = $1 order by row")
                .bind(path.rsplit('/').next().unwrap())
                .fetch_all(world.owner())
                .await
                .unwrap();
        for ((verdict, problems), (rule, value, warned)) in found.iter().zip(&examples) {
            assert_eq!(verdict, "good", "{kind} {} {value:?}: {problems}", rule.number);
            let says = problems.contains(&format!("\"rule\": {}", rule.number));
            assert_eq!(says, *warned, "{kind} {} {value:?}: {problems}", rule.number);
        }
    }
}

#[tokio::test]
async fn every_bad_example_says_the_same_in_the_form_of_several_sites_typed_or_pasted() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let one = amy.get("/contacts/new/mnc").await.input("key");
    for rule in rules(Severity::Stop) {
        for bad in rule.bad {
            let changes = example(rule, bad);
            let screen = on_screen(&mut amy, &one, &changes).await;
            let key = amy.get("/bulk/form").await.input("key");
            let values = sent(&changes);
            let value = |field: Field| values.fields[field.place()].1.clone();
            let mut fields: Vec<(String, String)> = vec![("key".into(), key.clone()), ("rows".into(), "10".into())];
            for field in ContactType::Mnc.spec().fields().filter(|field| !is_of_a_row(ContactType::Mnc.spec(), *field))
            {
                fields.push((field.name().to_owned(), value(field)));
            }
            // the row, pasted under the names of its columns
            let own: Vec<Field> =
                ContactType::Mnc.spec().table.iter().copied().filter(|field| !value(*field).is_empty()).collect();
            if own.is_empty() {
                continue;
            }
            let names: Vec<&str> = own.iter().map(|field| field.label()).collect();
            let cells: Vec<String> = own.iter().map(|field| value(*field)).collect();
            let mut pasting = fields.clone();
            pasting.push(("pasted".into(), format!("{}\n{}\n", names.join("\t"), cells.join("\t"))));
            pasting.push(("go".into(), "paste".into()));
            let pasted = post(&mut amy, &pasting).await;
            assert_eq!(pasted.status, 303, "{}", pasted.text());
            let page = amy.get(&pasted.location()).await;
            for field in &own {
                assert_eq!(page.input(&cell(1, *field)), value(*field).trim(), "{} {bad:?}", rule.number);
                fields.push((cell(1, *field), page.input(&cell(1, *field))));
            }
            fields.push(("go".into(), "check".into()));
            let checked = post(&mut amy, &fields).await;
            assert_eq!(checked.status, 422, "{} {bad:?}: {}", rule.number, checked.text());
            let mut found = checked.errors();
            let mut expected: Vec<(String, String)> = screen
                .iter()
                .map(|(name, says)| {
                    let field = Field::parse(name).unwrap();
                    let own = is_of_a_row(ContactType::Mnc.spec(), field);
                    if own { (cell(1, field), format!("Row 1: {says}")) } else { (name.clone(), says.clone()) }
                })
                .collect();
            found.sort();
            expected.sort();
            assert_eq!(found, expected, "{} {bad:?}", rule.number);
        }
    }
}

async fn post(person: &mut Person, fields: &[(String, String)]) -> crate::world::Page {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    person.post("/bulk/form", &fields).await
}
