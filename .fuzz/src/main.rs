//! One fuzzer with several targets; `FUZZ` names the one to run. A target takes any bytes and must neither panic nor
//! answer what breaks its own promise.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;

mod address;
mod csv;
mod form;
mod multipart;
mod typed;
mod uklink;
mod xlsx;

static TARGET: LazyLock<fn(&[u8])> = LazyLock::new(|| match std::env::var("FUZZ").as_deref() {
    Ok("address") => address::run,
    Ok("csv") => csv::run,
    Ok("form") => form::run,
    Ok("multipart") => multipart::run,
    Ok("typed") => typed::run,
    Ok("uklink") => uklink::run,
    Ok("xlsx") => xlsx::run,
    other => panic!("FUZZ must name a target, not {other:?}"),
});

fuzz_target!(|data: &[u8]| TARGET(data));
