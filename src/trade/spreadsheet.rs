//! What a spreadsheet puts in the place of what was typed: a date of the plot "1-2", a number cut to "1.23E+11", the
//! error of a formula. Text that is nothing but one of these was not meant.

use time::macros::date;
use time::{Date, Duration};

use super::dates::{parse_date, without_weekday};
use super::encoding::is_garbled;

/// What stands in the place of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slip {
    Date,
    Time,
    /// a long number as a narrow cell shows it
    Shortened,
    /// the error of a formula
    Failed,
    /// what a cell shows that is too narrow for its number
    Hidden,
    /// letters that were read in the wrong encoding on the way, or lost
    Garbled,
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Errors of formulas, as spreadsheet programs write them.
const ERRORS: [&str; 13] = [
    "#N/A",
    "#REF!",
    "#VALUE!",
    "#NAME?",
    "#DIV/0!",
    "#NUM!",
    "#NULL!",
    "#SPILL!",
    "#CALC!",
    "#GETTING_DATA",
    "#FIELD!",
    "#BLOCKED!",
    "#CONNECT!",
];

impl Slip {
    /// What the whole text is, if it is one.
    pub fn of(text: &str) -> Option<Slip> {
        let text = text.trim();
        if is_error(text) {
            Some(Slip::Failed)
        } else if is_garbled(text) {
            Some(Slip::Garbled)
        } else if text.len() > 1 && text.bytes().all(|byte| byte == b'#') {
            Some(Slip::Hidden)
        } else if is_shortened(text) {
            Some(Slip::Shortened)
        } else if is_time(text) {
            Some(Slip::Time)
        } else if is_date(text) || text.split_once([' ', 'T', 't']).is_some_and(|(day, at)| is_date(day) && is_time(at))
        {
            Some(Slip::Date)
        } else {
            None
        }
    }

    /// What stands in the field of this name, and what to do.
    pub fn says(self, label: &str, text: &str) -> String {
        match self {
            Slip::Date => format!(
                "A date stands in {label}: “{text}”. Spreadsheets make one of entries such as 1-2; format the cell as Text \
                 and enter it again"
            ),
            Slip::Time => format!(
                "A time stands in {label}: “{text}”. Spreadsheets make one of entries such as 1:2; format the cell as Text \
                 and enter it again"
            ),
            Slip::Shortened => format!(
                "{label} holds a number that a spreadsheet has shortened: “{text}”. Format the cell as Text and enter all \
                 of its digits"
            ),
            Slip::Failed => format!("{label} holds a formula that failed: “{text}”. Put a value in its place"),
            Slip::Garbled => format!(
                "{label} holds letters that were spoilt on the way: “{text}”. Type it again; if it comes from a file, save \
                 that as CSV UTF-8 or as an Excel Workbook"
            ),
            Slip::Hidden => {
                format!("{label} holds “{text}”, which a cell shows that is too narrow for its value. Enter the value")
            }
        }
    }
}

/// The day, from 2000 to 2099, of the number by which a spreadsheet keeps it: what is left of "1-2" once the cell is
/// formatted as a number.
pub fn day_of(text: &str) -> Option<Date> {
    let number: i64 = text.parse().ok().filter(|_| text.len() == 5)?;
    (36_526..73_051).contains(&number).then(|| date!(1899 - 12 - 30) + Duration::days(number))
}

/// One that is known, or what has its shape; another program writes `Err:502`.
fn is_error(text: &str) -> bool {
    let bare = |text: &str| text.trim_end_matches(['!', '?']).to_ascii_uppercase();
    let is_shaped = text.starts_with('#')
        && text.ends_with(['!', '?'])
        && text.len() > 4
        && text[1..text.len() - 1].bytes().all(|byte| byte.is_ascii_uppercase() || matches!(byte, b'_' | b'/' | b'0'));
    is_shaped
        || ERRORS.iter().any(|error| bare(error) == bare(text))
        || text
            .strip_prefix("Err:")
            .is_some_and(|number| number.len() == 3 && number.bytes().all(|b| b.is_ascii_digit()))
}

/// "1.23E+11", or "1.23E11", as no number of a house or a meter is.
fn is_shortened(text: &str) -> bool {
    let Some((number, power)) = text.split_once(['E', 'e']) else { return false };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = number.strip_prefix('-').unwrap_or(number);
    let (whole, part) = number.split_once(['.', ',']).unwrap_or((number, "0"));
    let power = power.strip_prefix('+').or((number.len() > whole.len()).then_some(power));
    power.is_some_and(|power| power.len() <= 3 && digits(power)) && whole.len() <= 3 && digits(whole) && digits(part)
}

