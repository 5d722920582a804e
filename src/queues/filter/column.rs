//! The columns that a queue may show. CRN, status and site are always there.

use super::{Queue, Sort};
use crate::contacts::types::ContactType;
use crate::session::Viewer;
use crate::trade::code_list::code_list;

code_list! {
    /// A column that a queue may show.
    Column {
        Type "type" "Type",
        RaisedBy "raised" "Raised by",
        /// the key to the raiser's own system
        OwnReference "reference" "Your reference",
        LoggedBy "logged" "Logged by",
        Ldz "ldz" "LDZ",
        Network "network" "Network",
        Msn "msn" "Meter serial no.",
        Received "received" "Received",
        Age "age" "Age",
        Due "due" "Due",
        With "with" "With",
        Closed "closed" "Closed",
    }
}

impl Column {
    /// What it is called for this person.
    pub fn title(self, viewer: &Viewer) -> &'static str {
        if self == Column::OwnReference && !viewer.raises() { "Raiser’s reference" } else { self.text() }
    }

    /// The same over the column, where room is short.
    pub fn heading(self, viewer: &Viewer) -> &'static str {
        match self {
            Column::OwnReference if viewer.raises() => "Your ref.",
            Column::OwnReference => "Raiser’s ref.",
            _ => self.title(viewer),
        }
    }

    pub fn sort(self) -> Option<Sort> {
        match self {
            Column::RaisedBy => Some(Sort::RaisedBy),
            Column::Received => Some(Sort::Received),
            Column::Age => Some(Sort::Age),
            Column::Due => Some(Sort::Due),
            Column::With => Some(Sort::With),
            Column::Type
            | Column::OwnReference
            | Column::LoggedBy
            | Column::Ldz
            | Column::Network
            | Column::Msn
            | Column::Closed => None,
        }
    }

    /// About how wide it is, in pixels.
    fn width(self) -> u16 {
        match self {
            Column::Type | Column::Ldz => 50,
            Column::Age => 70,
            Column::Received | Column::Closed => 100,
            Column::OwnReference | Column::Msn => 120,
            Column::RaisedBy | Column::LoggedBy | Column::Due | Column::With => 130,
            Column::Network => 170,
        }
    }

    /// Whether it says anything about the contacts of a queue, and this person may know it.
    fn is_for(self, viewer: &Viewer, queue: Queue) -> bool {
        match self {
            Column::Type
            | Column::Ldz
            | Column::Network
            | Column::Msn
            | Column::Received
            | Column::Age
            | Column::Due => true,
            Column::RaisedBy => queue != Queue::Raised,
            Column::OwnReference => viewer.raises() || viewer.sees_all(),
            Column::LoggedBy => viewer.raises(),
            Column::With => queue != Queue::Mine,
            Column::Closed => !queue.is_work(),
        }
    }

    /// What a queue offers.
    pub fn offered(viewer: &Viewer, queue: Queue) -> Vec<Column> {
        Column::ALL.iter().copied().filter(|column| column.is_for(viewer, queue)).collect()
    }

    /// What a queue shows of itself: nothing that is the same in every row, and nothing twice.
    pub fn usual(viewer: &Viewer, queue: Queue) -> Vec<Column> {
        // a Shipper's contacts are all its own
        let all_own = queue == Queue::Raised || viewer.raises() && !viewer.is_network();
        let is_usual = |column: &Column| match column {
            Column::Type => ContactType::ALL.len() > 1,
            Column::RaisedBy => !all_own,
            Column::OwnReference | Column::LoggedBy => all_own,
            Column::Age | Column::Due | Column::With => true,
            Column::Ldz | Column::Network | Column::Msn | Column::Received | Column::Closed => false,
        };
        Column::offered(viewer, queue).into_iter().filter(is_usual).collect()
    }
}

/// The class of a table that has these columns: from which width of a window on it needs no scrolling sideways.
pub fn fits(columns: &[Column]) -> &'static str {
    match columns.iter().map(|column| column.width()).sum::<u16>() {
        0..=480 => "app-pane--fits",
        481..=800 => "app-pane--fits-wide",
        _ => "",
    }
}
