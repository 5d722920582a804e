//! Where an attempt comes from: the client's address, and the network that it is part of.

use std::net::IpAddr;

/// The address that counts, and its network: an IPv4 address in its /16, an IPv6 /64 (what one household or office is
/// given) in its /32.
pub fn of(address: IpAddr) -> (String, String) {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let [first, second, ..] = address.octets();
            (address.to_string(), format!("{first}.{second}/16"))
        }
        IpAddr::V6(address) => {
            let [first, second, third, fourth, ..] = address.segments();
            (format!("{first:x}:{second:x}:{third:x}:{fourth:x}/64"), format!("{first:x}:{second:x}/32"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_version_six_counts_by_what_its_owner_was_given() {
        let of = |text: &str| of(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2::9"), of("2001:db8:1:2:ffff::1"));
        assert_ne!(of("2001:db8:1:2::9").0, of("2001:db8:1:3::9").0);
        assert_eq!(of("2001:db8:1:2::9").1, of("2001:db8:1:3::9").1);
        assert_eq!(of("203.0.113.9"), ("203.0.113.9".to_owned(), "203.0/16".to_owned()));
        assert_eq!(of("::ffff:203.0.113.9"), of("203.0.113.9"));
    }
}
