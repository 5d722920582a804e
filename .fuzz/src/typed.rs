//! What people type into single fields: numbers, dates, addresses, and the rules over all of them together.

use cms::contacts::fields::rule::{Facts, Severity, broken};
use cms::contacts::types::ContactType;
use cms::trade::{Crn, Mprn, Msn, Postcode, dates, likeness, reality};
use cms::typed::Typed;

pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(crn) = Crn::parse(&text) {
        assert_eq!(Crn::parse(crn.as_str()), Ok(crn.clone()));
    }
    if let Ok(mprn) = Mprn::parse(&text) {
        assert_eq!(Mprn::parse(mprn.as_str()), Ok(mprn.clone()));
    }
    if let Ok(msn) = Msn::parse(&text) {
        assert_eq!(Msn::parse(msn.as_str()).map(|again| again.as_str().to_owned()).ok(), Some(msn.as_str().to_owned()));
    }
    if let Ok(postcode) = Postcode::parse(&text) {
        assert_eq!(Postcode::parse(postcode.as_str()), Ok(postcode.clone()));
    }
    let _ = dates::parse_date(&text);
    let _ = reality::doubts(&text);
    let words = likeness::canonical(&text);
    assert_eq!(likeness::canonical(&words), words, "what is canonical stays so");

    // a line for each field of the form
    let mut typed = Typed::default();
    for (field, line) in ContactType::Mnc.spec().fields().zip(text.split('\n')) {
        typed.set(field.name(), line);
    }
    let details = ContactType::Mnc.typed(&typed);
    assert_eq!(ContactType::Mnc.typed(&details.to_typed()), details, "one fixed form each");
    let facts = Facts { trial: true, ..Facts::on(dates::parse_date("24/11/2026").unwrap()) };
    for severity in [Severity::Stop, Severity::Warn, Severity::Ask] {
        for broken in broken(&details, &facts, severity) {
            assert!(!broken.says.is_empty());
        }
    }
    let _ = (details.site().key(), details.words(), details.first_line());
}
