//! Whole numbers as people write them and as spreadsheets show them.

/// The digits of a whole number: without blanks, the commas between thousands and the noughts of a fraction that is
/// none: "12,345", "12 345", "12345.00". What is no such number stays as typed, without blanks.
pub fn whole(typed: &str) -> String {
    let bare = super::words::without_spaces(typed);
    // three noughts may be thousands of another country
    let number = [".00", ".0"].iter().find_map(|none| bare.strip_suffix(none)).unwrap_or(&bare);
    let groups: Vec<&str> = number.split(',').collect();
    let is_number = groups.iter().enumerate().all(|(place, group)| {
        let length = if place == 0 && groups.len() > 1 {
            (1..=3).contains(&group.len())
        } else {
            place == 0 || group.len() == 3
        };
        length && !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit())
    });
    if is_number { groups.concat() } else { bare }
}

#[cfg(test)]
mod tests {
    use super::whole;

    #[test]
    fn separators_of_a_whole_number_are_forgiven() {
        for (typed, digits) in [
            ("12345", "12345"),
            ("12,345", "12345"),
            ("1,234,567", "1234567"),
            (" 12 345 ", "12345"),
            ("12\u{a0}345", "12345"),
            ("00123", "00123"),
            ("012,345", "012345"),
            ("12345.00", "12345"),
            ("12,345.0", "12345"),
            ("", ""),
        ] {
            assert_eq!(whole(typed), digits, "{typed}");
        }
    }

    #[test]
    fn what_may_mean_something_else_stays() {
        for typed in
            ["1,2", "12,34", "1234,567", ",123", "123,", "12.5", "12.000", "1.234,00", "12,345,6", "-1", "12a", "."]
        {
            assert_eq!(whole(typed), typed);
        }
    }
}
