//! The node as a whole, in one program: linking a conductor takes longer than a test.

mod backup;
mod common;
mod demo;
mod disk;
mod export;
mod exposure;
mod kills;
mod leftovers;
mod newer;
mod node;
mod program;
mod truncated;
