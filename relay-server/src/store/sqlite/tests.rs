//! What is particular to this engine.
