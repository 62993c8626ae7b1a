//! Pulls a program's plug at one of its writes: a library for `LD_PRELOAD`.
//!
//! It stands between a program and the system, counts every call that changes a file
//! below one folder, over all threads in their one order, and ends the process by
//! SIGKILL at the call whose number it was told. Nothing else changes a byte meanwhile:
//! the calls take their turns while it counts.
//!
//! Two files tell it what to do, both named in the environment:
//! - `PLUG_CONTROL`: three whole numbers of 8 bytes in the machine's order. *At*: the
//!   number of the call to die at; 0, and nothing is counted. *Seen*: calls so far.
//!   *How*: see [`How`].
//! - `PLUG_LOG`: a line for each counted call, `NUMBER CALL PATH OFFSET LENGTH`.
//!
//! `PLUG_FOLDER` is the folder. `scripts/crash-points` and `points.rs` use it.
//!
//! The code is unsafe because this is what it is for: its functions take the place of the
//! C library's, and hand pointers through that the program vouches for. Each does the
//! system call that it stands for, with the same arguments.

// The C library's own names and signatures; what each may assume, its manual says.
#![allow(clippy::missing_safety_doc)]

mod unsynced;

use libc::{c_char, c_int, c_long, c_void, iovec, mode_t, off_t, size_t, ssize_t};
use std::ffi::CStr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use unsynced::Unsynced;

/// What of the writes before the end is there afterwards.
#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    /// A kill: all of them, and nothing of the last.
    Killed,
    /// A kill in the middle of a write: all of them, and half of the last.
    Torn,
    /// A power cut: what was made durable, and nothing else.
    Lost,
    /// A power cut on a disk that writes in its own order: what was made durable, and of
    /// the rest each file's newest write.
    Shuffled,
}

impl How {
    fn of(number: u64) -> Self {
        match number {
            0 => Self::Killed,
            1 => Self::Torn,
            2 => Self::Lost,
            _ => Self::Shuffled,
        }
    }
}

struct Plug {
    control: &'static [AtomicU64; 3],
    folder: Vec<u8>,
    log: c_int,
    turn: Mutex<Unsynced>,
}

/// None where the environment names no folder.
static PLUG: OnceLock<Option<Plug>> = OnceLock::new();

/// Only system calls in here: the library's own functions lead back to it.
fn open_plug() -> Option<Plug> {
    let text = |name: &CStr| {
        // SAFETY: the name ends in a zero byte, and so does what `getenv` gives, which
        // the program does not change once it runs.
        unsafe {
            let value = libc::getenv(name.as_ptr());
            (!value.is_null()).then(|| CStr::from_ptr(value))
        }
    };
    let folder = text(c"PLUG_FOLDER")?.to_bytes().to_vec();
    let control = text(c"PLUG_CONTROL")?;
    let log = text(c"PLUG_LOG")?;
    // SAFETY: both paths end in a zero byte; the mapping is as long as the three numbers
    // that it is read as, page-aligned, shared, and stays for ever.
    unsafe {
        let control = openat_raw(libc::AT_FDCWD, control.as_ptr(), libc::O_RDWR, 0);
        let flags = libc::O_WRONLY | libc::O_CREAT | libc::O_APPEND;
        let log = openat_raw(libc::AT_FDCWD, log.as_ptr(), flags, 0o600);
        if control < 0 || log < 0 {
            return None;
        }
        let protection = libc::PROT_READ | libc::PROT_WRITE;
        let numbers = libc::mmap(
            std::ptr::null_mut(),
            size_of::<[AtomicU64; 3]>(),
            protection,
            libc::MAP_SHARED,
            control as c_int,
            0,
        );
        if numbers == libc::MAP_FAILED {
            return None;
        }
        Some(Plug {
            control: &*numbers.cast::<[AtomicU64; 3]>(),
            folder,
            log: log as c_int,
            turn: Mutex::default(),
        })
    }
}

unsafe fn openat_raw(folder: c_int, path: *const c_char, flags: c_int, mode: mode_t) -> c_long {
    libc::syscall(libc::SYS_openat, folder, path, flags, mode)
}

/// Where this thread is after the calls that it is to die at, or nothing to do.
fn counting() -> Option<&'static Plug> {
    let plug = PLUG.get_or_init(open_plug).as_ref()?;
    (plug.control[0].load(Ordering::SeqCst) != 0).then_some(plug)
}

/// What a call changes.
enum Change<'a> {
    /// Bytes at an offset, or where the descriptor stands.
    Write(c_int, &'a [iovec], Option<off_t>),
    /// The length.
    Length(c_int, off_t),
    /// What is durable.
    Sync(c_int),
    /// Names in a folder.
    Name,
}

impl Plug {
    fn is_ours(&self, path: &[u8]) -> bool {
        path.starts_with(&self.folder)
    }

