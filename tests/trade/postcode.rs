//! Properties of postcodes: what is accepted has the right structure and reads the same again.

use cms::trade::{Ldz, Postcode};
use proptest::prelude::*;

/// The strict shapes, letter by letter, as a generator.
const SHAPES: &str = "([A-PR-UWYZ][0-9]{1,2}|[A-PR-UWYZ][A-HK-Y][0-9]{1,2}|[A-PR-UWYZ][0-9][A-HJKPSTUW]\
    |[A-PR-UWYZ][A-HK-Y][0-9][ABEHMNPRVWXY]) {0,2}[0-9][ABD-HJLNP-UW-Z]{2}";

proptest! {
    #[test]
    fn every_strict_shape_is_accepted_but_outside_the_market(typed in SHAPES) {
        let outside = ["BT", "IM", "GY", "JE"].iter().any(|area| typed.starts_with(area));
        let parsed = Postcode::parse(&typed);
        prop_assert_eq!(parsed.is_err(), outside, "{}", typed);
        prop_assert_eq!(Postcode::parse(&typed.to_lowercase()), parsed);
    }

    #[test]
    fn what_is_accepted_has_the_structure(typed in "[A-Za-z]{1,2}[0-9][A-Za-z0-9]? ?[0-9][A-Za-z]{2}|\\PC*") {
        if let Ok(postcode) = Postcode::parse(&typed) {
            let (out, inward) = postcode.as_str().split_once(' ').expect("one space");
            prop_assert_eq!((out, inward), (postcode.outcode(), postcode.incode()));
            prop_assert!((2..=4).contains(&out.len()) && inward.len() == 3);
            prop_assert!(postcode.as_str().chars().all(|c| matches!(c, 'A'..='Z' | '0'..='9' | ' ')));
            prop_assert!((1..=2).contains(&postcode.area().len()) && out.starts_with(postcode.area()));
            prop_assert!(Ldz::from_area(&postcode).is_none_or(|ldz| !ldz.is_isolated()));
            prop_assert_eq!(Postcode::parse(postcode.as_str()), Ok(postcode.clone()));
            prop_assert_eq!(Postcode::parse(&format!(" {out}{inward}")), Ok(postcode.clone()));
        }
    }
}
