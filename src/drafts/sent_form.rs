//! A form as a browser sent it: which one it is, what stands in it, and what its page was drawn from.

use crate::form;
use crate::form::version_at;
use crate::forms::{Fields, Form, is_about_a_contact};
use crate::seal::Seal;
use crate::stamp::Stamp;

/// A form that is kept, as it was sent.
#[derive(Debug, Clone)]
pub struct SentForm {
    pub form: Form,
    /// of the form
    pub address: String,
    pub title: String,
    pub fields: Fields,
    /// from which data and for whom its page was drawn
    pub stamp: Option<Stamp>,
    /// of the contact, as its page showed it
    pub version: i32,
}

impl SentForm {
    pub fn read(seal: &Seal, path: &str, body: &[u8]) -> Option<SentForm> {
        let fields = form::pairs(body).ok()?;
        let (stamp, version) = form::stamps(body);
        let form = Form::sent_to(path, &fields)?;
        let address = form.address();
        let version = version_at(seal, &address, &version);
        Some(SentForm { address, title: form.title(&fields), form, fields, stamp, version })
    }

    /// Of the data that its page was drawn from.
    pub fn epoch(&self) -> Option<i64> {
        self.stamp.as_ref().map(|stamp| stamp.epoch)
    }

    pub fn is_from_before(&self, epoch: i64) -> bool {
        is_from_before(&self.address, self.epoch(), epoch)
    }
}

/// About a contact of data that has been set back since its page was drawn: the CRN may be another contact's by now.
pub fn is_from_before(address: &str, drawn: Option<i64>, epoch: i64) -> bool {
    drawn.is_some_and(|drawn| drawn != epoch) && is_about_a_contact(address)
}
