//! The two kinds of files that are imported.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportKind {
    Addresses,
    Postcodes,
}

impl ImportKind {
    /// As the commands and `import_job` call it.
    pub fn name(self) -> &'static str {
        match self {
            ImportKind::Addresses => "addresses",
            ImportKind::Postcodes => "postcodes",
        }
    }
}
