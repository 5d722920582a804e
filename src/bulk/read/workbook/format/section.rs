//! A number format taken apart: its sections, and the tokens of each.

/// A part of a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    Literal(String),
    /// a place for a digit: `0`, `#` or `?`
    Digit(char),
    Point,
    /// between digits: thousands are parted; behind them: the number is divided by a thousand
    Comma,
    Percent,
    /// with the sign it always shows
    Exponent,
    General,
    /// `@`: the text itself
    Text,
    /// `d`, `m`, `y`, `h` or `s`, so many times
    Date(char, usize),
    /// `[h]`: hours, minutes or seconds in all
    Elapsed(char, usize),
    /// AM or PM
    Half,
    Fraction,
    /// of the value, or a script: we do not judge those
    Condition,
}

/// The sections of a format, at least one.
pub fn sections(code: &str) -> Vec<Vec<Token>> {
    let signs: Vec<char> = code.chars().collect();
    let (mut sections, mut at) = (vec![Vec::new()], 0);
    while at < signs.len() {
        let section = sections.last_mut().expect("there is one from the start");
        at += match signs[at] {
            ';' => {
                sections.push(Vec::new());
                1
            }
            '"' => {
                let text: String = signs[at + 1..].iter().take_while(|c| **c != '"').collect();
                let length = text.chars().count();
                section.push(Token::Literal(text));
                length + 2
            }
            '\\' => {
                section.extend(signs.get(at + 1).map(|c| Token::Literal(c.to_string())));
                2
            }
            // as wide as the next sign
            '_' => {
                section.push(Token::Literal(" ".to_owned()));
                2
            }
            // fills the cell with the next sign
            '*' => 2,
            '[' => {
                let within: String = signs[at + 1..].iter().take_while(|c| **c != ']').collect();
                section.extend(bracketed(&within));
                within.chars().count() + 2
            }
            _ => plain(&signs[at..], section),
        };
    }
    sections
}

/// What stands in brackets: a currency, a color, hours in all, a condition.
fn bracketed(within: &str) -> Option<Token> {
    if let Some(symbol) = within.strip_prefix('$') {
        let symbol = symbol.split('-').next().unwrap_or_default();
        return (!symbol.is_empty()).then(|| Token::Literal(symbol.to_owned()));
    }
    let lower = within.to_lowercase();
    if let Some(first) = lower.chars().next()
        && matches!(first, 'h' | 'm' | 's')
        && lower.chars().all(|c| c == first)
    {
        return Some(Token::Elapsed(first, lower.len()));
    }
    let colors = ["black", "blue", "cyan", "green", "magenta", "red", "white", "yellow"];
    (!colors.contains(&lower.as_str()) && !lower.starts_with("color")).then_some(Token::Condition)
}

/// What stands for itself; answers how many signs it takes.
fn plain(signs: &[char], section: &mut Vec<Token>) -> usize {
    let starts = |word: &str| {
        word.chars().count() <= signs.len() && word.chars().zip(signs).all(|(a, b)| a.eq_ignore_ascii_case(b))
    };
    for (word, token) in [("General", Token::General), ("AM/PM", Token::Half), ("A/P", Token::Half)] {
        if starts(word) {
            section.push(token);
            return word.len();
        }
    }
    let has_digit = section.iter().any(|token| matches!(token, Token::Digit(_)));
    match signs[0].to_ascii_lowercase() {
        'e' if has_digit && signs.get(1).is_some_and(|sign| matches!(sign, '+' | '-')) => {
            section.push(Token::Exponent);
            return 2;
        }
        letter @ ('d' | 'm' | 'y' | 'h' | 's') => {
            let count = signs.iter().take_while(|c| c.eq_ignore_ascii_case(&letter)).count();
            section.push(Token::Date(letter, count));
            return count;
        }
        digit @ ('0' | '#' | '?') => section.push(Token::Digit(digit)),
        '.' => section.push(Token::Point),
        ',' => section.push(Token::Comma),
        '%' => section.push(Token::Percent),
        '@' => section.push(Token::Text),
        '/' if has_digit => section.push(Token::Fraction),
        _ => section.push(Token::Literal(signs[0].to_string())),
    }
    1
}
