mod mprn;
