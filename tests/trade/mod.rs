mod bank_holidays;
mod crn;
mod mprn;
mod postcode;
mod working_time;
