//! A page of a list as it was read, how many contacts the list has, and where it goes on.

use std::fmt;

use super::{ListExtras, Row};
use crate::queues::filter::{COUNTED, Cursor, Filter};
use crate::trade::words::thousands;

/// One page of a list, and what stands around it.
#[derive(Debug)]
pub struct Listed {
    pub rows: Vec<Row>,
    pub count: Count,
    /// which row of the list the page begins with; none where it has no rows
    pub first: Option<i64>,
    pub previous: Option<Cursor>,
    pub next: Option<Cursor>,
    pub extras: ListExtras,
    /// there are too many to sort: they come by the time they were logged
    pub by_time: bool,
    /// more of what is looked for may match beyond what was looked through for this page
    pub goes_on: bool,
}

impl Listed {
    /// The addresses of the pages before and after.
    pub fn pages(&self, filter: &Filter) -> (Option<String>, Option<String>) {
        let shown = i64::try_from(self.rows.len()).unwrap_or_default();
        let path = |cursor: &Option<Cursor>, place: Option<i64>| {
            let place = place.and_then(|place| u32::try_from(place).ok()).filter(|place| *place > 0);
            cursor.as_ref().map(|cursor| filter.page_path(cursor, place))
        };
        let before = self.first.map(|first| (first - filter.size).max(1));
        (path(&self.previous, before), path(&self.next, self.first.map(|first| first + shown)))
    }
}

/// How many contacts a list has, as far as they are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    pub known: i64,
    /// there are more than are known
    pub more: bool,
}

impl Count {
    /// Of a list that was counted: where a tally knows, however many there are.
    pub fn of(filter: &Filter, counted: i64) -> Count {
        let more = counted > COUNTED && !filter.is_counted_whole();
        Count { known: if more { COUNTED } else { counted }, more }
    }

    pub fn exactly(known: i64) -> Count {
        Count { known, more: false }
    }

    pub fn is_none(self) -> bool {
        self == Count { known: 0, more: false }
    }

    pub fn is_one(self) -> bool {
        self == Count { known: 1, more: false }
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", thousands(self.known.unsigned_abs()), if self.more { "+" } else { "" })
    }
}
