//! Which column of a file holds what, by the names that its header gives them.

/// A name as headers are compared by: letters and digits, in lower case.
pub fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase()
}

/// Places of columns, by what they hold.
#[derive(Debug, Clone)]
pub struct Columns<const N: usize>([Option<usize>; N]);

impl<const N: usize> Columns<N> {
    /// By the header's names; each column of ours lists the names it goes by, the better ones first.
    pub fn named(header: &[String], known: &[&[&str]; N]) -> Columns<N> {
        let header: Vec<String> = header.iter().map(|name| plain(name)).collect();
        Columns(known.map(|names| names.iter().find_map(|name| header.iter().position(|column| column == name))))
    }

    /// By a fixed order.
    pub fn fixed(places: [Option<usize>; N]) -> Columns<N> {
        Columns(places)
    }

    pub fn has(&self, column: usize) -> bool {
        self.0[column].is_some()
    }

    /// The text of a column; empty if the file does not have it.
    pub fn read(&self, record: &csv::ByteRecord, column: usize) -> String {
        self.0[column].and_then(|at| record.get(at)).map(super::line::text).unwrap_or_default()
    }
}
