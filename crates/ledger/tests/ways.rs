//! The search for ways against a slow, obvious twin that writes down every order of villages.

#[path = "common/random.rs"]
mod random;

use commons_credit_ledger::way::{ways, HOPS_MAX, WAYS_MAX};
use commons_credit_ledger::{
    AgentId, Hop, Iou, LineSlip, PaymentTag, ReceiverTag, Seconds, SignatureBytes, VillageId,
};
use random::Random;
use std::collections::{BTreeMap, BTreeSet};

type Lines = BTreeMap<VillageId, BTreeSet<VillageId>>;

fn village(number: usize) -> VillageId {
    VillageId([number as u8; 32])
}

/// All ways by trying every village after every beginning.
fn all_ways(way: &[VillageId], to: VillageId, lines: &Lines, found: &mut Vec<Vec<VillageId>>) {
    let last = way[way.len() - 1];
    if last == to {
        found.push(way[1..].to_vec());
        return;
    }
    if way.len() > HOPS_MAX + 1 {
        return;
    }
    for next in (0..8).map(village) {
        let is_line = lines.get(&last).is_some_and(|known| known.contains(&next));
        if is_line && !way.contains(&next) {
            all_ways(&[way, &[next]].concat(), to, lines, found);
        }
    }
}

#[test]
fn the_shortest_ways_are_found_and_no_others() {
    let mut random = Random(5);
    let (mut none, mut some, mut many, mut longest) = (0, 0, 0, 0);
    for _ in 0..400 {
        let count = 2 + random.below(7);
        let chance = random.pick(&[15, 30, 60]).unwrap();
        let mut lines = Lines::new();
        for a in 0..count {
            for b in 0..count {
                if a != b && random.chance(chance) {
                    lines.entry(village(a)).or_default().insert(village(b));
                }
            }
        }
        let (from, to) = (village(0), village(1));
        let mut right = Vec::new();
        all_ways(&[from], to, &lines, &mut right);
        right.sort_by_key(Vec::len);
        let found = ways(from, to, &lines);
        assert_eq!(found.len(), right.len().min(WAYS_MAX));
        for (at, way) in found.iter().enumerate() {
            assert!(right.contains(way) && !found[..at].contains(way));
            assert_eq!(way.len(), right[at].len(), "the shortest first");
            longest = longest.max(way.len());
        }
        match found.len() {
            0 => none += 1,
            WAYS_MAX => many += 1,
            _ => some += 1,
        }
    }
    assert!(none > 9 && some > 9 && many > 9, "{none} {some} {many}");
    assert_eq!(longest, HOPS_MAX + 1);
}

#[test]
fn a_search_ends_where_everything_is_joined() {
    let all: BTreeSet<VillageId> = (2..200).map(village).collect();
    let lines: Lines = (0..200).map(|at| (village(at), all.clone())).collect();
    assert_eq!(ways(village(0), village(1), &lines), Vec::<Vec<_>>::new());
    assert_eq!(ways(village(0), village(0), &lines), Vec::<Vec<_>>::new());
}

/// The longest IOU message fits into what a gateway takes: 1,024 bytes.
#[test]
fn the_longest_way_fits_into_a_message() {
    let hop = Hop {
        village: village(255),
        sheet: u32::MAX,
        kind: u32::MAX,
        least_s: Seconds(i64::MIN),
    };
    let slip = LineSlip::Iou {
        from: village(255),
        receiver: AgentId([255; 32]),
        kind: u32::MAX,
        iou: Iou {
            number: u64::MAX,
            amount_s: Seconds(i64::MIN),
            gives_s: Seconds(i64::MIN),
            sheet: u32::MAX,
            receiver: ReceiverTag([255; 12]),
            payment: PaymentTag([255; 16]),
            signature: SignatureBytes([255; 64]),
        },
        onward: vec![hop; HOPS_MAX],
    };
    let bytes = rmp_serde::to_vec_named(&slip).unwrap();
    assert!((600..=1_024).contains(&bytes.len()), "{}", bytes.len());
    assert_eq!(rmp_serde::from_slice::<LineSlip>(&bytes).unwrap(), slip);
}
