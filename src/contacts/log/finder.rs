//! The address finder within the form: what is looked for, what was found, and filling in what was chosen.

use sqlx::PgConnection;

use crate::addresses::Address;
use crate::addresses::finder::{AddressQuery, find, with_key};
use crate::contacts::fields::{Field, site};
use crate::trade::words::one_of;
use crate::typed::Typed;

/// The finder's own fields, beside those of the contact.
pub const FIELDS: [&str; 4] = ["find", "find_postcode", "find_words", "find_choice"];

/// The finder as the form shows it.
#[derive(Debug, Default)]
pub struct Finder {
    /// there are addresses to find
    pub is_there: bool,
    /// of the sample addresses of a trial, some that it finds: postcode, number or building, and street
    pub samples: Vec<[String; 3]>,
    pub says: String,
    pub choices: Vec<Address>,
    /// an address has just been filled in
    pub has_filled: bool,
}

impl Finder {
    /// Ready to be asked. The samples are the first after these letters, so that they lie apart.
    pub async fn ready(tx: &mut PgConnection) -> Result<Finder, sqlx::Error> {
        let rows = sqlx::query!(
            r#"select sample.postcode as "postcode?", sample.place as "place?", sample.street as "street?"
               from address_set left join lateral (
                   select first.* from unnest('{L,N,S}'::text[]) as letter, lateral (
                       select postcode, coalesce(nullif(number, ''), nullif(sub_building, ''), building) as place, street
                       from address where postcode > letter order by postcode, key limit 1) as first
               ) as sample on source = 'sample' order by sample.postcode"#
        )
        .fetch_all(tx)
        .await?;
        let is_there = !rows.is_empty();
        let samples = rows.into_iter().filter_map(|row| Some([row.postcode?, row.place?, row.street?])).collect();
        Ok(Finder { is_there, samples, ..Finder::default() })
    }

    /// What is said at the postcode: in a trial some that it finds, since nobody can know them.
    pub fn postcode_hint(&self) -> String {
        let postcodes: Vec<&str> = self.samples.iter().map(|[postcode, ..]| postcode.as_str()).collect();
        if postcodes.is_empty() { "Or its first half".to_owned() } else { format!("Try {}", one_of(&postcodes)) }
    }

    pub fn words_hint(&self) -> String {
        match self.samples.first() {
            Some([postcode, place, street]) => format!("Such as {place} or {street}, at {postcode}"),
            None => "To find fewer addresses".to_owned(),
        }
    }

    /// As many are shown as radios; more make a list to scroll.
    pub fn is_short(&self) -> bool {
        self.choices.len() <= 10
    }

    /// Looks for what stands in the finder's fields; what is wrong there is said at its field. One address that fits all
    /// that was asked is filled in at once.
    pub async fn search(&mut self, tx: &mut PgConnection, form: &mut Typed) -> Result<(), sqlx::Error> {
        match AddressQuery::parse(form.value("find_postcode"), form.value("find_words")) {
            Ok(asked) => {
                let found = find(tx, &asked).await?;
                if let Some(address) = found.only_one() {
                    self.fill(form, address);
                } else {
                    (self.says, self.choices) = (found.says, found.addresses);
                }
            }
            Err((field, says)) => form.wrong(field, says),
        }
        Ok(())
    }

    /// Fills in the address that was chosen; without a choice, shows what there is to choose from.
    pub async fn take_over(&mut self, tx: &mut PgConnection, form: &mut Typed) -> Result<(), sqlx::Error> {
        if let Some(address) = with_key(tx, form.value("find_choice")).await? {
            self.fill(form, &address);
            return Ok(());
        }
        self.search(tx, form).await?;
        if !self.has_filled {
            let field = if self.choices.is_empty() { "find_postcode" } else { "find_choice" };
            form.wrong(field, "Choose an address from the list, or enter it by hand below");
        }
        Ok(())
    }

    /// The form was sent with something in the finder and no address: by Enter, which looks for it, or by its own button.
    pub async fn meant(&mut self, tx: &mut PgConnection, form: &mut Typed) -> Result<(), sqlx::Error> {
        let by_enter = form.is("find", "enter") && form.value("find_choice").is_empty();
        if by_enter { self.search(tx, form).await } else { self.take_over(tx, form).await }
    }

    fn fill(&mut self, form: &mut Typed, address: &Address) {
        for (field, value) in address.fields() {
            if !(field == Field::County && value.is_empty()) {
                form.set(field.name(), value);
            }
        }
        self.has_filled = true;
    }
}

/// Whether somebody pressed Enter in the finder of a form that has no address yet.
pub fn is_meant(form: &Typed) -> bool {
    let empty = |field: Field| form.value(field.name()).trim().is_empty();
    !form.value("find_postcode").trim().is_empty() && site::SECTION.fields.iter().copied().all(empty)
}
