//! The plug itself: on a program whose writes are known.

use crate::control::{How, Plug};
use std::fs;
use std::process::Command;

/// What `dd` leaves of four kilobytes of `x`, written one by one and then made durable,
/// when it dies at a call: none for no file.
fn left(at: u64, how: How) -> Option<Vec<u8>> {
    let place = tempfile::tempdir().expect("a folder");
    let (from, plug) = (
        place.path().join("from"),
        Plug::of(&place.path().join("to")),
    );
    fs::write(&from, [b'x'; 4_096]).expect("a file");
    plug.arm(at, how);
    let status = Command::new("dd")
        .envs(plug.environment())
        .arg(format!("if={}", from.display()))
        .arg(format!("of={}", plug.data().display()))
        .args(["bs=1024", "count=4", "conv=fsync", "status=none"])
        .status()
        .expect("the program dd");
    let calls: Vec<String> = plug.points().into_iter().map(|point| point.call).collect();
    let all = ["create", "write", "write", "write", "write", "fsync"];
    let counted = all.len().min(usize::try_from(at).expect("a number"));
    assert_eq!(calls, all[..counted]);
    assert_eq!(status.success(), at > 6);
    fs::read(plug.data()).ok()
}

#[test]
fn the_plug_is_pulled_where_it_was_told() {
    let x = |length: usize| vec![b'x'; length];
    let mut only_the_third = vec![0; 2_048];
    only_the_third.extend(x(1_024));
    let cases = [
        (1, How::Killed, None),
        (2, How::Killed, Some(x(0))),
        (5, How::Killed, Some(x(3_072))),
        (5, How::Torn, Some(x(3_584))),
        (5, How::Lost, Some(x(0))),
        (5, How::Shuffled, Some(only_the_third)),
        (6, How::Lost, Some(x(0))),
        (7, How::Lost, Some(x(4_096))),
    ];
    for (at, how, expected) in cases {
        assert_eq!(left(at, how), expected, "{how:?} at {at}");
    }
}
