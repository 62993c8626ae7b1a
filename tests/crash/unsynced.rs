//! What a power cut takes back: every write since its file was last made durable.
//!
//! Contents only. A name that was given or taken stays so: the program makes the folder
//! durable right after each rename, and the two are points of their own.

use libc::{c_int, iovec, off_t};
use std::collections::BTreeMap;

/// A disk writes whole sectors.
const SECTOR: usize = 512;

/// Writes that a power cut would take back, file by file.
#[derive(Default)]
pub struct Unsynced {
    files: BTreeMap<(u64, u64), Touched>,
}

struct Touched {
    /// A descriptor of our own, for reading and writing. It is never closed: that would
    /// let go of the locks that the program holds on the file.
    file: c_int,
    /// How it was before each change, oldest first.
    before: Vec<Before>,
}

struct Before {
    length: off_t,
    offset: off_t,
    bytes: Vec<u8>,
    /// How many bytes were written there.
    written: usize,
}

fn look(file: c_int) -> Option<libc::stat> {
    // SAFETY: all-zero is a valid `stat`, and `fstat` writes no more than one.
    unsafe {
        let mut found: libc::stat = std::mem::zeroed();
        (libc::fstat(file, &mut found) == 0).then_some(found)
    }
}

fn read(file: c_int, offset: off_t, length: usize) -> Vec<u8> {
    let mut bytes = vec![0_u8; length];
    // SAFETY: no more is read than there is room.
    let read = unsafe { libc::pread(file, bytes.as_mut_ptr().cast(), length, offset) };
    bytes.truncate(usize::try_from(read).unwrap_or(0));
    bytes
}

fn write(file: c_int, offset: off_t, bytes: &[u8]) {
    // SAFETY: the bytes live through the call.
    unsafe {
        libc::syscall(
            libc::SYS_pwrite64,
            file,
            bytes.as_ptr(),
            bytes.len(),
            offset,
        )
    };
}

impl Unsynced {
    /// Remembers what a write is about to cover.
    pub fn before_write(&mut self, file: c_int, offset: Option<off_t>, length: usize) {
        // SAFETY: a plain system call.
        let offset = offset.unwrap_or_else(|| unsafe { libc::lseek(file, 0, libc::SEEK_CUR) });
        self.before(file, offset, length, length);
    }

    /// Remembers what a change of length is about to cut off.
    pub fn before_length(&mut self, file: c_int, length: off_t) {
        let now = look(file).map_or(0, |found| found.st_size);
        let cut_off = usize::try_from(now - length).unwrap_or(0);
        self.before(file, length, cut_off, 0);
    }

    fn before(&mut self, file: c_int, offset: off_t, covered: usize, written: usize) {
        let Some(found) = look(file) else {
            return;
        };
        let touched = self
            .files
            .entry((found.st_dev, found.st_ino))
            .or_insert_with(|| Touched {
                file: reopen(file),
                before: Vec::new(),
            });
        touched.before.push(Before {
            length: found.st_size,
            offset,
            bytes: read(touched.file, offset, covered),
            written,
        });
    }

    /// A file is durable as it is now.
    pub fn synced(&mut self, file: c_int) {
        let found = look(file).and_then(|found| self.files.get_mut(&(found.st_dev, found.st_ino)));
        if let Some(touched) = found {
            touched.before.clear();
        }
    }

    /// Takes all back that is not durable, but for each file's newest write if told so.
    pub fn undo(&mut self, but_the_newest: bool) {
        for touched in self.files.values_mut() {
            let newest = touched.before.iter().rfind(|before| before.written > 0);
            let newest = newest.filter(|_| but_the_newest).map(|before| {
                (
                    before.offset,
                    read(touched.file, before.offset, before.written),
                )
            });
            for before in touched.before.drain(..).rev() {
                write(touched.file, before.offset, &before.bytes);
                // SAFETY: a plain system call.
                unsafe { libc::syscall(libc::SYS_ftruncate, touched.file, before.length) };
            }
            if let Some((offset, bytes)) = newest {
                write(touched.file, offset, &bytes);
            }
        }
    }
}

fn reopen(file: c_int) -> c_int {
    let path = format!("/proc/self/fd/{file}\0");
    // SAFETY: the path ends in a zero byte.
    unsafe {
        let flags = libc::O_RDWR | libc::O_CLOEXEC;
        libc::syscall(libc::SYS_openat, libc::AT_FDCWD, path.as_ptr(), flags, 0) as c_int
    }
}

/// Writes the first half of what a call would: whole sectors, if it is more than one.
pub fn half(file: c_int, parts: &[iovec], offset: Option<off_t>) {
    let Some(first) = parts.first() else {
        return;
    };
    let half = match first.iov_len / 2 {
        half if half > SECTOR => half / SECTOR * SECTOR,
        half => half,
    };
    // SAFETY: half of what the program vouches for.
    unsafe {
        match offset {
            Some(offset) => libc::syscall(libc::SYS_pwrite64, file, first.iov_base, half, offset),
            None => libc::syscall(libc::SYS_write, file, first.iov_base, half),
        }
    };
}
