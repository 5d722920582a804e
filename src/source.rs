//! Where a request comes from: addresses as they are compared and counted, ranges of them, and what proxies say.

use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;
use std::sync::atomic::{AtomicBool, Ordering};

/// The address a request really came from; behind trusted proxies, what they say.
#[derive(Debug, Clone, Copy)]
pub struct Client(pub IpAddr);

/// An IPv4 address that came as an IPv6 one is the IPv4 address.
pub fn plain(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

/// Whether a host of an address is this machine, without asking who answers to the name.
pub fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || host.parse().is_ok_and(|address| plain(address).is_loopback())
}

/// What is counted as one client: an IPv4 address, or the /64 of an IPv6 one, of which anybody has a whole.
pub fn counted(address: IpAddr) -> IpAddr {
    match plain(address) {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).into(),
    }
}

/// Addresses that begin with the same bits: `10.0.0.2`, `10.0.0.0/8` or `fd00::/8`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    base: IpAddr,
    bits: u32,
}

impl Range {
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.base, plain(address)) {
            (IpAddr::V4(base), IpAddr::V4(address)) => {
                let mask = u32::MAX.checked_shl(32 - self.bits).unwrap_or_default();
                base.to_bits() & mask == address.to_bits() & mask
            }
            (IpAddr::V6(base), IpAddr::V6(address)) => {
                let mask = u128::MAX.checked_shl(128 - self.bits).unwrap_or_default();
                base.to_bits() & mask == address.to_bits() & mask
            }
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

impl FromStr for Range {
    type Err = String;

    fn from_str(text: &str) -> Result<Range, String> {
        let wrong = || format!("{text} is no address, and no range such as 10.0.0.0/8 or fd00::/8");
        let (address, bits) = match text.trim().split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse::<u32>().map_err(|_| wrong())?)),
            None => (text.trim(), None),
        };
        let given: IpAddr = address.parse().map_err(|_| wrong())?;
        let base = plain(given);
        let all = if base.is_ipv4() { 32 } else { 128 };
        // of a range written with mapped addresses, 96 bits say that they are mapped
        let bits = match bits {
            None => all,
            Some(bits) if given.is_ipv6() && base.is_ipv4() => bits.checked_sub(96).ok_or_else(wrong)?,
            Some(bits) => bits,
        };
        if bits > all { Err(wrong()) } else { Ok(Range { base, bits }) }
    }
}

/// The client behind trusted proxies: from the nearest hop outwards, the first that is not one of them. What does not parse
/// ends the walk, since what stands outside of it anybody may have written; the last good hop is the client then.
pub fn behind<'a>(peer: IpAddr, hops: impl DoubleEndedIterator<Item = &'a str>, trusted: &[Range]) -> IpAddr {
    let mut client = plain(peer);
    for hop in hops.rev() {
        if !trusted.iter().any(|range| range.contains(client)) {
            break;
        }
        let Some(address) = hop_address(hop.trim()) else { break };
        client = address;
    }
    client
}

/// Says once that somebody names clients whose word is not taken: behind a proxy that was forgotten all count as one client.
/// Answers whether it was said now.
pub fn tell_of_stranger(peer: IpAddr, names_clients: bool, trusted: &[Range]) -> bool {
    static TOLD: AtomicBool = AtomicBool::new(false);
    let is_known = trusted.iter().any(|range| range.contains(peer));
    if !names_clients || is_known || TOLD.swap(true, Ordering::Relaxed) {
        return false;
    }
    tracing::warn!(
        event = "proxy_unknown",
        %peer,
        "X-Forwarded-For comes from an address that is not among CMS_TRUSTED_PROXIES: if it is a proxy of yours, all who come \
         through it count as one client"
    );
    true
}

