//! Whole numbers as people write them: readings of a meter and annual quantities.

use super::text::clean_line;

/// The digits of a whole number, noughts in front kept: "12,345", "12 345", "12 345 kWh" and "12345.0" are 12345. `None`
/// if it may mean something else, such as "1,23", "12.345" or another unit; `units` are those that may stand behind.
pub fn digits_of(typed: &str, units: &[&str]) -> Option<String> {
    let typed = clean_line(typed).to_lowercase();
    let number = without_unit(&typed, units);
    let number = number.strip_suffix(".00").or_else(|| number.strip_suffix(".0")).unwrap_or(number);
    let digits = if let Some(separator) = [',', '\'', '\u{2019}'].into_iter().find(|c| number.contains(*c)) {
        let groups: Vec<&str> = number.split(separator).map(str::trim).collect();
        let are_thousands = (1..=3).contains(&groups[0].len()) && groups[1..].iter().all(|group| group.len() == 3);
        if !are_thousands {
            return None;
        }
        groups.concat()
    } else {
        number.split(' ').collect()
    };
    (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

fn without_unit<'a>(typed: &'a str, units: &[&str]) -> &'a str {
    let typed = typed.trim_end_matches('.');
    let unit = units.iter().filter_map(|unit| typed.strip_suffix(unit)).min_by_key(|number| number.len());
    unit.unwrap_or(typed).trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_and_units_are_forgiven_where_they_mean_one_thing() {
        for typed in [
            "12345",
            "12,345",
            "12 345",
            "12\u{a0}345",
            "12\u{202f}345",
            "12'345",
            "12\u{2019}345",
            "12345 kWh",
            "12,345kwh",
            "12345 kWh.",
            "12345.0",
            "12,345.00",
            " 1 2 3 4 5 ",
            "\u{200e}12345",
        ] {
            assert_eq!(digits_of(typed, &["kwh"]).as_deref(), Some("12345"), "{typed}");
        }
        assert_eq!(digits_of("01234", &[]).as_deref(), Some("01234"));
        assert_eq!(digits_of("1,234,567", &[]).as_deref(), Some("1234567"));
        for typed in [
            "",
            "1,23",
            "1,2345",
            "12,34,567",
            ",123",
            "1234,567",
            "12.345",
            "12.5",
            "1.234,00",
            "12345 mwh",
            "12e3",
            "-1",
            "+1",
            "lots",
            "kWh",
            "1,234 567,890",
            "\u{663}\u{664}",
        ] {
            assert_eq!(digits_of(typed, &["kwh"]), None, "{typed}");
        }
    }
}
