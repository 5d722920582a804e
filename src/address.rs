//! Addresses of this site: made safely, and recognised.

use std::fmt::Write as _;

/// For a value in the query of an address.
pub fn urlencode(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// An address of ours for a value in the query of another: as short as it may be, since a page may hold it a hundred
/// times, and with nothing that a quoted attribute would have to escape.
pub fn within(address: &str) -> String {
    let mut text = String::with_capacity(address.len() + 8);
    for byte in address.bytes() {
        match byte {
            b'/' | b'?' | b'=' | b'~' | b'-' | b'.' | b'_' => text.push(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => text.push(char::from(byte)),
            byte => {
                let _ = write!(text, "%{byte:02X}");
            }
        }
    }
    text
}

/// An address of this site that a page may lead on to.
pub fn is_ours(path: &str) -> bool {
    path.starts_with('/')
        && !path.starts_with("//")
        && path.len() <= 500
        && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\' && byte != b'@')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_within_another_comes_back_as_it_was() {
        for address in
            ["/queues/organisation?view=all", "/search?q=heron+%26+%C3%A9%22%3C&with=me", "/contacts/C1#x 'y\""]
        {
            let query = format!("list={}&at=1~2", within(address));
            let read: Vec<(String, String)> =
                form_urlencoded::parse(query.as_bytes()).map(|(name, value)| (name.into(), value.into())).collect();
            assert_eq!(read, [("list".into(), address.to_owned()), ("at".into(), "1~2".into())]);
            assert!(!query.contains(['"', '\'', '<', '>', ' ']), "{query}");
        }
    }
}
