//! A switch in this process: one cable for each machine, and each cable as bad as it
//! is told to be.
//!
//! Kernels without `netem` cannot delay a packet, and a script of `tc` and `nft` needs
//! both installed. Here a frame that a machine sends is read from its TAP device, goes
//! up its own cable and down the receiver's, and is written to that one's device. Each
//! cable counts what it carries.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{Read, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

/// Longest frame, with room to spare.
const FRAME_MAX_BYTES: usize = 2_048;
/// What waits at a slow cable before frames are dropped.
const QUEUE_MAX: Duration = Duration::from_millis(1_500);

/// How a cable carries, the same both ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cable {
    /// Whether it is plugged in.
    pub is_up: bool,
    /// Frames go between cables of one side only.
    pub side: u8,
    /// How long a frame takes.
    pub delay_ms: u64,
    /// Frames lost, of 1,000.
    pub lost_per_mille: u64,
    /// Bits a second, 0 for no limit.
    pub rate_bps: u64,
}

impl Cable {
    /// A good cable.
    pub const GOOD: Self = Self {
        is_up: true,
        side: 0,
        delay_ms: 0,
        lost_per_mille: 0,
        rate_bps: 0,
    };
    /// Half of a patchy 3G link: between two machines on such cables a frame takes
    /// 400 ms and one of ten is lost, at 64 kbit/s.
    pub const PATCHY: Self = Self {
        is_up: true,
        side: 0,
        delay_ms: 200,
        lost_per_mille: 51,
        rate_bps: 64_000,
    };

    /// The same, on the other side of a partition.
    pub const fn beyond(self) -> Self {
        Self { side: 1, ..self }
    }

    /// The same, pulled out.
    pub const fn cut(self) -> Self {
        Self {
            is_up: false,
            ..self
        }
    }
}

/// What a cable has carried.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Carried {
    /// Bytes from the machine, lost ones too.
    pub up: u64,
    /// Bytes to the machine.
    pub down: u64,
}

struct Port {
    cable: Mutex<Cable>,
    up: AtomicU64,
    down: AtomicU64,
    /// When the next frame may go up, and down.
    free: Mutex<[Option<Instant>; 2]>,
    device: Mutex<File>,
}

/// A frame on its way, ordered by when it is there and then by when it was sent.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct OnItsWay {
    at: Instant,
    number: u64,
    to: usize,
    frame: Vec<u8>,
}

#[derive(Default)]
struct Waiting {
    frames: BinaryHeap<Reverse<OnItsWay>>,
    sent: u64,
    dice: u64,
}

struct Inside {
    ports: Mutex<Vec<Arc<Port>>>,
    waiting: Mutex<Waiting>,
    more: Condvar,
}

/// The switch. Its threads end with the process.
#[derive(Clone)]
pub struct Switch {
    inside: Arc<Inside>,
}

impl Switch {
    /// An empty switch; the same seed loses the same frames.
    pub fn new(seed: u64) -> Self {
        let inside = Arc::new(Inside {
            ports: Mutex::default(),
            waiting: Mutex::new(Waiting {
                dice: seed,
                ..Waiting::default()
            }),
            more: Condvar::new(),
        });
        let delivering = inside.clone();
        std::thread::spawn(move || delivering.deliver());
        Self { inside }
    }

    /// The hardware address of the machine at a port.
    pub fn address(port: usize) -> [u8; 6] {
        let number = u8::try_from(port + 1).expect("few ports");
        [2, 0, 0, 0, 0, number]
    }

    /// Plugs a TAP device in and gives its port's number.
    pub fn plug(&self, device: File) -> usize {
        let mut reading = device.try_clone().expect("a second handle");
        let mut ports = self.inside.ports.lock().expect("a lock");
        let number = ports.len();
        ports.push(Arc::new(Port {
            cable: Mutex::new(Cable::GOOD),
            up: AtomicU64::new(0),
            down: AtomicU64::new(0),
            free: Mutex::default(),
            device: Mutex::new(device),
        }));
        drop(ports);
        let inside = self.inside.clone();
        std::thread::spawn(move || {
            let mut frame = [0; FRAME_MAX_BYTES];
            while let Ok(length) = reading.read(&mut frame) {
                inside.carry(number, &frame[..length]);
            }
        });
        number
    }

