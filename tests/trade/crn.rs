//! Properties of CRNs: every wrong digit and every swap of neighbours is seen as mistyped.

use cms::trade::Crn;
use cms::trade::crn::{CrnError, DAMM};
use proptest::prelude::*;

proptest! {
    #[test]
    fn what_is_made_is_accepted(digits in 0_u32..=99_999_999) {
        let crn = Crn::from_digits(digits);
        prop_assert_eq!(Crn::parse(crn.as_str()), Ok(crn));
    }

    #[test]
    fn every_slip_and_swap_is_caught(digits in 0_u32..=99_999_999) {
        let right = Crn::from_digits(digits);
        for at in 1..10 {
            for digit in b'0'..=b'9' {
                let mut typed = right.as_str().as_bytes().to_vec();
                if typed[at] != digit {
                    typed[at] = digit;
                    prop_assert_eq!(parse(typed), Err(CrnError::Mistyped));
                }
            }
        }
        for at in 1..9 {
            let mut typed = right.as_str().as_bytes().to_vec();
            if typed[at] != typed[at + 1] {
                typed.swap(at, at + 1);
                prop_assert_eq!(parse(typed), Err(CrnError::Mistyped));
            }
        }
    }

    #[test]
    fn nothing_typed_panics(typed in "[cC]?[0-9]{9}|\\PC*") {
        if let Ok(crn) = Crn::parse(&typed) {
            prop_assert_eq!(Crn::parse(crn.as_str()), Ok(crn));
        }
    }
}

#[test]
fn the_table_is_damms() {
    for (row, values) in DAMM.iter().enumerate() {
        let mut sorted = *values;
        sorted.sort_unstable();
        assert_eq!(sorted, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        assert_eq!(values[row], 0);
    }
}

fn parse(typed: Vec<u8>) -> Result<Crn, CrnError> {
    Crn::parse(&String::from_utf8(typed).expect("digits"))
}
