//! The node as a whole, in one program: linking a conductor takes longer than a test.

mod common;
mod demo;
mod node;
mod program;
