mod crn;
mod mprn;
mod postcode;
