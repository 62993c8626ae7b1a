//! Puts what the program carries where the compiler can embed it: the packed app
//! and the built UI. Both may be missing in a fresh checkout; then the program
//! compiles without them and says at run time what is to be made first.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let room = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());

    let happ = room.join("../../workdir/commons-credit.happ");
    let bytes = if watch(&happ) {
        fs::read(&happ)?
    } else {
        Vec::new()
    };
    fs::write(out.join("commons-credit.happ"), bytes)?;

    let ui = room.join("../../ui/dist");
    let embedded = out.join("ui");
    if embedded.exists() {
        fs::remove_dir_all(&embedded)?;
    }
    fs::create_dir_all(&embedded)?;
    if watch(&ui) {
        copy_folder(&ui, &embedded)?;
    }
    Ok(())
}

/// Has cargo run this again when `path` changes, or when it comes into being.
fn watch(path: &Path) -> bool {
    let exists = path.exists();
    let watched = path.ancestors().find(|ancestor| ancestor.exists());
    if let Some(watched) = watched {
        println!("cargo::rerun-if-changed={}", watched.display());
    }
    exists
}

fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            fs::create_dir_all(&target)?;
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}