/// A hop as proxies write it: an address, or one with its port.
fn hop_address(hop: &str) -> Option<IpAddr> {
    let address = hop.parse::<IpAddr>().ok().or_else(|| {
        let bracketed = hop.strip_prefix('[').and_then(|hop| hop.strip_suffix(']'));
        let bare = bracketed.and_then(|address| address.parse::<Ipv6Addr>().ok()).map(IpAddr::from);
        bare.or_else(|| hop.parse::<std::net::SocketAddr>().ok().map(|address| address.ip()))
    });
    address.map(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn ranges_hold_what_begins_alike() {
        for (range, inside, outside) in [
            ("10.0.0.2", "10.0.0.2", "10.0.0.3"),
            ("10.0.0.0/8", "10.255.3.4", "11.0.0.1"),
            ("10.0.0.0/8", "::ffff:10.1.2.3", "::10.1.2.3"),
            ("::ffff:10.0.0.2", "10.0.0.2", "10.0.0.3"),
            ("::ffff:10.0.0.0/104", "10.9.9.9", "11.0.0.1"),
            ("fd00::/8", "fdab::1", "fe80::1"),
            ("2001:db8:1::/48", "2001:db8:1:2::3", "2001:db8:2::1"),
            ("2001:db8::7", "2001:db8::7", "2001:db8::8"),
            ("0.0.0.0/0", "203.0.113.9", "::1"),
            ("::1", "::1", "127.0.0.1"),
        ] {
            let range: Range = range.parse().unwrap();
            assert!(range.contains(address(inside)), "{range:?} {inside}");
            assert!(!range.contains(address(outside)), "{range:?} {outside}");
        }
        for wrong in
            ["", "10.0.0", "10.0.0.0/33", "fd00::/129", "10.0.0.0/x", "proxy", "::ffff:10.0.0.0/90", "1.2.3.4:5"]
        {
            assert!(wrong.parse::<Range>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_client_is_an_address_or_a_sixty_fourth() {
        assert_eq!(counted(address("2001:db8:1:2:3:4:5:6")), address("2001:db8:1:2::"));
        assert_eq!(counted(address("::ffff:192.0.2.1")), address("192.0.2.1"));
        assert_eq!(counted(address("192.0.2.1")), address("192.0.2.1"));
    }

    #[test]
    fn a_proxy_that_is_not_trusted_is_told_of_once() {
        let (trusted, known, stranger) = (["10.0.0.2".parse().unwrap()], address("10.0.0.2"), address("10.0.0.3"));
        let told = [(known, true), (stranger, false), (stranger, true), (stranger, true)]
            .map(|(peer, names_clients)| tell_of_stranger(peer, names_clients, &trusted));
        assert_eq!(told, [false, false, true, false]);
    }

    #[test]
    fn what_does_not_parse_hides_everything_outside_of_it() {
        let trusted: Vec<Range> = ["10.0.0.0/8", "fd00::/8"].iter().map(|range| range.parse().unwrap()).collect();
        for (peer, hops, client) in [
            ("10.0.0.2", "203.0.113.5", "203.0.113.5"),
            ("10.0.0.2", "1.1.1.1, 203.0.113.5", "203.0.113.5"),
            ("10.0.0.2", "1.1.1.1, 203.0.113.5:4711", "203.0.113.5"),
            ("10.0.0.2", "1.1.1.1, [2001:db8::7]:4711", "2001:db8::7"),
            ("10.0.0.2", "1.1.1.1, [2001:db8::7]", "2001:db8::7"),
            ("10.0.0.2", "1.1.1.1, unknown", "10.0.0.2"),
            ("10.0.0.2", "1.1.1.1, unknown, 10.0.0.9", "10.0.0.9"),
            ("10.0.0.2", "1.1.1.1, 203.0.113.5, 10.0.0.9", "203.0.113.5"),
            ("10.0.0.2", "1.1.1.1,,", "10.0.0.2"),
            ("10.0.0.2", "203.0.113.5:99999", "10.0.0.2"),
            ("10.0.0.2", "203.0.113.5;1.1.1.1", "10.0.0.2"),
            ("10.0.0.2", "", "10.0.0.2"),
            ("10.0.0.2", "::ffff:203.0.113.5", "203.0.113.5"),
            ("::ffff:10.0.0.2", "203.0.113.5", "203.0.113.5"),
            ("fd00::2", "203.0.113.5", "203.0.113.5"),
            ("192.0.2.1", "203.0.113.5", "192.0.2.1"),
            ("10.0.0.2", "127.0.0.1, 203.0.113.5", "203.0.113.5"),
        ] {
            assert_eq!(behind(address(peer), hops.split(','), &trusted), address(client), "{peer}: {hops}");
        }
    }
}
