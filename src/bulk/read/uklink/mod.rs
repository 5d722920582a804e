//! UK Link style files: header A00, a record for each site, trailer Z99 with their count. Text stands in double
//! quotes, numbers do not, dates are YYYYMMDD. The layout is ours, since none is published; `/bulk/layout` describes it.
//!
//! `"A00","ALD","MNC",20261124,143005,1` – organisation, file type, date, time, number of the file;
//! `"MNC","7","",…` – the contact type of the header, then its fields in the order of the form; `"Z99",2`.

mod record;
mod rows;

pub use self::record::{Cell, header, record, site};
pub use self::rows::rows;

/// Whether the text begins with a header.
pub fn is_one(text: &str) -> bool {
    text.trim_start().trim_start_matches('"').starts_with("A00")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bulk::sent::SentRow;
    use crate::contacts::fields::Field;
    use crate::contacts::types::ContactType;

    fn sent() -> SentRow {
        SentRow {
            contact_type: ContactType::Mnc,
            line: 2,
            fields: vec![
                (Field::Street, "“Moss” \"Lane\"".to_owned()),
                (Field::ReadingDate, "01/02/2026".to_owned()),
                (Field::Why, "two\nlines, really".to_owned()),
            ],
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let now = time::macros::datetime!(2026-11-24 14:30:05 UTC);
        let file = header("ALD", "MNC", now) + &site(&sent()) + "\"Z99\",1\r\n";
        assert!(file.starts_with("\"A00\",\"ALD\",\"MNC\",20261124,143000,1\r\n\"MNC\",\"\""), "{file}");
        assert!(file.contains("\"20260201\"") && is_one(&file));
        let rows = rows(&file, "ALD").unwrap();
        assert_eq!((rows.len(), &rows[0].fields), (1, &sent().fields));
    }

    #[test]
    fn a_file_that_is_not_whole_is_refused() {
        let site = site(&sent());
        for (file, says) in [
            (format!("\"A00\",\"BIR\",\"MNC\"\n{site}\"Z99\",1"), "signed in for ALD"),
            (format!("\"A00\",\"ALD\",\"RFA\"\n{site}\"Z99\",1"), "file type MNC"),
            (format!("\"A00\",\"ALD\",\"MNC\"\n{site}"), "trailer Z99 is missing"),
            (format!("\"A00\",\"ALD\",\"MNC\"\n{site}\"Z99\",2"), "counts 2 records, but there are 1"),
            ("\"A00\",\"ALD\",\"MNC\"\n\"MNC\",\"7\"\n\"Z99\",1".to_owned(), "has 2 fields"),
            ("\"A00\",\"ALD\",\"MNC\"\n\"XYZ\"\n\"Z99\",0".to_owned(), "begins with “XYZ”"),
            (format!("\"A00\",\"ALD\",\"MNC\"\n{site}\"Z99\",1\n{site}"), "comes after the trailer"),
            ("\"A00\",\"ALD\",\"MNC\"\n\"Z99\",0".to_owned(), "no records"),
        ] {
            let refused = rows(&file, "ALD").unwrap_err().0;
            assert!(refused.contains(says), "{refused}");
        }
    }
}
