//! One fuzzer with several targets; `FUZZ` names the one to run. A target takes any bytes and must neither panic nor
//! answer what breaks its own promise.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;

mod form;
mod typed;

static TARGET: LazyLock<fn(&[u8])> = LazyLock::new(|| match std::env::var("FUZZ").as_deref() {
    Ok("form") => form::run,
    Ok("typed") => typed::run,
    other => panic!("FUZZ must name a target, not {other:?}"),
});

fuzz_target!(|data: &[u8]| TARGET(data));
