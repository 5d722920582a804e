//! A form about a person whom somebody else has changed meanwhile: their change stays, what was typed stays, and only what
//! both changed is asked about.

use form_urlencoded::{Serializer, parse};

use super::list::Colleague;
use crate::typed::Typed;

/// The hidden field with what the page showed when it was drawn.
const WAS: &str = "was";
const FIELDS: [&str; 4] = ["name", "email", "supervisor", "security_officer"];

/// An account as the form shows it for changing.
pub fn typed(person: &Colleague) -> Typed {
    let yes = |is: bool| if is { "yes" } else { "" }.to_owned();
    let email = person.email.clone().unwrap_or_default();
    let values = [person.name.clone(), email, yes(person.supervisor), yes(person.security_officer)];
    let mut typed = Typed::default();
    let mut was = Serializer::new(String::new());
    for (field, value) in FIELDS.into_iter().zip(values) {
        was.append_pair(field, &value);
        typed.set(field, value);
    }
    typed.set(WAS, was.finish());
    typed
}

/// Puts into the form what is `now` there and was not changed in the form; answers the fields that both have changed. A form
/// that does not say what it showed is left as it is.
pub fn merge(form: &mut Typed, now: &Typed) -> Vec<&'static str> {
    let was = form.value(WAS).to_owned();
    let shown =
        |field: &str| parse(was.as_bytes()).find(|(name, _)| name == field).map(|(_, value)| value.into_owned());
    let mut both = Vec::new();
    for field in FIELDS {
        let (Some(was), now) = (shown(field), now.value(field)) else { continue };
        let typed = if field == "email" { form.value(field).to_lowercase() } else { form.value(field).to_owned() };
        if now == was || now == typed {
            continue;
        }
        if typed == was {
            form.set(field, now);
        } else {
            both.push(field);
        }
    }
    form.set(WAS, now.value(WAS));
    both
}
