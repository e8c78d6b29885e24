//! The page, its files, headers.

use crate::support::{Webterm, exchange, get, handshake};

/// The addresses of the page's own files, as they stand in it.
fn files_of(page: &str) -> Vec<String> {
    page.split('"')
        .filter(|word| word.starts_with("static/"))
        .map(str::to_owned)
        .collect()
}

/// The address of the page's main script.
fn script_of(address: &str) -> String {
    let files = files_of(&get(address, "/", "").text());
    let script = files.into_iter().find(|file| file.ends_with(".js"));
    script.expect("the page has a script")
}

#[test]
fn the_page_names_its_files_by_relative_versioned_addresses() {
    let webterm = Webterm::start(&["cat"]);
    let address = webterm.address();
    let page = get(&address, "/", "");
    assert_eq!(page.status, 200);
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert!(!page.text().contains("@VERSION@"));
    assert!(
        !page.text().contains("<style") && !page.text().contains("style="),
        "nothing inline"
    );
    let files = files_of(&page.text());
    assert!(files.iter().any(|file| file.ends_with(".js")), "{files:?}");
    for file in files {
        let response = get(&address, &format!("/{file}"), "");
        assert_eq!(response.status, 200, "{file}");
        let cache = response.header("cache-control").unwrap();
        assert!(
            cache.contains("immutable") && cache.contains("max-age=31536000"),
            "{cache}"
        );
    }
}

#[test]
fn files_come_in_the_smallest_form_that_the_client_takes() {
    let webterm = Webterm::start(&["cat"]);
    let address = webterm.address();
    let script = script_of(&address);
    let form = |accept: &str| {
        let response = get(
            &address,
            &format!("/{script}"),
            &format!("Accept-Encoding: {accept}\r\n"),
        );
        assert_eq!(response.header("vary"), Some("accept-encoding"));
        let encoding = response.header("content-encoding").map(str::to_owned);
        (
            encoding,
            response.header("etag").unwrap().to_owned(),
            response.body.len(),
        )
    };
    let (brotli, brotli_tag, brotli_size) = form("gzip, deflate, br");
    let (gzip, gzip_tag, gzip_size) = form("gzip");
    let (plain, plain_tag, plain_size) = form("identity");
    assert_eq!(
        (brotli.as_deref(), gzip.as_deref(), plain.as_deref()),
        (Some("br"), Some("gzip"), None)
    );
    assert!(brotli_size <= gzip_size && gzip_size < plain_size);
    assert!(brotli_tag != gzip_tag && gzip_tag != plain_tag);
    assert_eq!(form("br;q=0, gzip;q=0").0, None);
    assert_eq!(form("br;q=0.5").0.as_deref(), Some("br"));
}

#[test]
fn what_the_client_has_already_is_not_sent_again() {
    let webterm = Webterm::start(&["cat"]);
    let address = webterm.address();
    let tag = get(&address, "/", "").header("etag").unwrap().to_owned();
    let again = get(
        &address,
        "/",
        &format!("If-None-Match: \"other\", {tag}\r\n"),
    );
    assert_eq!((again.status, again.body.len()), (304, 0));
    let other = get(&address, "/", "If-None-Match: \"other\"\r\n");
    assert_eq!(other.status, 200);
}

