//! Properties of MPRNs: made ones are valid, slips are caught, and nothing typed panics.

use cms::trade::Mprn;
use cms::trade::mprn::SYNTHETIC_BODIES;
use proptest::prelude::*;

proptest! {
    #[test]
    fn what_is_made_is_accepted(body in 1_000_u64..=99_999_999) {
        let mprn = Mprn::from_body(body);
        prop_assert_eq!(Mprn::parse(mprn.as_str()), Ok(mprn));
    }

    // A zero that comes to the front is not looked at: it makes a shorter number,
    // whose check digits may match by chance.

    #[test]
    fn a_wrong_digit_is_caught(body in SYNTHETIC_BODIES, at in 0_usize..10, slip in 1_u8..=9) {
        let right = Mprn::from_body(body);
        let mut typed = right.as_str().as_bytes().to_vec();
        typed[at] = b'0' + (typed[at] - b'0' + slip) % 10;
        let typed = String::from_utf8(typed).expect("digits");
        prop_assert!(Mprn::parse(&typed).is_err() || typed.starts_with('0'), "{typed} for {right}");
    }

    #[test]
    fn swapped_neighbours_are_caught(body in SYNTHETIC_BODIES, at in 0_usize..7) {
        let right = Mprn::from_body(body);
        let mut typed = right.as_str().as_bytes().to_vec();
        typed.swap(at, at + 1);
        let typed = String::from_utf8(typed).expect("digits");
        if typed != right.as_str() && !typed.starts_with('0') {
            prop_assert!(Mprn::parse(&typed).is_err(), "{typed} for {right}");
        }
    }

    #[test]
    fn what_is_accepted_reads_the_same_again(typed in "[ 0-9-]{0,14}|\\PC*") {
        if let Ok(mprn) = Mprn::parse(&typed) {
            prop_assert!((6..=10).contains(&mprn.as_str().len()));
            prop_assert_eq!(Mprn::parse(mprn.as_str()), Ok(mprn));
        }
    }
}