    /// Does a call in its turn, or dies.
    fn take(
        &self,
        call: &str,
        path: &[u8],
        change: Change,
        act: impl FnOnce() -> c_long,
    ) -> c_long {
        let mut unsynced = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        // Asked again in turn: it may have been told to stop counting.
        let at = self.control[0].load(Ordering::SeqCst);
        if at == 0 {
            return act();
        }
        let number = self.control[1].fetch_add(1, Ordering::SeqCst) + 1;
        let how = How::of(self.control[2].load(Ordering::SeqCst));
        self.note(number, call, path, &change);
        if number == at {
            self.die(how, &mut unsynced, &change);
        }
        let cuts_power = matches!(how, How::Lost | How::Shuffled);
        match change {
            Change::Write(file, parts, offset) if cuts_power => {
                let length = parts.iter().map(|part| part.iov_len).sum();
                unsynced.before_write(file, offset, length);
            }
            Change::Length(file, length) if cuts_power => unsynced.before_length(file, length),
            Change::Sync(file) => {
                let done = act();
                if done == 0 {
                    unsynced.synced(file);
                }
                return done;
            }
            _ => {}
        }
        act()
    }

    fn note(&self, number: u64, call: &str, path: &[u8], change: &Change) {
        let (offset, length) = match change {
            Change::Write(_, parts, offset) => {
                let length: usize = parts.iter().map(|part| part.iov_len).sum();
                (offset.unwrap_or(-1), length)
            }
            Change::Length(_, length) => (*length, 0),
            Change::Sync(_) | Change::Name => (0, 0),
        };
        let path = String::from_utf8_lossy(path);
        let line = format!("{number} {call} {path} {offset} {length}\n");
        // SAFETY: the bytes live through the call, the log's descriptor for ever.
        unsafe { libc::syscall(libc::SYS_write, self.log, line.as_ptr(), line.len()) };
    }

    fn die(&self, how: How, unsynced: &mut Unsynced, change: &Change) -> ! {
        match (how, change) {
            (How::Killed, _) => {}
            (How::Torn, Change::Write(file, parts, offset)) => {
                unsynced::half(*file, parts, *offset)
            }
            (How::Torn, _) => {}
            (How::Lost, _) => unsynced.undo(false),
            (How::Shuffled, _) => unsynced.undo(true),
        }
        loop {
            // SAFETY: plain system calls on this very process.
            unsafe { libc::kill(libc::getpid(), libc::SIGKILL) };
        }
    }
}

/// The path behind a descriptor, if it is below the folder.
fn file_of(plug: &Plug, file: c_int) -> Option<Vec<u8>> {
    let link = format!("/proc/self/fd/{file}\0");
    let mut path = [0_u8; libc::PATH_MAX as usize];
    // SAFETY: the link ends in a zero byte; no more is written than there is room.
    let length = unsafe {
        let room = path.as_mut_ptr().cast();
        libc::readlink(link.as_ptr().cast(), room, path.len())
    };
    let path = &path[..usize::try_from(length).ok()?];
    plug.is_ours(path).then(|| path.to_vec())
}

/// Does a call on a descriptor, counted if its file is below the folder.
fn on_file(call: &str, file: c_int, change: Change, act: impl FnOnce() -> c_long) -> c_long {
    match counting().and_then(|plug| Some((plug, file_of(plug, file)?))) {
        Some((plug, path)) => plug.take(call, &path, change, act),
        None => act(),
    }
}

/// The same on a name. A relative one counts if it is relative to something below.
unsafe fn on_name(
    call: &str,
    folder: c_int,
    name: *const c_char,
    act: impl FnOnce() -> c_long,
) -> c_long {
    let Some(plug) = counting() else {
        return act();
    };
    let name = CStr::from_ptr(name);
    let ours = if name.to_bytes().starts_with(b"/") {
        plug.is_ours(name.to_bytes())
    } else {
        file_of(plug, folder).is_some()
    };
    if ours {
        plug.take(call, name.to_bytes(), Change::Name, act)
    } else {
        act()
    }
}

/// The same for opening: what makes or empties a file is a write.
unsafe fn on_open(folder: c_int, name: *const c_char, flags: c_int, mode: mode_t) -> c_int {
    let act = || openat_raw(folder, name, flags, mode);
    let makes = flags & libc::O_CREAT != 0 && libc::faccessat(folder, name, libc::F_OK, 0) != 0;
    let done = match (makes, flags & libc::O_TRUNC != 0) {
        (true, _) => on_name("create", folder, name, act),
        (false, true) => on_name("empty", folder, name, act),
        (false, false) => act(),
    };
    done as c_int
}

