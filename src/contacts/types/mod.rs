//! The types of contact: what is a type's own stands in a folder of its own.

pub mod mnc;