/// "06:00", "6:00:30 AM", "30:15".
fn is_time(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let bare = lower.strip_suffix("am").or_else(|| lower.strip_suffix("pm")).unwrap_or(&lower).trim_end();
    let parts: Vec<&str> = bare.split(':').collect();
    (2..=3).contains(&parts.len())
        && (1..=3).contains(&parts[0].len())
        && parts[1..].iter().all(|part| part.len() == 2)
        && parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A day or a month: "01-Feb", "Feb-26", "1 February 2026", "01/02/2026", "2026-02-01". Three numbers with hyphens or
/// stops between them need a year of four digits: "10-11-12" may be a serial number.
fn is_date(text: &str) -> bool {
    let is_iso = text.len() == 10 && text.as_bytes()[4] == b'-' && text.as_bytes()[7] == b'-';
    if is_iso && parse_date(text).is_ok() {
        return true;
    }
    let parts: Vec<&str> = text.split(['/', '-', '.', ' ']).filter(|part| !part.is_empty()).collect();
    let is_weekday = |word: &str| without_weekday(&[&*word.trim_end_matches(',').to_ascii_lowercase()]).is_empty();
    let parts = if parts.len() == 4 && is_weekday(parts[0]) { parts[1..].to_vec() } else { parts };
    let number =
        |part: &str, lengths: &[usize]| lengths.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    let day = |part: &str| number(part, &[1, 2]) && part.parse().is_ok_and(|day: u8| (1..=31).contains(&day));
    let year = |part: &str| number(part, &[2, 4]);
    // words with blanks between them may be a name: "5 May", "May 12"
    let has_blank = text.contains(' ');
    match parts[..] {
        [month, last] if is_month(month) => !has_blank && number(last, &[1, 2, 4]) || has_blank && number(last, &[4]),
        [first, month] if day(first) && is_month(month) => !has_blank,
        [first, month, last] if day(first) && is_month(month) => year(last),
        [month, first, last] if is_month(month) && day(first.trim_end_matches(',')) => number(last, &[4]),
        [_, _, last] => (text.contains('/') || last.len() == 4) && !has_blank && parse_date(text).is_ok(),
        [one] => is_run_together(one),
        _ => false,
    }
}

/// "1Feb2026", as a value that is kept without blanks.
fn is_run_together(text: &str) -> bool {
    let days = text.bytes().take_while(u8::is_ascii_digit).count();
    let years = text.bytes().rev().take_while(u8::is_ascii_digit).count();
    (1..=2).contains(&days) && years == 4 && text.len() > days + years && is_month(&text[days..text.len() - years])
}

fn is_month(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    lower.len() >= 3 && MONTHS.iter().any(|month| *month == lower || month[..3] == lower) || lower == "sept"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_has_made_is_known() {
        for (slip, texts) in [
            (
                Slip::Date,
                &[
                    "01-Feb",
                    "Feb-26",
                    "1-Feb-26",
                    "01-February-2026",
                    "Feb-2026",
                    "FEB-01",
                    "01/02/2026",
                    "1/2/26",
                    "01.02.2026",
                    "01-02-2026",
                    "2026-02-01",
                    "2026-02-01 00:00:00",
                    "2026-02-01T00:00:00",
                    "01/02/2026 06:00",
                    "1 Feb 2026",
                    "February 1, 2026",
                    "February 2026",
                    "1FEB2026",
                    "12-Sept",
                    "Sunday, 1 February 2026",
                    "Sunday, February 1, 2026",
                    "1/Feb",
                    "01-Feb-2026 00:00",
                ][..],
            ),
            (Slip::Time, &["06:00", "6:00 AM", "06:00:30", "30:15", "1:02pm"]),
            (Slip::Shortened, &["1.23E+11", "1E+05", "-1.2e+14", "1.00012E+11", "1.23E11", "1,23E+11"]),
            (
                Slip::Failed,
                &["#N/A", "#ref!", "#DIV/0!", "#NAME?", " #VALUE! ", "#VALUE", "#BUSY!", "#UNKNOWN!", "Err:502"],
            ),
            (Slip::Hidden, &["##", "########"]),
            (Slip::Garbled, &["Caf\u{fffd} Lane", "CafÃ© Lane", "TÅ· Gwyn", "Kingâ€™s Cross", "1Â\u{a0}Moss Lane"]),
        ] {
            for text in texts {
                assert_eq!(Slip::of(text), Some(slip), "{text}");
            }
        }
    }

    #[test]
    fn a_day_is_known_by_its_number() {
        assert_eq!(day_of("44958"), Some(date!(2023 - 02 - 01)));
        for text in ["", "4495", "144958", "36525", "73051", "4495A", "+4495"] {
            assert_eq!(day_of(text), None, "{text}");
        }
    }

    #[test]
    fn what_people_type_is_left_alone() {
        for text in [
            "",
            "1-2",
            "1/2",
            "14",
            "14B",
            "Plot 3",
            "10-11-12",
            "1.2.34",
            "5 May",
            "May 12",
            "May Court",
            "March",
            "1-Mar-x",
            "G4A01234567890",
            "1E5",
            "12E",
            "#",
            "#1",
            "#A",
            "12:1",
            "a:00",
            "Flat 1",
            "ALD-2026-0007",
            "REF-12",
            "12-34",
            "Feb",
            "MAR12",
            "2026",
            "31/02/2026x",
            "Augusta-26",
            "0-Feb",
            "32-Feb",
            "é1Feb2026",
            "1éFeb2026",
        ] {
            assert_eq!(Slip::of(text), None, "{text}");
        }
    }
}
