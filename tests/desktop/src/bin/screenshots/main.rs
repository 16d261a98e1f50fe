//! A picture of every view.

fn main() {}
