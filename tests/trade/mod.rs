mod mprn;
mod postcode;
