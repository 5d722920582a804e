//! What a filter can ask and order by: who has a contact, when it is due, how old it is.

/// Who has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum With {
    Anyone,
    Nobody,
    Me,
    Person(i64),
}

/// When it should have been done, or will have to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    Overdue,
    /// still, until midnight in London
    Today,
    /// after today, within five working days
    Soon,
    Later,
}

/// How long ago it was received, in working days as lists show them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Age {
    UpTo1,
    UpTo5,
    UpTo10,
    Older,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    Due,
    Received,
    /// youngest first when ascending: age grows as the time of receipt goes back
    Age,
    Status,
    RaisedBy,
    With,
}

impl Due {
    pub const ALL: [Due; 4] = [Due::Overdue, Due::Today, Due::Soon, Due::Later];

    pub fn slug(self) -> &'static str {
        match self {
            Due::Overdue => "overdue",
            Due::Today => "today",
            Due::Soon => "soon",
            Due::Later => "later",
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Due::Overdue => "Overdue",
            Due::Today => "Due today",
            Due::Soon => "Due within 5 working days",
            Due::Later => "Due later",
        }
    }
}

impl Age {
    pub const ALL: [Age; 4] = [Age::UpTo1, Age::UpTo5, Age::UpTo10, Age::Older];

    pub fn slug(self) -> &'static str {
        match self {
            Age::UpTo1 => "0-1",
            Age::UpTo5 => "2-5",
            Age::UpTo10 => "6-10",
            Age::Older => "11-",
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Age::UpTo1 => "Up to 1 working day",
            Age::UpTo5 => "2 to 5 working days",
            Age::UpTo10 => "6 to 10 working days",
            Age::Older => "Over 10 working days",
        }
    }

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
    pub const ALL: [Sort; 6] = [Sort::Due, Sort::Received, Sort::Age, Sort::Status, Sort::RaisedBy, Sort::With];

    pub fn slug(self) -> &'static str {
        match self {
            Sort::Due => "due",
            Sort::Received => "received",
            Sort::Age => "age",
            Sort::Status => "status",
            Sort::RaisedBy => "raised",
            Sort::With => "with",
        }
    }

    /// Its keys are times, the others texts.
    pub fn is_time(self) -> bool {
        matches!(self, Sort::Due | Sort::Received | Sort::Age)
    }
}
