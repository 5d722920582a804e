//! A list of contacts as a value: from its address and to it ([`address`]), in words ([`words`]), and where a page of it
//! begins ([`cursor`]).

mod address;
mod bands;
mod column;
mod cursor;
mod queue;
mod words;

use time::Date;

pub use self::address::looked_for;
pub use self::bands::{Age, Due, Sort, With};
pub use self::column::{Column, fits};
pub use self::cursor::Cursor;
pub use self::queue::{COUNTED, Queue, SIZES, unreadable};
pub use self::words::Names;
use crate::address::urlencode;
use crate::contacts::lifecycle::Status;
use crate::contacts::types::ContactType;
use crate::trade::Ldz;

/// A list of contacts as its address says it.
#[expect(clippy::struct_excessive_bools, reason = "conditions add up, each by itself")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    pub queue: Queue,
    /// CRN, MPRN, postcode or its first half, serial number, or words
    pub q: String,
    pub status: Option<Status>,
    pub contact_type: Option<ContactType>,
    pub with: With,
    /// the organisation's three characters
    pub raised_by: Option<String>,
    pub ldz: Option<Ldz>,
    pub due: Option<Due>,
    pub age: Option<Age>,
    /// received on or after, and on or before, these London days
    pub from: Option<Date>,
    pub to: Option<Date>,
    /// the answer to the CDSP's question or site visit is back, and nothing has been done with it
    pub answered: bool,
    /// what the viewer has raised
    pub raised_by_me: bool,
    /// leaves out what is closed; queues of work never hold any
    pub open: bool,
    pub sort: Sort,
    pub descending: bool,
    /// rows a page: 25, 50 or 100
    pub size: i64,
    pub cursor: Option<Cursor>,
    /// which row of the list the page in view begins with, as the page before it knew
    pub place: Option<u32>,
}

impl Filter {
    /// The list that a queue shows when nothing is asked: work by due time, the rest by the latest.
    pub fn of(queue: Queue) -> Filter {
        Filter {
            queue,
            q: String::new(),
            status: None,
            contact_type: None,
            with: With::Anyone,
            raised_by: None,
            ldz: None,
            due: None,
            age: None,
            from: None,
            to: None,
            answered: false,
            raised_by_me: false,
            open: false,
            sort: if queue.is_work() { Sort::Due } else { Sort::Received },
            descending: !queue.is_work(),
            size: 50,
            cursor: None,
            place: None,
        }
    }

    /// The address of this list.
    pub fn path(&self) -> String {
        format!("{}?{}", self.queue.path(), self.to_query())
    }

    /// The address of the page that the cursor names, and which row of the list it begins with, if that is known.
    pub fn page_path(&self, cursor: &Cursor, place: Option<u32>) -> String {
        let word = if cursor.backwards { "before" } else { "after" };
        let place = place.map(|place| format!("&place={place}")).unwrap_or_default();
        format!("{}&{word}={}~{}{place}", self.path(), urlencode(&cursor.key), urlencode(&cursor.row))
    }

    /// The address of the page that is in view.
    pub fn here(&self) -> String {
        self.cursor.as_ref().map_or_else(|| self.path(), |cursor| self.page_path(cursor, self.place))
    }

    /// The list whatever its order and page: under this what is ticked is kept.
    pub fn list(&self) -> String {
        let plain = Filter::of(self.queue);
        Filter { sort: plain.sort, descending: plain.descending, size: plain.size, cursor: None, ..self.clone() }.path()
    }

    /// Nothing but the queue itself is asked for; sort and size don't narrow it.
    pub fn is_whole(&self) -> bool {
        self.list() == Filter::of(self.queue).path()
    }

    /// The statuses to add up where the tally of contacts by status knows the number; else it has to be counted.
    pub fn tallied(&self) -> Option<Vec<Status>> {
        let by_status = Filter { status: None, with: With::Anyone, open: false, ..self.clone() };
        if !by_status.is_whole() || !matches!(self.with, With::Anyone | With::Nobody) || !self.queue.is_tallied() {
            return None;
        }
        let is_meant = |status: &Status| {
            self.status.is_none_or(|asked| asked == *status)
                && (self.with == With::Anyone || !(status.is_held() || status.is_closed()))
                && !(self.open && status.is_closed())
        };
        Some(Status::ALL.into_iter().filter(is_meant).collect())
    }

    /// All that a person holds: the tally of holders knows the number.
    pub fn is_held_tally(&self) -> bool {
        self.queue == Queue::Mine && self.is_whole()
    }

    /// A tally knows the number, however many there are.
    pub fn is_counted_whole(&self) -> bool {
        self.is_held_tally() || self.tallied().is_some()
    }

    /// The page in view was asked for as the one before a row.
    pub fn is_backwards(&self) -> bool {
        self.cursor.as_ref().is_some_and(|cursor| cursor.backwards)
    }
}
