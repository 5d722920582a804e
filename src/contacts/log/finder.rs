//! The address finder within the form: what is looked for, what was found, and filling in what was chosen.

use sqlx::PgConnection;

use crate::addresses::Address;
use crate::addresses::finder::{AddressQuery, find, with_key};
use crate::contacts::fields::{Field, site};
use crate::typed::Typed;

/// The finder's own fields, beside those of the contact.
pub const FIELDS: [&str; 4] = ["find", "find_postcode", "find_words", "find_choice"];

/// The finder as the form shows it.
#[derive(Debug, Default)]
pub struct Finder {
    /// there are addresses to find
    pub is_there: bool,
    /// the addresses are invented
    pub is_sample: bool,
    pub says: String,
    pub choices: Vec<Address>,
}

impl Finder {
    /// Ready to be asked.
    pub async fn ready(tx: &mut PgConnection) -> Result<Finder, sqlx::Error> {
        let source = sqlx::query_scalar!("select source from address_set").fetch_optional(tx).await?;
        Ok(Finder { is_there: source.is_some(), is_sample: source.as_deref() == Some("sample"), ..Finder::default() })
    }

    /// As many are shown as radios; more make a list to scroll.
    pub fn is_short(&self) -> bool {
        self.choices.len() <= 10
    }

    /// Looks for what stands in the finder's fields; what is wrong there is said at its field.
    pub async fn search(&mut self, tx: &mut PgConnection, form: &mut Typed) -> Result<(), sqlx::Error> {
        match AddressQuery::parse(form.value("find_postcode"), form.value("find_words")) {
            Ok(asked) => {
                let found = find(tx, &asked).await?;
                (self.says, self.choices) = (found.says, found.addresses);
            }
            Err((field, says)) => form.wrong(field, says),
        }
        Ok(())
    }

    /// Fills in the address that was chosen; without a choice, shows what there is to choose from.
    pub async fn take_over(&mut self, tx: &mut PgConnection, form: &mut Typed) -> Result<(), sqlx::Error> {
        if let Some(address) = with_key(tx, form.value("find_choice")).await? {
            fill(form, &address);
            self.says = format!("{} is filled in below. Change it where it is not right.", address.line());
            return Ok(());
        }
        self.search(tx, form).await?;
        let field = if self.choices.is_empty() { "find_postcode" } else { "find_choice" };
        form.wrong(field, "Choose an address from the list, or enter it by hand below");
        Ok(())
    }

    /// The form was sent with something in the finder and no address: by Enter, which looks for it, or by its own button.
    pub async fn meant(&mut self, tx: &mut PgConnection, form: &mut Typed) -> Result<(), sqlx::Error> {
        let by_enter = form.is("find", "enter") && form.value("find_choice").is_empty();
        if by_enter { self.search(tx, form).await } else { self.take_over(tx, form).await }
    }
}

/// Whether somebody pressed Enter in the finder of a form that has no address yet.
pub fn is_meant(form: &Typed) -> bool {
    let empty = |field: Field| form.value(field.name()).trim().is_empty();
    !form.value("find_postcode").trim().is_empty() && site::SECTION.fields.iter().copied().all(empty)
}

fn fill(form: &mut Typed, address: &Address) {
    for (field, value) in address.fields() {
        if !(field == Field::County && value.is_empty()) {
            form.set(field.name(), value);
        }
    }
}
