//! What a filter can ask and order by: who has a contact, when it is due, how old it is.

use crate::trade::code_list::code_list;

/// Who has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum With {
    Anyone,
    Nobody,
    Me,
    Person(String),
}

code_list! {
    /// When it should have been done, or will have to be.
    Due {
        Overdue "overdue" "Overdue",
        /// still, until midnight in London
        Today "today" "Due today",
        /// after today, within five working days
        Soon "soon" "Due within 5 working days",
        Later "later" "Due later",
    }
}

code_list! {
    /// How long ago it was received, in working days as lists show them.
    Age {
        UpTo1 "0-1" "Up to 1 working day",
        UpTo5 "2-5" "2 to 5 working days",
        UpTo10 "6-10" "6 to 10 working days",
        Older "11-" "Over 10 working days",
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    Due,
    Received,
    /// youngest first when ascending: age grows as the time of receipt goes back
    Age,
    Status,
    Crn,
    /// by street, then town, then the numbers of houses as numbers
    Site,
    RaisedBy,
    With,
}

impl Age {
    /// The fewest and the most working days of the band.
    pub fn days(self) -> (u32, Option<u32>) {
        match self {
            Age::UpTo1 => (0, Some(1)),
            Age::UpTo5 => (2, Some(5)),
            Age::UpTo10 => (6, Some(10)),
            Age::Older => (11, None),
        }
    }
}

impl Sort {
    pub const ALL: [Sort; 8] =
        [Sort::Due, Sort::Received, Sort::Age, Sort::Status, Sort::Crn, Sort::Site, Sort::RaisedBy, Sort::With];

    pub fn slug(self) -> &'static str {
        match self {
            Sort::Due => "due",
            Sort::Received => "received",
            Sort::Age => "age",
            Sort::Status => "status",
            Sort::Crn => "crn",
            Sort::Site => "site",
            Sort::RaisedBy => "raised",
            Sort::With => "with",
        }
    }

    /// Lists that keep what is closed have an index in its order.
    pub fn is_of_history(self) -> bool {
        matches!(self, Sort::Received | Sort::Age | Sort::Crn | Sort::Site)
    }

    /// Its keys are times, the others texts.
    pub fn is_time(self) -> bool {
        matches!(self, Sort::Due | Sort::Received | Sort::Age)
    }
}
