//! What resolving an MNC as valid asks: the MPRN that was created, which goes into the register.

use crate::contacts::fields::Input;
use crate::contacts::fields::outcome::{Outcome, OutcomeForm};
use crate::contacts::fields::question::{Asked, Question};
use crate::trade::Mprn;

pub const FORM: OutcomeForm = OutcomeForm {
    needs: "the MPRN created",
    done: "the MPRN has been created",
    questions: &[CREATED],
    sure: "Add this MPRN to the register with this site’s address, and close the contact for good",
    unsure: |answers| {
        let mprn = answers.get(CREATED.name);
        format!("Confirm that MPRN {mprn} is to be added to the register and the contact closed for good")
    },
    read: |answers| Mprn::parse(answers.get(CREATED.name)).ok().map(Outcome::Created),
    taken: (CREATED.name, |answers| {
        let mprn = answers.get(CREATED.name);
        format!("MPRN {mprn} is in the register already, so it can’t have been created for this site")
    }),
};

const CREATED: Question = Question {
    name: "mprn",
    label: "MPRN created",
    hint: "The originator is told of it.",
    input: Input::Mprn,
    optional: false,
    asked: Asked::Always,
    says: |answers, _| match answers.get(CREATED.name) {
        "" => Some("Enter the MPRN that was created".to_owned()),
        typed => Mprn::parse(typed).err().map(|error| error.to_string()),
    },
};