#[test]
fn addresses_and_methods_that_are_not_offered_are_refused() {
    let webterm = Webterm::start(&["cat"]);
    let address = webterm.address();
    let script = script_of(&address);
    let (_, file) = script.split_once('/').unwrap();
    let (version, file) = file.split_once('/').unwrap();
    for path in [
        "/nothing".to_owned(),
        "/static".to_owned(),
        format!("/static/{version}"),
        format!("/static/{version}/"),
        format!("/static/{version}/../../etc/passwd"),
        format!("/static/{version}/%2e%2e/Cargo.toml"),
        format!("/static/000000000000/{file}"),
        format!("//static/{version}/{file}"),
    ] {
        let response = get(&address, &path, "");
        assert_eq!(response.status, 404, "{path}");
        assert!(!response.text().contains(&path), "errors reflect nothing");
    }
    for path in ["/".to_owned(), format!("/{script}")] {
        for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
            let request = format!(
                "{method} {path} HTTP/1.1\r\nHost: {address}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            );
            let response = exchange(&address, &request);
            assert_eq!(
                (response.status, response.header("allow")),
                (405, Some("GET, HEAD"))
            );
        }
        let request =
            format!("HEAD {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        let response = exchange(&address, &request);
        assert_eq!((response.status, response.body.len()), (200, 0));
        assert_ne!(response.header("content-length"), Some("0"));
    }
}

#[test]
fn r13_every_response_carries_the_protecting_headers() {
    let webterm = Webterm::start(&["cat"]);
    let address = webterm.address();
    let foreign = get(&address, "/", "Origin: http://evil.example\r\n");
    assert_eq!(foreign.status, 403);
    for response in [
        get(&address, "/", ""),
        get(&address, "/nothing", ""),
        foreign,
    ] {
        let policy = response.header("content-security-policy").unwrap();
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(response.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(response.header("referrer-policy"), Some("no-referrer"));
        assert_eq!(
            response.header("cross-origin-opener-policy"),
            Some("same-origin")
        );
        assert!(response.header("cache-control").is_some());
        assert_eq!(response.header("x-frame-options"), Some("DENY"));
        let permissions = response.header("permissions-policy").unwrap();
        assert!(permissions.contains("camera=()"), "{permissions}");
        assert_eq!(response.header("access-control-allow-origin"), None);
        assert_eq!(response.header("server"), None);
    }
}

#[test]
fn r4_requests_for_names_of_other_sites_are_refused_on_every_address() {
    let webterm = Webterm::start(&["-w", "--allow-host", "box.example", "cat"]);
    let address = webterm.address();
    let (_, port) = address.split_once(':').unwrap();
    let status = |path: &str, host: &str| {
        let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        exchange(&address, &request).status
    };
    for host in [
        &address,
        &format!("localhost:{port}"),
        &"box.example".to_owned(),
    ] {
        assert_eq!(status("/", host), 200, "{host}");
    }
    for path in ["/", "/ws", "/nothing", &format!("/{}", script_of(&address))] {
        assert_eq!(status(path, &format!("evil.example:{port}")), 421, "{path}");
    }
    // A whole address in the first line names a host as well.
    assert_eq!(status(&format!("http://{address}/"), &address), 200);
    let other = format!("http://evil.example:{port}/");
    assert_eq!(status(&other, &address), 400);
    assert_eq!(status(&other, &format!("evil.example:{port}")), 421);
    let origin = format!("Origin: http://evil.example:{port}\r\n");
    let rebound = handshake(&format!("evil.example:{port}"), "/ws", &origin);
    let rebound = rebound.replace("Connection: Upgrade", "Connection: Upgrade, close");
    assert_eq!(exchange(&address, &rebound).status, 421);
}

#[test]
fn the_page_and_what_programs_are_told_are_of_one_theme() {
    let script = r"stty raw -echo; printf '\033]11;?\033\\'; head -c 24 | tr '\033' 'e'; sleep 99";
    for (theme, background, told) in [
        ("dark", "#0f1319", "]11;rgb:0f0f/1313/1919"),
        ("light", "#fbfcfd", "]11;rgb:fbfb/fcfc/fdfd"),
    ] {
        let webterm = Webterm::start(&["--theme", theme, "sh", "-c", script]);
        let page = get(&webterm.address(), "/", "").text();
        assert!(page.contains(&format!("data-theme=\"{theme}\"")), "{page}");
        assert!(page.contains(background) && !page.contains('@'), "{page}");
        webterm.viewer().wait_for_output(told);
    }
}
