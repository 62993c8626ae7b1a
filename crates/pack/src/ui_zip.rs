//! The UI as one zip whose bytes depend on nothing but names and contents.
//!
//! Order, times, permissions and the host system are fixed, so that two people
//! who build the same UI get the same web hApp.

use crate::error::PackError;
use std::fs;
use std::io::{self, Cursor, Write};
use std::path::{Path, PathBuf};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// Zips every file under `ui`, named relative to it with `/` between folders.
pub fn ui_zip(ui: &Path) -> Result<Vec<u8>, PackError> {
    if !ui.join("index.html").is_file() {
        return Err(PackError::UiNotBuilt {
            ui: ui.to_path_buf(),
        });
    }
    let mut names = Vec::new();
    collect(ui, "", &mut names)?;
    names.sort();

    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::DEFAULT)
        .unix_permissions(0o644);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for name in names {
        let path = ui.join(&name);
        let contents = fs::read(&path).map_err(not_read(&path))?;
        zip.start_file(name.as_str(), options)
            .map_err(|error| not_zipped(&path, io::Error::other(error)))?;
        zip.write_all(&contents)
            .map_err(|error| not_zipped(&path, error))?;
    }
    let zipped = zip
        .finish()
        .map_err(|error| not_zipped(ui, io::Error::other(error)))?;
    Ok(zipped.into_inner())
}

/// Appends the names of all files below `root`/`folder`, relative to `root`.
fn collect(root: &Path, folder: &str, names: &mut Vec<String>) -> Result<(), PackError> {
    let here: PathBuf = root.join(folder);
    for entry in fs::read_dir(&here).map_err(not_read(&here))? {
        let entry = entry.map_err(not_read(&here))?;
        let path = entry.path();
        let Ok(file_name) = entry.file_name().into_string() else {
            return Err(PackError::NotRead {
                path,
                reason: io::Error::new(io::ErrorKind::InvalidData, "its name is not UTF-8"),
            });
        };
        let name = if folder.is_empty() {
            file_name
        } else {
            format!("{folder}/{file_name}")
        };
        if path.is_dir() {
            collect(root, &name, names)?;
        } else {
            names.push(name);
        }
    }
    Ok(())
}

fn not_read(path: &Path) -> impl Fn(io::Error) -> PackError + '_ {
    move |reason| PackError::NotRead {
        path: path.to_path_buf(),
        reason,
    }
}

fn not_zipped(path: &Path, reason: io::Error) -> PackError {
    PackError::NotWritten {
        path: path.to_path_buf(),
        reason,
    }
}