    /// Changes a cable.
    pub fn set(&self, port: usize, cable: Cable) {
        *self.port(port).cable.lock().expect("a lock") = cable;
    }

    /// What a cable has carried by now.
    pub fn carried(&self, port: usize) -> Carried {
        let port = self.port(port);
        Carried {
            up: port.up.load(Ordering::Relaxed),
            down: port.down.load(Ordering::Relaxed),
        }
    }

    fn port(&self, port: usize) -> Arc<Port> {
        self.inside.ports.lock().expect("a lock")[port].clone()
    }
}

impl Inside {
    fn carry(&self, from: usize, frame: &[u8]) {
        if frame.len() < 14 {
            return;
        }
        let ports = self.ports.lock().expect("a lock").clone();
        let to_all = frame[0] & 1 == 1;
        let side = |port: &usize| ports[*port].cable.lock().expect("a lock").side;
        let receivers: Vec<usize> = (0..ports.len())
            .filter(|to| *to != from && (to_all || frame[..6] == Switch::address(*to)))
            .filter(|to| side(to) == side(&from))
            .collect();
        let mut waiting = self.waiting.lock().expect("a lock");
        let Some(above) = pass(
            &ports[from],
            0,
            Instant::now(),
            frame.len(),
            &mut waiting.dice,
        ) else {
            return;
        };
        for to in receivers {
            let Some(at) = pass(&ports[to], 1, above, frame.len(), &mut waiting.dice) else {
                continue;
            };
            waiting.sent += 1;
            let number = waiting.sent;
            waiting.frames.push(Reverse(OnItsWay {
                at,
                number,
                to,
                frame: frame.to_vec(),
            }));
        }
        self.more.notify_one();
    }

    fn deliver(&self) {
        let mut waiting = self.waiting.lock().expect("a lock");
        loop {
            let now = Instant::now();
            let next = waiting.frames.peek().map(|Reverse(frame)| frame.at);
            match next {
                Some(at) if at <= now => {
                    let Some(Reverse(frame)) = waiting.frames.pop() else {
                        continue;
                    };
                    drop(waiting);
                    let port = self.ports.lock().expect("a lock")[frame.to].clone();
                    // A device that is down takes nothing, as a machine that is off.
                    let _ = port.device.lock().expect("a lock").write(&frame.frame);
                    waiting = self.waiting.lock().expect("a lock");
                }
                Some(at) => {
                    let pause = at - now;
                    (waiting, _) = self.more.wait_timeout(waiting, pause).expect("a lock");
                }
                None => waiting = self.more.wait(waiting).expect("a lock"),
            }
        }
    }
}

/// One cable in one direction: when a frame that comes at `now` is at its end, or none
/// when it is lost.
fn pass(port: &Port, way: usize, now: Instant, length: usize, dice: &mut u64) -> Option<Instant> {
    let cable = *port.cable.lock().expect("a lock");
    if !cable.is_up {
        return None;
    }
    let counter = if way == 0 { &port.up } else { &port.down };
    counter.fetch_add(length as u64, Ordering::Relaxed);
    if roll(dice) % 1_000 < cable.lost_per_mille {
        return None;
    }
    let mut sent = now;
    // No rate, no limit.
    if let Some(took_us) = (length as u64 * 8_000_000).checked_div(cable.rate_bps) {
        let mut free = port.free.lock().expect("a lock");
        let begin = free[way].map_or(now, |free| free.max(now));
        if begin - now > QUEUE_MAX {
            return None;
        }
        sent = begin + Duration::from_micros(took_us);
        free[way] = Some(sent);
    }
    Some(sent + Duration::from_millis(cable.delay_ms))
}

/// The next number of a sequence that its seed fixes (splitmix64).
fn roll(dice: &mut u64) -> u64 {
    *dice = dice.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut number = *dice;
    number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}
