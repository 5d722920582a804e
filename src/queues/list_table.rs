//! The table of a list's page: its columns, what stands in each cell, and which rows of the list are in view.

use std::borrow::Cow;

use super::filter::{Column, fits};
use super::list::ListPage;
use super::rows::Row;
use super::{Filter, Queue, Sort};
use crate::contacts::types::ContactType;
use crate::trade::Ldz;
use crate::trade::words::thousands;
use crate::trade::working_time::{age_words, due_words, london_date, overdue, show_date};

/// Where there is nothing to show.
const NONE: &str = "–";

/// What stands in a cell, and what its title says besides. What is cut to its column gets its whole text as a title from
/// the page's script, and without it is not cut under the pointer.
pub struct Cell<'a> {
    pub text: Cow<'a, str>,
    pub title: Option<Cow<'a, str>>,
}

impl<'a> Cell<'a> {
    fn new(text: impl Into<Cow<'a, str>>, title: impl Into<Cow<'a, str>>) -> Cell<'a> {
        Cell { text: text.into(), title: Some(title.into()) }
    }

    fn same(text: impl Into<Cow<'a, str>>) -> Cell<'a> {
        Cell { text: text.into(), title: None }
    }
}

/// A heading one can sort by.
pub struct Heading {
    pub text: &'static str,
    pub href: String,
    pub aria_sort: Option<&'static str>,
}

/// A page of the list, for the pager.
pub struct Elsewhere {
    pub rel: &'static str,
    pub text: &'static str,
    pub href: String,
}

impl ListPage {
    pub fn columns(&self) -> Vec<Column> {
        let is_chosen = |column: &Column| self.is_chosen(column);
        self.offered_columns().into_iter().filter(is_chosen).collect()
    }

    pub fn offered_columns(&self) -> Vec<Column> {
        Column::offered(&self.viewer, self.filter.queue)
    }

    pub fn is_chosen(&self, column: &Column) -> bool {
        self.listed.extras.columns.iter().any(|code| code == column.code())
    }

    pub fn fits(&self) -> &'static str {
        fits(&self.columns())
    }

    pub fn heading(&self, sort: Sort, text: &'static str) -> Heading {
        let is_current = self.filter.sort == sort;
        let descending =
            if is_current { !self.filter.descending } else { sort == Sort::Received && !self.filter.queue.is_work() };
        let filter = Filter { sort, descending, cursor: None, ..self.filter.clone() };
        let aria_sort = is_current.then_some(if self.filter.descending { "descending" } else { "ascending" });
        Heading { text, href: filter.path(), aria_sort }
    }

    pub fn column_heading(&self, column: &Column) -> Option<Heading> {
        column.sort().map(|sort| self.heading(sort, column.title(&self.viewer)))
    }

    /// What stands in a cell.
    pub fn cell<'a>(&'a self, column: &Column, row: &'a Row) -> Cell<'a> {
        match column {
            Column::Type => {
                let name = ContactType::from_code(&row.kind).map(|known| known.spec().title()).unwrap_or_default();
                Cell::new(row.kind.as_str(), name)
            }
            Column::RaisedBy => Cell::same(row.raised_by.as_str()),
            Column::OwnReference => {
                Cell::same(row.own_reference.as_deref().filter(|own| !own.is_empty()).unwrap_or(NONE))
            }
            Column::LoggedBy => match row.logged_by.as_deref() {
                Some(name) if name == self.viewer.name => Cell::new("you", name),
                name => Cell::same(name.unwrap_or(NONE)),
            },
            Column::Ldz => {
                let name = Ldz::from_code(&row.ldz).map(Ldz::name).unwrap_or_default();
                Cell::new(if row.ldz.is_empty() { NONE } else { row.ldz.as_str() }, name)
            }
            Column::Network => {
                let network = Ldz::from_code(&row.ldz).and_then(Ldz::network);
                Cell::same(network.map_or(NONE, |network| network.name()))
            }
            Column::Msn => Cell::same(if row.msn.is_empty() { NONE } else { row.msn.as_str() }),
            Column::Received => Cell::same(show_date(row.received)),
            Column::Age => {
                let age = age_words(row.received, row.closed.unwrap_or(self.now));
                Cell::new(age, format!("Received {}", show_date(row.received)))
            }
            Column::Due => {
                let Some(due) = row.due else { return Cell::same(NONE) };
                let words = due_words(due, self.now);
                // the year goes without saying while it lasts
                let this_year = format!(" {}", london_date(self.now).year());
                match (words.strip_prefix("overdue by "), words.strip_suffix(&this_year)) {
                    (Some(days), _) => Cell::same(format!("{days} late")),
                    (None, Some(day)) => Cell::new(day.to_owned(), words),
                    (None, None) => Cell::same(words),
                }
            }
            Column::With if row.is_mine => Cell::new("you", row.with.as_str()),
            Column::With => Cell::same(row.with.as_str()),
            Column::Closed => row.closed.map_or(Cell::same(NONE), |closed| Cell::same(show_date(closed))),
        }
    }

    /// The site without its town, which stands beside it in smaller letters.
    pub fn line<'a>(&self, row: &'a Row) -> &'a str {
        row.site.strip_suffix(&row.town).unwrap_or(&row.site)
    }

    pub fn is_late(&self, row: &Row) -> bool {
        row.due.is_some_and(|due| overdue(due, self.now))
    }

    /// The CDSP is told which of its contacts came back with an answer.
    pub fn is_answered(&self, row: &Row) -> bool {
        row.is_answered && self.viewer.is_cdsp() && self.filter.queue != Queue::Raised
    }

    /// "51 to 100 of 507".
    pub fn position(&self) -> String {
        format!("{} of {}", self.span(), self.count())
    }

    /// Where in the list the page stands, for its title; nothing where it is the whole list.
    pub fn place(&self) -> String {
        if self.pages().is_empty() || self.listed.first.is_none() {
            String::new()
        } else {
            format!(", {}", self.span())
        }
    }

    fn span(&self) -> String {
        let first = self.listed.first.unwrap_or(1);
        let last = first + i64::try_from(self.listed.rows.len()).unwrap_or_default() - 1;
        format!("{} to {}", thousands(first.unsigned_abs()), thousands(last.unsigned_abs()))
    }

    /// Where the list goes on.
    pub fn pages(&self) -> Vec<Elsewhere> {
        let (previous, next) = self.listed.pages(&self.filter);
        let previous = previous.map(|href| Elsewhere { rel: "prev", text: "Previous", href });
        let next = next.map(|href| Elsewhere { rel: "next", text: "Next", href });
        previous.into_iter().chain(next).collect()
    }
}
