//! The `commons-credit` program; all of it is in the library.

fn main() {
    commons_credit_node::cli::main()
}
