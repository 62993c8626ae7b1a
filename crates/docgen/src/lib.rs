//! Writes the files that are derived from the sources, so that no shape is
//! written twice: the UI's types and the reference of the zome functions.
//!
//! | file | from |
//! |---|---|
//! | `ui/src/generated/api.ts` | the types of `crates/api`, by ts-rs |
//! | `docs/zome-api.md` | the coordinator's externs, `crates/api`, the codes, [`functions`], `zome-api.template.md` |
//!
//! The zome crates are read and never linked: their externs have names of the C
//! library's functions.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod clearing;
mod examples;
pub mod functions;
mod governing;
mod guarding;
mod handing_over;
mod reference;
pub mod source;
mod typescript;

use source::Sources;
use std::path::{Path, PathBuf};

/// Why the files cannot be derived. Each says what to correct.
#[derive(Debug, thiserror::Error)]
pub enum DocgenError {
    /// A file cannot be read or written.
    #[error("{} cannot be used ({cause}); run this from the top of a checkout, or name it with --root", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
    /// A source is not Rust that this program reads.
    #[error("{} does not read ({cause}); correct it, cargo check says more", path.display())]
    Source {
        /// Which file.
        path: PathBuf,
        /// What the parser said.
        cause: syn::Error,
    },
    /// A source says something that the reference has no way to show.
    #[error("{what}; say it in another way, or teach crates/docgen to show it")]
    Unshown {
        /// What is where.
        what: String,
    },
    /// The table of functions, the examples or the template differ from the sources.
    #[error("{what}; bring crates/docgen in line with the sources")]
    Drift {
        /// What differs.
        what: String,
    },
    /// A derived file is not what the sources say.
    #[error("{} is not what the sources say; run `cargo run --bin commons-credit-docgen` and commit it", path.display())]
    Stale {
        /// Which file.
        path: PathBuf,
    },
}

impl DocgenError {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::File { .. } => "E_DOC_FILE",
            Self::Source { .. } => "E_DOC_SOURCE",
            Self::Unshown { .. } => "E_DOC_UNSHOWN",
            Self::Drift { .. } => "E_DOC_DRIFT",
            Self::Stale { .. } => "E_DOC_STALE",
        }
    }
}

/// A derived file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Derived {
    /// Its path from the top of the checkout.
    pub path: &'static str,
    /// What the sources say that is in it.
    pub text: String,
}

/// Derives all files of a checkout; writes nothing.
pub fn derive(root: &Path) -> Result<[Derived; 2], DocgenError> {
    let sources = Sources::read(root)?;
    Ok([
        Derived {
            path: "ui/src/generated/api.ts",
            text: typescript::types(&sources)?,
        },
        Derived {
            path: "docs/zome-api.md",
            text: reference::reference(&sources)?,
        },
    ])
}

/// Writes what differs; returns the paths that were written.
pub fn write(root: &Path) -> Result<Vec<&'static str>, DocgenError> {
    let mut written = Vec::new();
    for derived in derive(root)? {
        let path = root.join(derived.path);
        if !is(&path, &derived.text)? {
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder).map_err(file_error(folder))?;
            }
            std::fs::write(&path, derived.text).map_err(file_error(&path))?;
            written.push(derived.path);
        }
    }
    Ok(written)
}

/// Refuses a checkout in which a file would be written.
pub fn check(root: &Path) -> Result<(), DocgenError> {
    for derived in derive(root)? {
        if !is(&root.join(derived.path), &derived.text)? {
            return Err(DocgenError::Stale {
                path: derived.path.into(),
            });
        }
    }
    Ok(())
}

fn is(path: &Path, text: &str) -> Result<bool, DocgenError> {
    match std::fs::read(path) {
        Ok(found) => Ok(found == text.as_bytes()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(file_error(path)(error)),
    }
}

fn file_error(path: &Path) -> impl Fn(std::io::Error) -> DocgenError + '_ {
    move |cause| DocgenError::File {
        path: path.into(),
        cause,
    }
}
