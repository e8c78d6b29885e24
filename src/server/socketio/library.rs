//! socketioxide, spoken to as a client that polls: it keeps the packets that wait, understands
//! Socket.IO's, and calls the handlers. It knows nothing of terminals, nor of how packets travel.
//!
//! The library could serve connections by itself. But its WebSocket takes messages of 64 MB, which
//! can't be set; it does not tell when there is room for a packet again; it pings behind all that
//! waits, so that a slow client would be taken for dead; and its ids have 96 bits and belong to
//! nobody (requirements R15, R22 and R43). So both transports are ours.

use std::convert::Infallible;
use std::fmt;
use std::future::{Ready, ready};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::BytesMut;
use futures::FutureExt;
use hyper::body::Body;
use hyper::{Method, Request, Response, StatusCode};
use serde_json::Value;
use socketioxide::TransportType;
use socketioxide::adapter::LocalAdapter;
use socketioxide::handler::ConnectHandler;
use socketioxide::service::SocketIoService;
use tower_service::Service;

use super::PATH;
use super::packet::{PING, SEPARATOR};

/// Far longer than any run: pings are ours.
const NEVER: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

/// How many packets the library keeps for a client: more than there is room for, for what it says by
/// itself.
const QUEUE: usize = 256;

/// The library. Clones are the same.
#[derive(Clone)]
pub(super) struct Library(SocketIoService<Nothing>);

impl fmt::Debug for Library {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Library")
    }
}

/// What the library asks where a request is not for it: all of ours are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Nothing;

impl Service<Request<String>> for Nothing {
    type Response = Response<String>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<String>) -> Self::Future {
        let mut response = Response::new(String::new());
        *response.status_mut() = StatusCode::NOT_FOUND;
        ready(Ok(response))
    }
}

/// The library has closed the engine.
#[derive(Debug)]
pub(super) struct Gone;

impl Library {
    /// Has `on_connect` called for each client that comes to the root namespace; packets have up to
    /// `most` bytes. What the library keeps for one that does not come is kept for `patience`.
    pub(super) fn new<T: Send + Sync + 'static>(
        on_connect: impl ConnectHandler<LocalAdapter, T>,
        most: usize,
        patience: Duration,
    ) -> Self {
        let (service, io) = socketioxide::SocketIo::builder()
            .req_path(PATH)
            .transports([TransportType::Polling])
            .max_payload(most as u64)
            .max_buffer_size(QUEUE)
            .ping_interval(NEVER)
            .ping_timeout(NEVER)
            .connect_timeout(patience)
            .build_with_inner_svc(Nothing);
        io.ns("/", on_connect);
        Self(service)
    }

    /// Opens an engine; its handlers find `mark` among the extensions of their request. Gives its id.
    pub(super) async fn open<T: Clone + Send + Sync + 'static>(
        &self,
        mark: T,
    ) -> Result<String, Gone> {
        let mut request = request(Method::GET, None, String::new());
        request.extensions_mut().insert(mark);
        let opened = self.call(request).await?;
        let fields = opened.strip_prefix('0').ok_or(Gone)?;
        let fields: Value = serde_json::from_str(fields).map_err(|_| Gone)?;
        let sid = fields.get("sid").and_then(Value::as_str);
        sid.map(str::to_owned).ok_or(Gone)
    }

    /// The packets that wait for a client, once there are any. Safe to be cancelled.
    pub(super) async fn take(&self, sid: &str) -> Result<String, Gone> {
        loop {
            let request = request(Method::GET, Some(sid), String::new());
            let mut packets = self.call(request).await?;
            // It pings once, at the beginning.
            match packets.strip_prefix(PING) {
                None => return Ok(packets),
                Some("") => {}
                Some(_) => return Ok(packets.split_off(PING.len() + SEPARATOR.len_utf8())),
            }
        }
    }

    /// Hands over a packet of a client.
    pub(super) async fn bring(&self, sid: &str, packet: String) -> Result<(), Gone> {
        let request = request(Method::POST, Some(sid), packet);
        self.call(request).await.map(drop)
    }

    /// Closes an engine.
    pub(super) async fn close(&self, sid: &str) {
        // It closes none in whose queue there is no room for one packet more.
        while let Some(Ok(_)) = self.take(sid).now_or_never() {}
        // Where it is closed already, nothing is left to do.
        let _ = self.bring(sid, "1".to_owned()).await;
    }

    async fn call(&self, request: Request<String>) -> Result<String, Gone> {
        let mut service = self.0.clone();
        let Ok(response) = Service::call(&mut service, request).await;
        match response.status() {
            StatusCode::OK => collect(response.into_body()).await,
            _ => Err(Gone),
        }
    }
}

fn request(method: Method, sid: Option<&str>, body: String) -> Request<String> {
    let sid = sid.map(|sid| format!("&sid={sid}")).unwrap_or_default();
    let uri = format!("{PATH}/?EIO=4&transport=polling{sid}");
    let mut request = Request::new(body);
    *request.method_mut() = method;
    *request.uri_mut() = uri.parse().expect("an id has no character to escape");
    request
}

async fn collect<B: Body<Data = bytes::Bytes>>(body: B) -> Result<String, Gone> {
    let mut body: Pin<Box<B>> = Box::pin(body);
    let mut whole = BytesMut::new();
    while let Some(frame) = std::future::poll_fn(|cx| body.as_mut().poll_frame(cx)).await {
        let frame = frame.map_err(|_| Gone)?;
        whole.extend_from_slice(frame.data_ref().ok_or(Gone)?);
    }
    String::from_utf8(whole.into()).map_err(|_| Gone)
}

#[cfg(test)]
mod tests {
    use socketioxide::extract::SocketRef;

    use super::*;

    fn library() -> Library {
        Library::new(async |_: SocketRef| {}, 1000, NEVER)
    }

    #[tokio::test]
    async fn a_client_is_told_that_it_is_connected_and_is_not_pinged() {
        let library = library();
        let sid = library.open(()).await.unwrap();
        library.bring(&sid, "40".to_owned()).await.unwrap();
        let packets = library.take(&sid).await.unwrap();
        assert!(packets.starts_with("40{"), "{packets}");
    }

    #[tokio::test]
    async fn an_engine_is_closed_also_when_its_queue_is_full() {
        let library = library();
        let sid = library.open(()).await.unwrap();
        for _ in 0..2 * QUEUE {
            let asked = library.bring(&sid, "40/nowhere,".to_owned());
            asked.await.unwrap();
        }
        library.close(&sid).await;
        assert!(library.bring(&sid, "40".to_owned()).await.is_err());
        assert!(library.take(&sid).await.is_err());
    }
}
