//! The form of an action as it stands in the contact's page.

use std::fmt;

use askama::Template;
use askama::filters::HtmlSafe;

use crate::contacts::Contact;
use crate::contacts::lifecycle::Action;
use crate::error::AppError;
use crate::forms::Form;
use crate::frame::{Frame, RestoredDraft};
use crate::texts::SavedText;
use crate::typed::Typed;

/// What the template of every form gets.
#[derive(Debug, Clone)]
pub struct Shown<'a> {
    pub contact: &'a Contact,
    pub action: Action,
    pub form: Typed,
    /// what was typed before and is back in it
    pub kept: Option<RestoredDraft>,
    /// it stands open, rather than waiting for its link
    pub is_open: bool,
    pub then: Then<'a>,
    /// what its organisation types again and again, filled from the contact
    pub texts: Vec<SavedText>,
    pub epoch: String,
    /// of the contact, as it is shown
    pub version: String,
    pub drawn: i64,
}

/// Where its second button leads.
#[derive(Debug, Clone, Copy, Default)]
pub struct Then<'a> {
    /// the person may take the next best contact
    pub next: bool,
    /// CRN of the next one in the list that is walked
    pub in_list: Option<&'a str>,
}

impl<'a> Shown<'a> {
    pub fn new(contact: &'a Contact, action: Action, frame: &Frame, then: Then<'a>) -> Shown<'a> {
        Shown {
            contact,
            action,
            form: Typed::default(),
            kept: None,
            is_open: false,
            then,
            texts: Vec::new(),
            epoch: frame.epoch.clone(),
            version: frame.seal.version(&contact.crn, contact.version),
            drawn: frame.drawn,
        }
    }

    /// Opened by its own address: the first of these fields that is empty has the focus.
    pub fn focus(&mut self, fields: &[&str]) {
        if self.is_open && !self.form.has_errors() {
            self.form.focus_first_empty(fields);
        }
    }

    /// The address of its form, to which a saved text is named.
    pub fn offers(&self) -> String {
        format!("{}/{}?", self.contact.path(), self.action.slug())
    }

    /// What is typed into it is kept while it is typed.
    pub fn keeps(&self) -> bool {
        Form::Act(self.action, self.contact.crn.clone()).is_text()
    }

    /// The person may leave it: it does not stand open by itself.
    pub fn may_cancel(&self) -> bool {
        !self.action.is_answer()
    }
}

/// A form, drawn by its own template, which has escaped what people typed.
#[derive(Debug, Clone)]
pub struct Panel {
    pub action: Action,
    html: String,
}

impl Panel {
    pub fn draw(action: Action, template: &impl Template) -> Result<Panel, AppError> {
        Ok(Panel { action, html: template.render()? })
    }
}

impl fmt::Display for Panel {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.html)
    }
}

impl HtmlSafe for Panel {}
