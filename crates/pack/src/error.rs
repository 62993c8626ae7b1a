//! Every way packing can fail, each with a stable code and what to do.

use std::path::PathBuf;
use thiserror::Error;

/// Why nothing, or not everything, was packed.
#[derive(Debug, Error)]
pub enum PackError {
    /// The folder given as the checkout has no `happ.yaml`.
    #[error("there is no happ.yaml in {root}; run this at the top of the checkout or give --root", root = .root.display())]
    NotACheckout {
        /// The folder that was looked in.
        root: PathBuf,
    },
    /// The UI was not built.
    #[error("there is no index.html in {ui}; build the UI first (`make happ` does) or give --without-ui", ui = .ui.display())]
    UiNotBuilt {
        /// The folder that was looked in.
        ui: PathBuf,
    },
    /// A manifest, or a file that a manifest names, cannot be bundled.
    #[error(
        "{manifest} cannot be packed ({reason}); `make happ` builds every part it names first"
    )]
    NotBundled {
        /// Which manifest, from the top of the checkout.
        manifest: &'static str,
        /// The bundler's words.
        reason: String,
    },
    /// A manifest is well formed, but this project must not ship it.
    #[error("{manifest} says {found}; it must say {wanted}")]
    WrongManifest {
        /// Which manifest, from the top of the checkout.
        manifest: &'static str,
        /// What stands there.
        found: String,
        /// What has to stand there.
        wanted: &'static str,
    },
    /// A bundle that was just written does not read back.
    #[error("{path} does not read back ({reason}); free some disk space and run `make happ` again", path = .path.display())]
    NotReadBack {
        /// The bundle.
        path: PathBuf,
        /// The reader's words.
        reason: String,
    },
    /// A file or folder cannot be read.
    #[error("{path} cannot be read ({reason}); check that it is there and that you may read it", path = .path.display())]
    NotRead {
        /// The file or folder.
        path: PathBuf,
        /// The system's words.
        reason: std::io::Error,
    },
    /// A file cannot be written.
    #[error("{path} cannot be written ({reason}); check the free space and that you may write there", path = .path.display())]
    NotWritten {
        /// The file or folder.
        path: PathBuf,
        /// The system's words.
        reason: std::io::Error,
    },
}

impl PackError {
    /// The stable name of this refusal.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotACheckout { .. } => "E_PACK_NOT_A_CHECKOUT",
            Self::UiNotBuilt { .. } => "E_PACK_UI_NOT_BUILT",
            Self::NotBundled { .. } => "E_PACK_NOT_BUNDLED",
            Self::WrongManifest { .. } => "E_PACK_WRONG_MANIFEST",
            Self::NotReadBack { .. } => "E_PACK_NOT_READ_BACK",
            Self::NotRead { .. } => "E_PACK_NOT_READ",
            Self::NotWritten { .. } => "E_PACK_NOT_WRITTEN",
        }
    }
}
