//! `commons-credit-pack`: packs a checkout, prints the DNA hash.

use clap::Parser;
use commons_credit_pack::{pack, Checkout, Packed};
use std::path::PathBuf;
use std::process::ExitCode;

/// Packs the village DNA, the hApp and the web hApp into workdir/ and prints the DNA hash
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The top of the checkout, where happ.yaml is
    #[arg(long, default_value = ".")]
    root: PathBuf,
    /// The built UI [default: ui/dist in the checkout]
    #[arg(long, conflicts_with = "without_ui")]
    ui: Option<PathBuf>,
    /// Pack no web hApp
    #[arg(long)]
    without_ui: bool,
    /// Print the facts as JSON
    #[arg(long)]
    json: bool,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let ui = (!arguments.without_ui).then(|| {
        arguments
            .ui
            .unwrap_or_else(|| arguments.root.join("ui/dist"))
    });
    let checkout = Checkout {
        root: arguments.root,
        ui,
    };
    match pack(&checkout).await {
        Ok(packed) => {
            if arguments.json {
                println!("{:#}", serde_json::json!(packed));
            } else {
                print_for_people(&packed);
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{}: {error}", error.code());
            ExitCode::FAILURE
        }
    }
}

fn print_for_people(packed: &Packed) {
    for zome in &packed.zomes {
        println!("{:>10} bytes  zome {}", zome.bytes, zome.name);
    }
    for file in &packed.files {
        let state = if file.changed { "written" } else { "unchanged" };
        println!("{:>10} bytes  {} ({state})", file.bytes, file.path);
    }
    println!("DNA hash {}", packed.dna_hash);
}
