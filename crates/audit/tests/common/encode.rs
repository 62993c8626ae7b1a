//! Pages as Holochain stores them.

use commons_credit_ledger::Page;
use serde::Serialize;

/// The bytes of a page.
pub fn encode(page: &Page) -> Vec<u8> {
    let mut serializer = rmp_serde::encode::Serializer::new(Vec::new()).with_struct_map();
    page.serialize(&mut serializer).unwrap();
    serializer.into_inner()
}