/// One stretch of bytes as the list that it is in `writev`.
fn one(bytes: *const c_void, length: size_t) -> [iovec; 1] {
    [iovec {
        iov_base: bytes.cast_mut(),
        iov_len: length,
    }]
}

#[no_mangle]
pub unsafe extern "C" fn write(file: c_int, bytes: *const c_void, length: size_t) -> ssize_t {
    let parts = one(bytes, length);
    let act = || libc::syscall(libc::SYS_write, file, bytes, length);
    on_file("write", file, Change::Write(file, &parts, None), act) as ssize_t
}

#[no_mangle]
pub unsafe extern "C" fn writev(file: c_int, parts: *const iovec, count: c_int) -> ssize_t {
    let act = || libc::syscall(libc::SYS_writev, file, parts, count);
    let Ok(length) = usize::try_from(count) else {
        return act() as ssize_t;
    };
    let parts = std::slice::from_raw_parts(parts, length);
    on_file("writev", file, Change::Write(file, parts, None), act) as ssize_t
}

unsafe fn write_at(file: c_int, bytes: *const c_void, length: size_t, offset: off_t) -> ssize_t {
    let parts = one(bytes, length);
    let act = || libc::syscall(libc::SYS_pwrite64, file, bytes, length, offset);
    on_file(
        "pwrite",
        file,
        Change::Write(file, &parts, Some(offset)),
        act,
    ) as ssize_t
}

#[no_mangle]
pub unsafe extern "C" fn pwrite(
    file: c_int,
    bytes: *const c_void,
    length: size_t,
    offset: off_t,
) -> ssize_t {
    write_at(file, bytes, length, offset)
}

#[no_mangle]
pub unsafe extern "C" fn pwrite64(
    file: c_int,
    bytes: *const c_void,
    length: size_t,
    offset: off_t,
) -> ssize_t {
    write_at(file, bytes, length, offset)
}

#[no_mangle]
pub unsafe extern "C" fn fsync(file: c_int) -> c_int {
    let act = || libc::syscall(libc::SYS_fsync, file);
    on_file("fsync", file, Change::Sync(file), act) as c_int
}

#[no_mangle]
pub unsafe extern "C" fn fdatasync(file: c_int) -> c_int {
    let act = || libc::syscall(libc::SYS_fdatasync, file);
    on_file("fdatasync", file, Change::Sync(file), act) as c_int
}

#[no_mangle]
pub unsafe extern "C" fn ftruncate(file: c_int, length: off_t) -> c_int {
    let act = || libc::syscall(libc::SYS_ftruncate, file, length);
    on_file("ftruncate", file, Change::Length(file, length), act) as c_int
}

#[no_mangle]
pub unsafe extern "C" fn ftruncate64(file: c_int, length: off_t) -> c_int {
    ftruncate(file, length)
}

#[no_mangle]
pub unsafe extern "C" fn unlink(name: *const c_char) -> c_int {
    unlinkat(libc::AT_FDCWD, name, 0)
}

#[no_mangle]
pub unsafe extern "C" fn unlinkat(folder: c_int, name: *const c_char, flags: c_int) -> c_int {
    let act = || libc::syscall(libc::SYS_unlinkat, folder, name, flags);
    on_name("unlink", folder, name, act) as c_int
}

#[no_mangle]
pub unsafe extern "C" fn rename(from: *const c_char, to: *const c_char) -> c_int {
    let here = libc::AT_FDCWD;
    let act = || libc::syscall(libc::SYS_renameat2, here, from, here, to, 0);
    on_name("rename", here, from, act) as c_int
}

#[no_mangle]
pub unsafe extern "C" fn mkdir(name: *const c_char, mode: mode_t) -> c_int {
    let act = || libc::syscall(libc::SYS_mkdirat, libc::AT_FDCWD, name, mode);
    on_name("mkdir", libc::AT_FDCWD, name, act) as c_int
}

// With a mode always: the C library's take it only where it means something, and on the
// systems that this runs on an argument too many is not looked at.

#[no_mangle]
pub unsafe extern "C" fn open(name: *const c_char, flags: c_int, mode: mode_t) -> c_int {
    on_open(libc::AT_FDCWD, name, flags, mode)
}

#[no_mangle]
pub unsafe extern "C" fn open64(name: *const c_char, flags: c_int, mode: mode_t) -> c_int {
    on_open(libc::AT_FDCWD, name, flags, mode)
}

#[no_mangle]
pub unsafe extern "C" fn openat(
    folder: c_int,
    name: *const c_char,
    flags: c_int,
    mode: mode_t,
) -> c_int {
    on_open(folder, name, flags, mode)
}

#[no_mangle]
pub unsafe extern "C" fn openat64(
    folder: c_int,
    name: *const c_char,
    flags: c_int,
    mode: mode_t,
) -> c_int {
    on_open(folder, name, flags, mode)
}
