//! Certificates of both sides, reloading, plain HTTP where TLS is spoken.

mod reload;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant, SystemTime};

use webterm::server::Limits;
use webterm::tls::{Identity, Tls, TlsOptions};

use crate::limits::read_to_close;
use crate::support::certificates::{Authority, DAY};
use crate::support::{
    DEADLINE, Local, TempDir, Viewer, Webterm, exchange, get, handshake, output_of, require,
    wait_until,
};

const SIGHUP: i32 = 1;
const SIGTERM: i32 = 15;

/// webterm with options of TLS, whose state is kept in `dir`.
fn start(dir: &TempDir, args: &[&str]) -> Webterm {
    let mut command = Webterm::command();
    command.env("XDG_STATE_HOME", dir.path());
    Webterm::launch(command.args(args))
}

/// The port of an address.
fn port(address: &str) -> &str {
    address.rsplit_once(':').unwrap().1
}

/// What curl answers for the page at https://localhost, and whether it got there.
fn curl(address: &str, args: &[&str]) -> Output {
    require("curl");
    Command::new("curl")
        .args(["--silent", "--show-error", "--max-time", "20", "--include"])
        .args(args)
        .arg(format!("https://localhost:{}/", port(address)))
        .output()
        .unwrap()
}

fn text(output: &Output) -> String {
    let both = [&output.stdout[..], &output.stderr[..]].concat();
    String::from_utf8_lossy(&both).into_owned()
}

