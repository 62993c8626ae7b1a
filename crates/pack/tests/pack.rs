//! Packing small checkouts, with this project's own manifests.

use commons_credit_pack::{pack, Checkout, PackError, Packed};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// A checkout with the real manifests, and zomes and a UI of a few bytes.
fn checkout() -> (TempDir, Checkout) {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let root = folder.path().to_path_buf();
    for name in [
        "happ.yaml",
        "workdir/web-happ.yaml",
        "dnas/village/workdir/dna.yaml",
    ] {
        let target = root.join(name);
        fs::create_dir_all(target.parent().expect("a folder")).expect("a new folder");
        fs::copy(here.join(name), target).expect("a manifest of this project");
    }
    write(&root, "dnas/village/workdir/village_integrity.wasm", "law");
    write(&root, "dnas/village/workdir/village.wasm", "calls");
    write(&root, "ui/dist/index.html", "<p>hours</p>");
    write(&root, "ui/dist/assets/main.js", "start()");
    let ui = Some(root.join("ui/dist"));
    (folder, Checkout { root, ui })
}

fn write(root: &Path, name: &str, contents: &str) {
    let path = root.join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("a new folder");
    fs::write(path, contents).expect("a new file");
}

async fn packed(checkout: &Checkout) -> Packed {
    pack(checkout).await.expect("a checkout that packs")
}

async fn refused(checkout: &Checkout) -> PackError {
    pack(checkout)
        .await
        .expect_err("a checkout that is refused")
}

fn bytes(checkout: &Checkout, packed: &Packed) -> Vec<Vec<u8>> {
    packed
        .files
        .iter()
        .map(|file| fs::read(checkout.root.join(&file.path)).expect("a packed file"))
        .collect()
}

#[tokio::test]
async fn packs_all_bundles_and_names_the_law_by_its_hash() {
    let (_folder, checkout) = checkout();
    let packed = packed(&checkout).await;
    let paths: Vec<_> = packed.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "workdir/village.dna",
            "workdir/commons-credit.happ",
            "workdir/ui.zip",
            "workdir/commons-credit.webhapp",
        ]
    );
    assert!(packed.dna_hash.starts_with("uhC0k"), "{}", packed.dna_hash);
    let sizes: Vec<_> = packed
        .zomes
        .iter()
        .map(|zome| (zome.name.as_str(), zome.bytes))
        .collect();
    assert_eq!(sizes, [("village_integrity", 3), ("village", 5)]);
    for (file, bytes) in packed.files.iter().zip(bytes(&checkout, &packed)) {
        assert_eq!(file.bytes, bytes.len() as u64, "{}", file.path);
        assert!(file.changed, "{}", file.path);
    }
    let left: Vec<_> = fs::read_dir(checkout.root.join("workdir"))
        .expect("the workdir")
        .map(|entry| entry.expect("an entry").file_name())
        .filter(|name| name.to_string_lossy().starts_with(".packing-"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[tokio::test]
async fn packs_the_same_bytes_elsewhere_and_later() {
    let (_first_folder, first) = checkout();
    let (_second_folder, second) = checkout();
    // Another order of creation and other times.
    fs::remove_file(second.root.join("ui/dist/index.html")).expect("a file less");
    write(&second.root, "ui/dist/index.html", "<p>hours</p>");
    let then = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
    fs::File::open(second.root.join("ui/dist/assets/main.js"))
        .and_then(|file| file.set_modified(then))
        .expect("another time");

    let (one, two) = (packed(&first).await, packed(&second).await);
    assert_eq!(one, two);
    assert_eq!(bytes(&first, &one), bytes(&second, &two));
}

#[tokio::test]
async fn leaves_an_unchanged_bundle_alone() {
    let (_folder, checkout) = checkout();
    let first = packed(&checkout).await;
    let time = |name: &str| {
        fs::metadata(checkout.root.join(name))
            .and_then(|facts| facts.modified())
            .expect("a time")
    };
    let times: Vec<_> = first.files.iter().map(|file| time(&file.path)).collect();
    let again = packed(&checkout).await;
    assert!(again.files.iter().all(|file| !file.changed), "{again:?}");
    let times_again: Vec<_> = again.files.iter().map(|file| time(&file.path)).collect();
    assert_eq!(times, times_again);

    write(&checkout.root, "ui/dist/index.html", "<p>more hours</p>");
    let changed: Vec<_> = packed(&checkout)
        .await
        .files
        .into_iter()
        .filter(|file| file.changed)
        .map(|file| file.path)
        .collect();
    assert_eq!(
        changed,
        ["workdir/ui.zip", "workdir/commons-credit.webhapp"]
    );
}

#[tokio::test]
async fn only_the_law_decides_the_hash() {
    let (_folder, checkout) = checkout();
    let hash = packed(&checkout).await.dna_hash;
    write(
        &checkout.root,
        "dnas/village/workdir/village.wasm",
        "other calls",
    );
    assert_eq!(packed(&checkout).await.dna_hash, hash);
    write(
        &checkout.root,
        "dnas/village/workdir/village_integrity.wasm",
        "another law",
    );
    assert_ne!(packed(&checkout).await.dna_hash, hash);
}

#[tokio::test]
async fn zips_the_ui_with_plain_names_and_all_contents() {
    let (_folder, checkout) = checkout();
    packed(&checkout).await;
    let file = fs::File::open(checkout.root.join("workdir/ui.zip")).expect("the zip");
    let mut zip = zip::ZipArchive::new(file).expect("a zip that opens");
    let names: Vec<_> = zip.file_names().map(ToString::to_string).collect();
    assert_eq!(names, ["assets/main.js", "index.html"]);
    let mut contents = String::new();
    std::io::Read::read_to_string(
        &mut zip.by_name("assets/main.js").expect("the script"),
        &mut contents,
    )
    .expect("its contents");
    assert_eq!(contents, "start()");
}

#[tokio::test]
async fn packs_without_the_ui_when_told_so() {
    let (_folder, mut checkout) = checkout();
    fs::remove_dir_all(checkout.root.join("ui")).expect("no UI");
    let error = refused(&checkout).await;
    assert_eq!(error.code(), "E_PACK_UI_NOT_BUILT");
    checkout.ui = None;
    assert_eq!(packed(&checkout).await.files.len(), 2);
}

#[tokio::test]
async fn refuses_a_missing_zome_by_name() {
    let (_folder, checkout) = checkout();
    fs::remove_file(checkout.root.join("dnas/village/workdir/village.wasm")).expect("a file less");
    let error = refused(&checkout).await;
    assert_eq!(error.code(), "E_PACK_NOT_BUNDLED");
    assert!(error.to_string().contains("village.wasm"), "{error}");
}

#[tokio::test]
async fn refuses_a_manifest_that_must_not_be_shipped_and_keeps_the_old_bundle() {
    let (_folder, checkout) = checkout();
    let old = packed(&checkout).await;
    let old_bytes = bytes(&checkout, &old);
    let manifest = fs::read_to_string(checkout.root.join("happ.yaml")).expect("the manifest");
    write(
        &checkout.root,
        "happ.yaml",
        &manifest.replace("clone_limit: 64", "clone_limit: 0"),
    );
    let error = refused(&checkout).await;
    assert_eq!(error.code(), "E_PACK_WRONG_MANIFEST");
    assert_eq!(bytes(&checkout, &old), old_bytes);
}

#[tokio::test]
async fn refuses_a_folder_that_is_no_checkout() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let error = refused(&Checkout {
        root: folder.path().to_path_buf(),
        ui: None,
    })
    .await;
    assert_eq!(error.code(), "E_PACK_NOT_A_CHECKOUT");
}
