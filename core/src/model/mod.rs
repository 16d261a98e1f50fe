//! The nouns that every floor shares: where an account stands, what an outgoing row is for, what a
//! person is told. Plain values; they know no database, no key and no socket.

mod contact;
pub(crate) mod fold;
mod message;
mod notice;
mod outgoing;
mod safety;
mod standing;
pub(crate) mod terms;

pub use contact::ContactStanding;
pub use message::{ConversationKind, MessageKind, MessageState, Notify, Source};
pub use notice::NoticeKind;
pub use outgoing::{DeliveryState, OutgoingState, Purpose};
pub use safety::{Comparison, HeadComparison, HowVerified, Verification};
pub use standing::{Freeze, Standing};

/// Gives an enum the integer that stands for it in the database. A number from a newer client that
/// is not known here reads as the fallback.
macro_rules! stored {
    ($name:ident, $fallback:ident, { $($variant:ident = $number:literal),+ $(,)? }) => {
        impl $name {
            /// The number in the database.
            #[must_use]
            pub fn to_stored(self) -> i64 {
                match self { $(Self::$variant => $number),+ }
            }

            /// Reads the number from the database.
            #[allow(dead_code, reason = "some numbers are only written yet")]
            #[must_use]
            pub fn from_stored(number: i64) -> Self {
                match number { $($number => Self::$variant,)+ _ => Self::$fallback }
            }
        }
    };
}
pub(crate) use stored;
