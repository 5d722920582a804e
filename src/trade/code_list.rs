//! Enums that are a list: each value with the code by which it is stored or addressed, and the text that is shown.

/// Declares a code list: an enum with all its values, their codes and their texts.
macro_rules! code_list {
    ($(#[$about:meta])* $name:ident { $($(#[$note:meta])* $value:ident $code:literal $text:literal,)* }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$note])* $value,)* }

        impl $name {
            pub const ALL: &[Self] = &[$(Self::$value,)*];

            /// As it is stored, and as it stands in files and addresses.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$value => $code,)* }
            }

            /// As shown.
            pub const fn text(self) -> &'static str {
                match self { $(Self::$value => $text,)* }
            }

            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.code() == code)
            }
        }
    };
}

pub(crate) use code_list;
