//! Numbers by the tokens of a section.

use super::Unclear;
use super::section::Token;

/// From here on a spreadsheet no longer knows the last digit.
const TOO_LONG: f64 = 1e15;

/// A number in the format General: whole ones with all their digits, others with as many as a cell has room for.
pub fn general(value: f64) -> String {
    if value.abs() >= TOO_LONG {
        return shortened(value, 5);
    }
    if value.fract() == 0.0 {
        return format!("{value:.0}");
    }
    let whole = format!("{:.0}", value.abs().trunc()).len();
    let places = if value.abs() < 1e-4 { 20 } else { 10_usize.saturating_sub(whole) };
    // a spreadsheet keeps fifteen digits
    let known: f64 = format!("{value:.14e}").parse().unwrap_or(value);
    let text = format!("{known:.places$}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// "1.23E+11".
fn shortened(value: f64, places: usize) -> String {
    let text = format!("{value:.places$e}");
    match text.split_once('e') {
        Some((number, power)) => {
            let power: i32 = power.parse().unwrap_or_default();
            let sign = if power < 0 { '-' } else { '+' };
            format!("{number}E{sign}{:02}", power.abs())
        }
        None => text,
    }
}

/// The number by these tokens; with a minus in front if the section is not that of negative ones.
pub fn shown(value: f64, section: &[Token], signed: bool) -> Result<String, Unclear> {
    let minus = if signed && value < 0.0 { "-" } else { "" };
    let value = section.iter().filter(|token| **token == Token::Percent).fold(value.abs(), |value, _| value * 100.0);
    if section.iter().any(|token| matches!(token, Token::General | Token::Text)) {
        let literal = |token: &Token| match token {
            Token::General | Token::Text => general(value),
            Token::Literal(text) => text.clone(),
            _ => String::new(),
        };
        let text: String = section.iter().map(literal).collect();
        return Ok(format!("{minus}{text}"));
    }
    let point = section.iter().position(|token| *token == Token::Point).unwrap_or(section.len());
    let digits = |tokens: &[Token]| tokens.iter().filter(|token| matches!(token, Token::Digit(_))).count();
    if section.contains(&Token::Exponent) {
        let end = section.iter().position(|token| *token == Token::Exponent).unwrap_or_default();
        return Ok(format!("{minus}{}", shortened(value, digits(&section[point.min(end)..end]))));
    }
    let last = section[..point].iter().rposition(|token| matches!(token, Token::Digit(_)));
    if last.is_some_and(|last| section[last..point].contains(&Token::Comma)) {
        return Err(format!("the number {}, of which the cell shows only the thousands", general(value)));
    }
    if last.is_some() && value >= TOO_LONG {
        return Ok(format!("{minus}{}", shortened(value, 5)));
    }
    let places = digits(&section[point..]).min(30);
    let (whole, part) = rounded(value, places);
    Ok(format!("{minus}{}{}", before_point(&section[..point], &whole), behind_point(&section[point..], &part)))
}

/// Digits before and behind the point, rounded as a spreadsheet does: half away from nought, of fifteen digits.
fn rounded(value: f64, places: usize) -> (String, String) {
    let scale = 10_f64.powi(i32::try_from(places).unwrap_or_default());
    let text = if value * scale < TOO_LONG {
        let scaled: f64 = format!("{:.14e}", value * scale).parse().unwrap_or(value * scale);
        format!("{:0>width$}", format!("{:.0}", scaled.round()), width = places + 1)
    } else {
        format!("{value:.places$}").replace('.', "")
    };
    let (whole, part) = text.split_at(text.len() - places);
    (whole.to_owned(), part.to_owned())
}

/// The whole part, from its last place to its first; the first takes all digits that are left.
fn before_point(tokens: &[Token], whole: &str) -> String {
    let whole = if whole == "0" { "" } else { whole };
    let parted = tokens.contains(&Token::Comma);
    let first = tokens.iter().position(|token| matches!(token, Token::Digit(_)));
    let mut left: Vec<char> = whole.chars().collect();
    let (mut out, mut count): (Vec<char>, usize) = (Vec::new(), 0);
    let mut put = |out: &mut Vec<char>, digit: char| {
        if parted && count > 0 && count.is_multiple_of(3) {
            out.push(',');
        }
        count += 1;
        out.push(digit);
    };
    for (place, token) in tokens.iter().enumerate().rev() {
        match token {
            Token::Digit(kind) => {
                match (left.pop(), kind) {
                    (Some(digit), _) => put(&mut out, digit),
                    (None, '0') => put(&mut out, '0'),
                    (None, '?') => out.push(' '),
                    (None, _) => {}
                }
                if first == Some(place) {
                    while let Some(digit) = left.pop() {
                        put(&mut out, digit);
                    }
                }
            }
            Token::Literal(text) => out.extend(text.chars().rev()),
            Token::Percent => out.push('%'),
            _ => {}
        }
    }
    out.iter().rev().collect()
}

/// The point and what is behind it.
fn behind_point(tokens: &[Token], part: &str) -> String {
    let mut out = String::new();
    let filled = part.trim_end_matches('0').len();
    let mut digits = part.chars().enumerate();
    for token in tokens {
        match token {
            Token::Point if out.is_empty() => out.push('.'),
            Token::Digit(kind) => match (digits.next(), kind) {
                (Some((place, digit)), kind) if place < filled || *kind == '0' => out.push(digit),
                (_, '?') => out.push(' '),
                _ => {}
            },
            Token::Literal(text) => out += text,
            Token::Percent => out.push('%'),
            _ => {}
        }
    }
    out
}
