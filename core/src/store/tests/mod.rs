//! Tests of the store
