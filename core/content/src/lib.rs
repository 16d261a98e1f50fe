//! What is inside an envelope: headers, bindings, messages, receipts, own state; and the links that
//! people share.
//!
//! Owns every byte that only clients may read. Must not know how any of it is encrypted, stored or
//! sent. The relay does not link this crate, so it cannot even name a plaintext type.

pub mod direct;
pub mod header;
pub mod limits;
pub mod link;
pub mod safety;
pub mod text;

/// The generated content types; `core/content/proto/content.proto` documents each field.
#[allow(missing_docs, clippy::all, clippy::pedantic)]
pub mod proto {
    include!(concat!(env!("OUT_DIR"), "/sotto.content.v1.rs"));
}
