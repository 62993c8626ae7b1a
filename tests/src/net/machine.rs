//! A machine: a network namespace with one cable to the switch.

use super::switch::{Cable, Carried, Switch};
use std::fs::File;
use std::io;
use std::net::Ipv4Addr;
use std::os::fd::{AsRawFd, FromRawFd};
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::sync::mpsc::{channel, Sender};

/// `TUNSETIFF`, and a TAP device whose frames come bare.
const TUNSETIFF: libc::c_ulong = 0x4004_54ca;
const TAP_BARE: libc::c_short = 0x0002 | 0x1000;
const DEVICE: &str = "lan0";
/// Set where skipping is no answer (`scripts/net-test`).
const REQUIRED: &str = "COMMONS_CREDIT_NET_REQUIRED";

type Job = Box<dyn FnOnce(&tokio::runtime::Runtime) + Send>;

/// A machine on the switch.
pub struct Machine {
    /// Its address on the LAN.
    pub ip: Ipv4Addr,
    /// None for the machine that the test runs on.
    place: Option<Place>,
    jobs: Sender<Job>,
}

/// A machine of its own.
struct Place {
    port: usize,
    switch: Switch,
    namespace: File,
}

/// Whether this process may make machines. Says so aloud when it may not, and fails
/// where that was asked for.
pub fn may_make_machines() -> bool {
    let tried = std::thread::spawn(|| namespace().map(|_| ())).join();
    let why = match tried {
        Ok(Ok(())) => match tun() {
            Ok(_) => return true,
            Err(error) => format!("/dev/net/tun: {error}"),
        },
        Ok(Err(error)) => format!("unshare: {error}"),
        Err(_) => "a thread failed".to_owned(),
    };
    let text = format!(
        "E_NET_NAMESPACES: SKIPPED, this process may not make network namespaces ({why}); \
         run scripts/net-test, or run the tests as root"
    );
    assert!(std::env::var_os(REQUIRED).is_none(), "{text}");
    eprintln!("{text}");
    false
}

impl Machine {
    /// A new machine on a good cable: 10.77.0.1 at the first port, and so on.
    pub fn on(switch: &Switch) -> Self {
        let (device, namespace) = std::thread::spawn(|| {
            let namespace = namespace().expect("a network namespace");
            (tap().expect("a TAP device"), namespace)
        })
        .join()
        .expect("a machine");
        let port = switch.plug(device);
        let last = u8::try_from(port + 1).expect("few machines");
        let ip = Ipv4Addr::new(10, 77, 0, last);
        let jobs = worker(Some(namespace.try_clone().expect("a second handle")));
        let place = Place {
            port,
            switch: switch.clone(),
            namespace,
        };
        let machine = Self {
            ip,
            place: Some(place),
            jobs,
        };
        let hardware = Switch::address(port)
            .map(|byte| format!("{byte:02x}"))
            .join(":");
        let (address, hardware) = (format!("{ip}/24"), hardware.as_str());
        for line in [
            &["link", "set", "lo", "up"][..],
            &["link", "set", DEVICE, "address", hardware],
            &["address", "add", &address, "dev", DEVICE],
            &["link", "set", DEVICE, "up"],
        ] {
            let status = machine.command("ip").args(line).status();
            assert!(status.expect("the program ip").success(), "ip {line:?}");
        }
        machine
    }

    /// The machine that the test runs on, for what needs no cable of its own.
    pub fn here() -> Self {
        Self {
            ip: Ipv4Addr::LOCALHOST,
            place: None,
            jobs: worker(None),
        }
    }

    /// A command that will run on this machine.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        let Some(place) = &self.place else {
            return command;
        };
        let namespace = place.namespace.as_raw_fd();
        // SAFETY: between fork and exec only `setns` is called, which is a plain system
        // call on a descriptor that this machine holds open.
        unsafe {
            command.pre_exec(move || enter(namespace));
        }
        command
    }

    /// Does something on this machine, and waits for it.
    pub fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&tokio::runtime::Runtime) -> T + Send + 'static,
    ) -> T {
        let (answer, answered) = channel();
        let job: Job = Box::new(move |runtime| {
            let _ = answer.send(job(runtime));
        });
        self.jobs.send(job).expect("the machine's thread");
        answered.recv().expect("the job's end")
    }

    /// Changes its cable.
    pub fn cable(&self, cable: Cable) {
        let place = self.place();
        place.switch.set(place.port, cable);
    }

    /// What its cable has carried.
    pub fn carried(&self) -> Carried {
        let place = self.place();
        place.switch.carried(place.port)
    }

    fn place(&self) -> &Place {
        self.place.as_ref().expect("a machine with a cable")
    }
}

/// A thread that lives on the machine; what it connects to, it reaches from there.
fn worker(namespace: Option<File>) -> Sender<Job> {
    let (jobs, todo) = channel::<Job>();
    std::thread::spawn(move || {
        if let Some(namespace) = namespace {
            enter(namespace.as_raw_fd()).expect("the namespace");
        }
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        while let Ok(job) = todo.recv() {
            job(&runtime);
        }
    });
    jobs
}

/// Puts the calling thread into a new namespace.
fn namespace() -> io::Result<File> {
    // SAFETY: a plain system call; it changes this thread only.
    if unsafe { libc::unshare(libc::CLONE_NEWNET) } != 0 {
        return Err(io::Error::last_os_error());
    }
    File::open("/proc/thread-self/ns/net")
}

fn enter(namespace: i32) -> io::Result<()> {
    // SAFETY: a plain system call; it changes this thread only.
    match unsafe { libc::setns(namespace, libc::CLONE_NEWNET) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

fn tun() -> io::Result<File> {
    let path = c"/dev/net/tun";
    // SAFETY: the path ends in a zero byte; the descriptor is given to one owner.
    unsafe {
        match libc::open(path.as_ptr(), libc::O_RDWR | libc::O_CLOEXEC) {
            -1 => Err(io::Error::last_os_error()),
            descriptor => Ok(File::from_raw_fd(descriptor)),
        }
    }
}

/// A TAP device in the calling thread's namespace.
fn tap() -> io::Result<File> {
    let device = tun()?;
    // SAFETY: all-zero is a valid `ifreq`.
    let mut request: libc::ifreq = unsafe { std::mem::zeroed() };
    for (letter, byte) in request.ifr_name.iter_mut().zip(DEVICE.bytes()) {
        *letter = byte as libc::c_char;
    }
    request.ifr_ifru.ifru_flags = TAP_BARE;
    // SAFETY: the request lives through the call and is as large as the kernel reads.
    match unsafe { libc::ioctl(device.as_raw_fd(), TUNSETIFF, &request) } {
        -1 => Err(io::Error::last_os_error()),
        _ => Ok(device),
    }
}
