//! Compresses the page's files and writes the table through which `server::assets` serves them.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use sha2::{Digest, Sha256};

/// What is served of `assets/`, by file ending, and the content type that it is served as.
const TYPES: [(&str, &str); 7] = [
    ("html", "text/html; charset=utf-8"),
    ("css", "text/css; charset=utf-8"),
    ("js", "text/javascript; charset=utf-8"),
    ("mjs", "text/javascript; charset=utf-8"),
    ("svg", "image/svg+xml"),
    ("png", "image/png"),
    ("woff2", "font/woff2"),
];

/// The themes, as `css/theme.css` names them; each has pages of its own.
const THEMES: [&str; 2] = ["dark", "light"];

/// The modes of a page that says `@MODE@`; it is made for each of them. That to watch is not at the root,
/// but below `sessions/`.
const MODES: [&str; 4] = ["shared", "per-viewer", "named", "watch"];

struct Asset {
    path: String,
    content_type: &'static str,
    bytes: Vec<u8>,
}

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("assets");
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo sets it"));
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=assets");

    let mut assets = Vec::new();
    collect(&root, &root, &mut assets)?;
    assets.sort_by(|a, b| a.path.cmp(&b.path));
    let version = version(&assets);
    let mut assets = with_pages_for_each_theme(assets, &version);
    assets.sort_by(|a, b| a.path.cmp(&b.path));
    let mut table = format!("const VERSION: &str = {version:?};\n");
    table.push_str("static ASSETS: &[Asset] = &[\n");
    for (index, asset) in assets.iter().enumerate() {
        entry(&mut table, &out, index, asset)?;
    }
    table.push_str("];\n");
    fs::write(out.join("assets.rs"), table)
}

/// In the place of a page, say `lines.html`, one for each theme, say `dark/lines.html`; in that of one
/// that names its mode, one for each theme and mode, say `dark/shared/index.html`.
fn with_pages_for_each_theme(assets: Vec<Asset>, version: &str) -> Vec<Asset> {
    let css = assets.iter().find(|asset| asset.path == "css/theme.css");
    let css = text(css.expect("the themes are there")).to_owned();
    let (pages, mut others): (Vec<_>, Vec<_>) = assets
        .into_iter()
        .partition(|asset| asset.content_type.starts_with("text/html"));
    for theme in THEMES {
        let background = background(&css, theme);
        for page in &pages {
            let themed = text(page)
                .replace("@VERSION@", version)
                .replace("@THEME@", theme)
                .replace("@BACKGROUND@", background);
            let made = |path: String, text: String| Asset {
                path: format!("{theme}/{path}"),
                content_type: page.content_type,
                bytes: text.into_bytes(),
            };
            if themed.contains("@MODE@") {
                others.extend(
                    MODES
                        .iter()
                        .map(|mode| made(format!("{mode}/{}", page.path), in_mode(mode, &themed))),
                );
            } else {
                others.push(made(page.path.clone(), themed));
            }
        }
    }
    others
}

/// A page in a mode: a line that names other modes only, say `data-mode="named"`, is not in it.
fn in_mode(mode: &str, page: &str) -> String {
    let is_kept = |line: &&str| match line.split_once("data-mode=\"") {
        Some((_, rest)) => {
            let modes = rest.split('"').next().unwrap_or_default();
            modes.split(' ').any(|word| word == mode)
        }
        None => true,
    };
    let root = if mode == "watch" { "../" } else { "" };
    let page = page
        .replace("@MODE@", mode)
        .replace("\"static/", &format!("\"{root}static/"));
    let lines: Vec<_> = page.lines().filter(is_kept).collect();
    lines.join("\n") + "\n"
}

fn text(asset: &Asset) -> &str {
    std::str::from_utf8(&asset.bytes).expect("our files are UTF-8")
}

/// A theme's background, which browsers paint around the page.
fn background<'a>(css: &'a str, theme: &str) -> &'a str {
    css.split_once(&format!("[data-theme=\"{theme}\"]"))
        .and_then(|(_, rest)| rest.split_once("--term-background:"))
        .and_then(|(_, rest)| rest.split_once(';'))
        .map(|(colour, _)| colour.trim())
        .expect("each theme has a background")
}

fn collect(root: &Path, dir: &Path, assets: &mut Vec<Asset>) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(root, &path, assets)?;
            continue;
        }
        let ending = path.extension().and_then(|e| e.to_str()).unwrap_or("");
        if let Some((_, content_type)) = TYPES.iter().find(|(known, _)| *known == ending) {
            let relative = path.strip_prefix(root).expect("it was found there");
            assets.push(Asset {
                path: relative
                    .to_str()
                    .expect("our file names are UTF-8")
                    .replace('\\', "/"),
                content_type,
                bytes: fs::read(&path)?,
            });
        }
    }
    Ok(())
}

/// One version for all files: a change in any of them gives all of them new addresses, so that
/// modules which import each other by relative paths never mix versions.
fn version(assets: &[Asset]) -> String {
    let mut hash = Sha256::new();
    for asset in assets {
        hash.update(asset.path.as_bytes());
        hash.update([0]);
        hash.update((asset.bytes.len() as u64).to_le_bytes());
        hash.update(&asset.bytes);
    }
    hex(&hash.finalize(), 6)
}

fn hex(digest: &[u8], bytes: usize) -> String {
    digest
        .iter()
        .take(bytes)
        .fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

fn entry(table: &mut String, out: &Path, index: usize, asset: &Asset) -> io::Result<()> {
    let etag = format!("\"{}\"", hex(&Sha256::digest(&asset.bytes), 12));
    let store = |kind: &str, bytes: &[u8]| -> io::Result<String> {
        let name = format!("asset-{index}.{kind}");
        fs::write(out.join(&name), bytes)?;
        Ok(format!(
            "include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{name}\"))"
        ))
    };
    let plain = store("plain", &asset.bytes)?;
    let gzip = store("gz", &gzip(&asset.bytes)?)?;
    let brotli = store("br", &brotli(&asset.bytes)?)?;
    let _ = writeln!(
        table,
        "    Asset {{ path: {:?}, content_type: {:?}, etag: {etag:?}, plain: {plain}, gzip: {gzip}, brotli: {brotli} }},",
        asset.path, asset.content_type,
    );
    Ok(())
}

fn gzip(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish()
}

fn brotli(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let params = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: bytes.len(),
        ..Default::default()
    };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut io::Cursor::new(bytes), &mut compressed, &params)?;
    Ok(compressed)
}
