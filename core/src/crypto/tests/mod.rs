//! The floor against friends and attackers, on real database files.
