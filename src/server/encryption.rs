//! The beginning of an encrypted connection: the handshake, in the connection's own task and within
//! its time. It knows nothing of what is served afterwards.

use std::io;
use std::pin::Pin;

use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_io_timeout::TimeoutStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::tls::{Shown, Tls};

use super::App;
use super::connection::timed;
use super::peer::{Peer, Transport};
use super::unencrypted;

/// The type of the record that a TLS handshake begins with (RFC 8446, 5.1).
const HANDSHAKE: u8 = 0x16;

/// An encrypted connection.
pub(super) type Encrypted = TlsStream<Pin<Box<TimeoutStream<TcpStream>>>>;

/// Opens a connection under the certificate in force, and notes on `peer` how, and who it is. `None`
/// where the client does not come so far in time; one that speaks plain HTTP is told.
pub(super) async fn open(
    stream: TcpStream,
    tls: &Tls,
    peer: &mut Peer,
    app: &App,
) -> Option<Encrypted> {
    let limits = app.0.limits;
    let opened = timeout(limits.handshake, async {
        match first_byte(&stream).await? {
            None => Ok(None),
            Some(HANDSHAKE) => shake_hands(stream, tls, peer, app).await.map(Some),
            Some(_) => {
                app.note_denied("not_encrypted", peer.address);
                tracing::info!(peer = %peer.address, "unencrypted HTTP was turned away");
                let hosts = app.0.access.hosts();
                unencrypted::answer(stream, hosts).await.map(|()| None)
            }
        }
    });
    match opened.await {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => {
            app.note_denied("tls_failed", peer.address);
            tracing::info!(peer = %peer.address, %error, "a handshake failed");
            None
        }
        Err(_) => {
            tracing::info!(peer = %peer.address, "no handshake within --handshake-timeout");
            None
        }
    }
}

/// The first byte that the client sends, which stays to be read.
async fn first_byte(stream: &TcpStream) -> io::Result<Option<u8>> {
    let mut byte = [0];
    let length = stream.peek(&mut byte).await?;
    Ok(byte.get(..length).and_then(|bytes| bytes.first().copied()))
}

async fn shake_hands(
    stream: TcpStream,
    tls: &Tls,
    peer: &mut Peer,
    app: &App,
) -> io::Result<Encrypted> {
    let (settings, certificate) = tls.in_force();
    let acceptor = TlsAcceptor::from(settings);
    let stream = acceptor.accept(timed(stream, &app.0.limits)).await?;
    let (_, connection) = stream.get_ref();
    let shown = connection.peer_certificates().unwrap_or_default();
    peer.transport = Transport::Tls(certificate.trust);
    peer.certificate = Shown::new(shown);
    Ok(stream)
}
