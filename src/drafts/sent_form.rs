//! A form as a browser sent it: which one it is, what stands in it, and what its page was drawn from.

use crate::form;
use crate::forms::{Fields, Form, is_about_a_contact};

/// A form that is kept, as it was sent.
pub struct SentForm {
    pub form: Form,
    /// of the form
    pub address: String,
    pub title: String,
    pub fields: Fields,
    /// of the data, as its page was drawn from
    pub epoch: Option<i64>,
    /// of the contact, as its page showed it
    pub version: i32,
}

impl SentForm {
    pub fn read(path: &str, body: &[u8]) -> Option<SentForm> {
        let fields = form::pairs(body).ok()?;
        let (epoch, version) = form::stamps(body);
        let form = Form::sent_to(path, &fields)?;
        Some(SentForm { address: form.address(), title: form.title(&fields), form, fields, epoch, version })
    }

    pub fn is_from_before(&self, epoch: i64) -> bool {
        is_from_before(&self.address, self.epoch, epoch)
    }
}

/// About a contact of data that has been set back since its page was drawn: the CRN may be another contact's by now.
pub fn is_from_before(address: &str, drawn: Option<i64>, epoch: i64) -> bool {
    drawn.is_some_and(|drawn| drawn != epoch) && is_about_a_contact(address)
}
