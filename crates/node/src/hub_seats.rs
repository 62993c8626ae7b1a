//! How many guests a hub has at a time, and how many of them come from one address: so that
//! one guest, whatever they mean, does not take every seat of a village.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex};

/// Connections at a time: one relay line for each node and a few looks.
pub const CONNECTIONS_MAX: usize = 4_096;
/// Of these from one address. A village that comes through one router fits.
pub const FROM_ONE_MAX: usize = 1_024;

const _: () = assert!(FROM_ONE_MAX < CONNECTIONS_MAX);

/// The seats of a hub.
#[derive(Debug, Default, Clone)]
pub struct Seats(Arc<Mutex<Taken>>);

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    by_home: HashMap<IpAddr, usize>,
}

/// A seat, free again when it is dropped.
#[derive(Debug)]
pub struct Seat {
    seats: Seats,
    home: Option<IpAddr>,
}

impl Seats {
    /// A seat for a guest from this address; none while all, or all for that address, are
    /// taken.
    pub fn take(&self, from: IpAddr) -> Option<Seat> {
        let home = home(from);
        let mut taken = self.0.lock().ok()?;
        if taken.all >= CONNECTIONS_MAX {
            return None;
        }
        if let Some(home) = home {
            let here = taken.by_home.entry(home).or_default();
            if *here >= FROM_ONE_MAX {
                return None;
            }
            *here += 1;
        }
        taken.all += 1;
        Some(Seat {
            seats: self.clone(),
            home,
        })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let Ok(mut taken) = self.seats.0.lock() else {
            return;
        };
        taken.all = taken.all.saturating_sub(1);
        let Some(home) = self.home else { return };
        if let Some(here) = taken.by_home.get_mut(&home) {
            *here = here.saturating_sub(1);
            if *here == 0 {
                taken.by_home.remove(&home);
            }
        }
    }
}

/// Where a guest comes from: an address, or of version 6 the network of 2^64 that one
/// household has. None for this machine itself, where a proxy may bring everybody.
fn home(from: IpAddr) -> Option<IpAddr> {
    match from.to_canonical() {
        own if own.is_loopback() => None,
        IpAddr::V4(ip) => Some(ip.into()),
        IpAddr::V6(ip) => {
            let network = u128::from(ip) >> 64 << 64;
            Some(Ipv6Addr::from(network).into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    fn seated(seats: &Seats, from: &str, count: usize) -> Vec<Seat> {
        (0..count)
            .map(|_| seats.take(ip(from)).expect("a seat"))
            .collect()
    }

    #[test]
    fn one_address_does_not_take_every_seat() {
        let seats = Seats::default();
        let greedy = seated(&seats, "10.0.0.9", FROM_ONE_MAX);
        assert!(seats.take(ip("10.0.0.9")).is_none());
        assert!(seats.take(ip("::ffff:10.0.0.9")).is_none(), "the same");
        assert!(seats.take(ip("10.0.0.8")).is_some());
        drop(greedy);
        assert!(seats.take(ip("10.0.0.9")).is_some());
    }

    #[test]
    fn a_household_of_version_6_is_one_address() {
        let seats = Seats::default();
        let _greedy: Vec<Seat> = (0..FROM_ONE_MAX)
            .map(|nth| {
                seats
                    .take(ip(&format!("2001:db8::{nth:x}")))
                    .expect("a seat")
            })
            .collect();
        assert!(seats.take(ip("2001:db8::ffff:1")).is_none());
        assert!(seats.take(ip("2001:db8:0:1::1")).is_some());
    }

    #[test]
    fn who_is_on_this_machine_is_bound_by_all_seats_only() {
        let seats = Seats::default();
        let all = seated(&seats, "127.0.0.1", CONNECTIONS_MAX);
        assert!(seats.take(ip("::1")).is_none());
        assert!(seats.take(ip("10.0.0.9")).is_none());
        drop(all);
        assert!(seats.take(ip("::1")).is_some());
    }

    #[test]
    fn who_has_left_is_forgotten() {
        let seats = Seats::default();
        drop(seated(&seats, "10.0.0.9", 3));
        let taken = seats.0.lock().expect("a lock");
        assert_eq!((taken.all, taken.by_home.len()), (0, 0));
    }
}
