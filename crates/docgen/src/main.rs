//! `commons-credit-docgen`: writes the derived files, or says which is stale.

use clap::Parser;
use std::path::PathBuf;
use std::process::ExitCode;

/// Writes ui/src/generated/api.ts and docs/zome-api.md from the sources
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The top of the checkout, where happ.yaml is
    #[arg(long, default_value = ".")]
    root: PathBuf,
    /// Write nothing; fail when a file would change
    #[arg(long)]
    check: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = if arguments.check {
        commons_credit_docgen::check(&arguments.root).map(|()| Vec::new())
    } else {
        commons_credit_docgen::write(&arguments.root)
    };
    match done {
        Ok(written) => {
            for path in written {
                println!("written: {path}");
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{}: {error}", error.code());
            ExitCode::FAILURE
        }
    }
}
