//! Addresses and postcodes from outside.

mod zones;