/// What `openssl s_client` prints of a connection.
fn openssl(address: &str, args: &[&str]) -> Output {
    require("openssl");
    Command::new("openssl")
        .args(["s_client", "-connect", address, "-servername", "localhost"])
        .args(args)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// The SHA-256 fingerprint that openssl sees.
fn fingerprint_seen(dir: &TempDir, address: &str) -> String {
    let file = dir.file("seen.pem");
    std::fs::write(&file, openssl(address, &[]).stdout).unwrap();
    let args = ["x509", "-noout", "-fingerprint", "-sha256", "-in", &file];
    let line = output_of("openssl", &args);
    line.trim().split_once('=').unwrap().1.to_owned()
}

fn fingerprint_printed(webterm: &Webterm) -> String {
    wait_until("the fingerprint", || {
        let log = webterm.log();
        let line = log.lines().find(|line| line.contains("SHA-256"))?;
        Some(line.rsplit_once(' ')?.1.to_owned())
    })
}

#[test]
fn r31_our_own_certificate_is_the_one_whose_fingerprint_is_printed_and_lasts() {
    let dir = TempDir::new();
    let webterm = start(&dir, &["-t", "--allow-host", "box.example", "cat"]);
    let address = webterm.address();
    let log = webterm.log();
    assert!(log.contains(&format!("open https://{address}/")), "{log}");
    let printed = fingerprint_printed(&webterm);
    assert_eq!(fingerprint_seen(&dir, &address), printed);
    // Whoever trusts it gets the page under each name.
    let kept = dir.file("webterm/self-signed.pem");
    let page = curl(&address, &["--cacert", &kept]);
    assert!(text(&page).starts_with("HTTP/1.1 200"), "{}", text(&page));
    for name in ["box.example", "127.0.0.1"] {
        let url = format!("https://{name}:{}/", port(&address));
        let place = format!("{name}:{}:127.0.0.1", port(&address));
        let args = [
            "-sS",
            "-o",
            "/dev/null",
            "-w",
            "%{http_code}",
            "--cacert",
            &kept,
        ];
        let args = [&args[..], &["--resolve", &place, &url]].concat();
        assert_eq!(output_of("curl", &args), "200", "{name}");
    }
    assert!(
        !curl(&address, &[]).status.success(),
        "nobody vouches for it"
    );
    drop(webterm);
    let again = start(&dir, &["-t", "cat"]);
    assert_eq!(fingerprint_printed(&again), printed);
}

#[test]
fn r13_browsers_are_told_to_stay_with_tls_where_the_certificate_is_real() {
    let dir = TempDir::new();
    let authority = Authority::new("root");
    let [certificate, key] = authority.sign_well(&dir, "server");
    let root = dir.file("root.pem");
    std::fs::write(&root, &authority.pem).unwrap();
    let real = start(&dir, &["--tls-crt", &certificate, "--tls-key", &key, "cat"]);
    let page = text(&curl(&real.address(), &["--cacert", &root]));
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    let lines: Vec<&str> = page
        .lines()
        .filter(|line| line.contains("strict-"))
        .collect();
    assert_eq!(lines, ["strict-transport-security: max-age=31536000"]);
    let own = start(&dir, &["-t", "cat"]);
    let page = text(&curl(&own.address(), &["--insecure"]));
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    assert!(!page.contains("strict-transport-security"), "{page}");
}

#[test]
fn r31_only_the_versions_and_suites_of_today_are_spoken() {
    let dir = TempDir::new();
    let (certificate, key) = (dir.file("rsa.pem"), dir.file("rsa.key"));
    output_of(
        "openssl",
        &[
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-subj",
            "/CN=localhost",
            "-days",
            "30",
            "-keyout",
            &key,
            "-out",
            &certificate,
        ],
    );
    let webterm = start(&dir, &["--tls-crt", &certificate, "--tls-key", &key, "cat"]);
    let address = webterm.address();
    let agreed = |args: &[&str]| openssl(&address, args).status.success();
    let weak = ["-cipher", "ALL:@SECLEVEL=0"];
    assert!(agreed(&["-tls1_3"]) && agreed(&["-tls1_2"]));
    assert!(!agreed(&[&["-tls1_1"], &weak[..]].concat()));
    assert!(!agreed(&[&["-tls1"], &weak[..]].concat()));
    for suite in ["ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-CHACHA20-POLY1305"] {
        assert!(agreed(&["-tls1_2", "-cipher", suite]), "{suite}");
    }
    for suite in [
        "ECDHE-RSA-AES128-SHA",
        "ECDHE-RSA-AES256-SHA384",
        "AES128-SHA",
        "AES128-GCM-SHA256",
        "DHE-RSA-AES128-GCM-SHA256",
    ] {
        let suite = format!("{suite}:@SECLEVEL=0");
        assert!(!agreed(&["-tls1_2", "-cipher", &suite]), "{suite}");
    }
}

/// A ClientHello of TLS 1.2 that offers one suite and nothing else.
fn client_hello(suite: u16) -> Vec<u8> {
    let mut body = vec![3, 3];
    body.extend([7; 32]);
    body.extend([0, 0, 2]);
    body.extend(suite.to_be_bytes());
    body.extend([1, 0]);
    let mut record = vec![0x16, 3, 1, 0, u8::try_from(body.len() + 4).unwrap()];
    record.extend([1, 0, 0, u8::try_from(body.len()).unwrap()]);
    record.extend(body);
    record
}

#[test]
fn r31_rc4_and_other_suites_that_openssl_no_longer_has_are_refused() {
    const ALERT: u8 = 0x15;
    let dir = TempDir::new();
    let webterm = start(&dir, &["-t", "cat"]);
    // RC4 with SHA and MD5, ECDHE with RC4, 3DES, NULL.
    for suite in [0x0005, 0x0004, 0xc011, 0xc007, 0x000a, 0x003b] {
        let mut stream = TcpStream::connect(webterm.address()).unwrap();
        stream.set_read_timeout(Some(DEADLINE)).unwrap();
        stream.write_all(&client_hello(suite)).unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        assert_eq!(answer.first(), Some(&ALERT), "{suite:#x}");
    }
}

#[test]
fn r46_http_1_is_all_that_is_spoken_inside() {
    let dir = TempDir::new();
    let webterm = start(&dir, &["-t", "cat"]);
    let address = webterm.address();
    let page = text(&curl(&address, &["--insecure", "--http2"]));
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    assert!(!openssl(&address, &["-alpn", "h2"]).status.success());
    assert!(
        openssl(&address, &["-alpn", "h2,http/1.1"])
            .status
            .success()
    );
}

#[test]
fn r31_clients_are_let_in_by_certificates_of_the_given_authority_only() {
    let dir = TempDir::new();
    let (ours, other) = (Authority::new("ours"), Authority::new("other"));
    let roots = dir.file("ours.pem");
    std::fs::write(&roots, &ours.pem).unwrap();
    let args = ["-v", "-a", "0.0.0.0", "-w", "--tls-ca-crt", &roots, "cat"];
    let webterm = start(&dir, &args);
    let log = webterm.log();
    assert!(log.contains("who has a certificate can type"), "{log}");
    let address = webterm.address();
    let with = |[certificate, key]: [String; 2]| {
        let args = ["--insecure", "--cert", &certificate, "--key", &key];
        text(&curl(&address, &args))
    };
    let good = with(ours.sign_well(&dir, "Ada"));
    assert!(good.starts_with("HTTP/1.1 200"), "{good}");
    let missing = text(&curl(&address, &["--insecure"]));
    let foreign = with(other.sign_well(&dir, "Eve"));
    let ended = with(ours.sign(&dir, "Bob", SystemTime::now() - DAY));
    let early = with(ours.sign(&dir, "Zoe", SystemTime::now() + 500 * DAY));
    for refused in [missing, foreign, ended, early] {
        assert!(!refused.contains("HTTP/1.1"), "{refused}");
        assert!(refused.contains("alert"), "{refused}");
    }
    wait_until("each is logged with its reason", || {
        let log = webterm.log();
        let failed = log
            .lines()
            .filter(|line| line.contains("a handshake failed"));
        let failed: Vec<&str> = failed.collect();
        let all = failed.len() == 4 && failed.iter().any(|line| line.contains("expired"));
        all.then_some(())
    });
    // Whoever views goes by the name in it.
    let [certificate, key] = ours.sign_well(&dir, "Ada Lovelace");
    let mut client = Command::new("openssl")
        .args(["s_client", "-quiet", "-connect", &address])
        .args(["-cert", &certificate, "-key", &key])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let request = handshake(&address, "/ws", "");
    client
        .stdin
        .as_mut()
        .unwrap()
        .write_all(request.as_bytes())
        .unwrap();
    wait_until("the viewer's name", || {
        webterm.log().contains("Ada Lovelace").then_some(())
    });
    client.kill().unwrap();
    client.wait().unwrap();
}

#[test]
fn r31_files_that_cannot_be_used_end_the_start_with_their_names() {
    let dir = TempDir::new();
    let authority = Authority::new("root");
    let [ended, ended_key] = authority.sign(&dir, "ended", SystemTime::now() - DAY);
    let [good, good_key] = authority.sign_well(&dir, "good");
    let missing = dir.file("missing.pem");
    for (certificate, key, words) in [
        (&ended, &ended_key, "ended.pem: the certificate ended on"),
        (&good, &ended_key, "ended.key: it is the key of another"),
        (&missing, &good_key, "missing.pem: there is no such file"),
        (&good_key, &good, "good.key: it holds no certificate"),
    ] {
        let mut command = Webterm::command();
        command.args(["--tls-crt", certificate, "--tls-key", key, "cat"]);
        let output = command.output().unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{errors}");
        assert_eq!(errors.lines().count(), 1, "{errors}");
        assert!(
            errors.starts_with("webterm: --tls-crt ") || errors.starts_with("webterm: --tls-key ")
        );
        assert!(errors.contains(words), "{errors}");
    }
}

#[test]
fn a_session_over_tls_is_like_any_other_and_ends_in_order() {
    let dir = TempDir::new();
    let authority = Authority::new("root");
    let [certificate, key] = authority.sign_well(&dir, "server");
    let args = ["--tls-crt", &certificate, "--tls-key", &key];
    let script = "stty -echo; read go; seq 1 100000; cat";
    let mut webterm = start(&dir, &[&args[..], &["-w", "sh", "-c", script]].concat());
    let mut viewer = authority.viewer(&webterm.address());
    viewer.set_size(77, 20);
    viewer.wait_for_size(77, 20);
    // More than all buffers on the way hold, to and fro.
    viewer.type_in("go\r");
    viewer.wait_for_output("\n100000\r\n");
    let lines: String = (1..=100_000)
        .map(|number| format!("{number}\r\n"))
        .collect();
    assert!(viewer.output.ends_with(&lines), "all of it, in order");
    let long = "0123456789abcdef".repeat(64) + "\r";
    for _ in 0..500 {
        viewer.type_in(&long);
    }
    viewer.type_in("the end\r");
    viewer.wait_for_output("\nthe end\r\n");
    let line = long.replace('\r', "\r\n");
    let typed = format!("{lines}{}the end\r\n", line.repeat(500));
    assert!(viewer.output.ends_with(&typed), "all of it, in order");
    webterm.signal(SIGTERM);
    assert_eq!(
        viewer.wait_for_close(),
        (1001, "the server stops".to_owned())
    );
    assert!(webterm.wait().success());
}

#[test]
fn r13_a_pass_over_tls_is_for_this_very_host_and_pages_of_plain_http_are_foreign() {
    let dir = TempDir::new();
    let authority = Authority::new("root");
    let [certificate, key] = authority.sign_well(&dir, "server");
    let args = [
        "--tls-crt",
        &certificate,
        "--tls-key",
        &key,
        "-c",
        "ada:secret",
        "cat",
    ];
    let webterm = start(&dir, &args);
    let address = webterm.address();
    let page = text(&curl(&address, &["--insecure", "--user", "ada:secret"]));
    let cookie = page
        .lines()
        .find_map(|line| line.strip_prefix("set-cookie: "));
    let (pass, attributes) = cookie.unwrap().split_once("; ").unwrap();
    let name = format!("__Host-webterm-{}=", port(&address));
    assert!(pass.starts_with(&name), "{pass}");
    for attribute in ["Path=/", "Secure", "HttpOnly", "SameSite=Strict"] {
        assert!(
            attributes.split("; ").any(|one| one == attribute),
            "{attributes}"
        );
    }
    let url = format!("wss://{address}/ws");
    let attempt = |origin: &str| {
        let headers = [("cookie", pass), ("origin", origin)];
        Viewer::over(authority.connect(&address), &url, &headers).map(|_| ())
    };
    assert_eq!(attempt(&format!("https://{address}")), Ok(()));
    assert_eq!(attempt(&format!("http://{address}")), Err(403));
}

#[test]
fn r31_nothing_is_served_in_plain_where_tls_is_spoken() {
    let dir = TempDir::new();
    let webterm = start(&dir, &["-t", "-w", "cat"]);
    let address = webterm.address();
    let page = get(&address, "/some?where", "");
    assert_eq!(page.status, 308);
    let place = format!("https://{address}/some?where");
    assert_eq!(page.header("location"), Some(&*place));
    assert!(page.text().contains("https://"));
    let foreign = "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n";
    let post = format!("POST / HTTP/1.1\r\nHost: {address}\r\nContent-Length: 4\r\n\r\nabcd");
    for request in [
        foreign,
        &post,
        "nonsense\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ] {
        let answer = exchange(&address, request);
        assert_eq!(answer.status, 400, "{request:?}");
        assert!(answer.text().contains("use https://"), "{}", answer.text());
    }
    let socket = exchange(&address, &handshake(&address, "/ws", ""));
    assert_eq!(socket.status, 308);
}

#[test]
fn r12_slow_handshakes_are_cut_and_delay_nobody() {
    let options = TlsOptions {
        identity: Identity::Own { state: None },
        clients: None,
    };
    let tls = Tls::load(options, vec!["localhost".to_owned()]).unwrap();
    let limits = Limits {
        handshake: Duration::from_millis(1500),
        ..Limits::default()
    };
    let server = Local::start_with(limits, Some(tls));
    let hello = client_hello(0xc02b);
    let starts: [&[u8]; 4] = [b"", &hello[..1], &hello[..20], b"GET / HTTP/1.1\r\n"];
    let mut slow: Vec<TcpStream> = (0..100)
        .map(|number| {
            let mut stream = TcpStream::connect(server.address).unwrap();
            stream.write_all(starts[number % starts.len()]).unwrap();
            stream
        })
        .collect();
    let begin = Instant::now();
    let answer = curl(&server.address.to_string(), &["--insecure"]);
    let taken = begin.elapsed();
    assert!(
        text(&answer).starts_with("HTTP/1.1 200"),
        "{}",
        text(&answer)
    );
    assert!(taken < Duration::from_secs(1), "{taken:?}");
    for stream in &mut slow {
        assert!(read_to_close(stream).1 < DEADLINE / 2);
    }
}
