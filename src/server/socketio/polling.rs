//! Polling: a client's packets in the bodies of its requests, ours in those of the responses
//! (Engine.IO protocol 4, "HTTP long-polling"). It knows no event.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures::Stream;
use hyper::StatusCode;
use hyper::body::{Body, Incoming};
use hyper::header::{self, HeaderValue};
use warp::Reply;
use warp::reply::Response;

use super::super::refusal::last;
use super::answer::{fault, text};
use super::engine::{Bad, Engine, Stage, Taken};
use super::packet::{SEPARATOR, UNKNOWN};
use super::query::Fault;

/// How much of a body is handed to the connection at once, in bytes.
const PIECE: usize = 16 * 1024;

/// Ends a poll that need not wait any more.
const NOTHING: &str = "6";

/// Says that the engine is closed.
const CLOSE: &str = "1";

/// Answers a poll: with what waits for the client, or as soon as something does.
pub(super) async fn take(engine: Arc<Engine>) -> Response {
    engine.is_alive();
    let Ok(_alone) = engine.taker.try_lock() else {
        return fault(Fault::BadRequest);
    };
    let mut stage = engine.stage();
    if *stage.borrow_and_update() == Stage::WebSocket {
        return fault(Fault::BadRequest);
    }
    let taken = tokio::select! {
        biased;
        // The WebSocket that it tries must not wait for a poll.
        _ = stage.wait_for(|stage| *stage != Stage::Polling) => return text(NOTHING.to_owned()),
        taken = engine.take() => taken,
    };
    match taken {
        Taken::Packets(packets) => sent(packets, Arc::clone(&engine)),
        Taken::Over => text(CLOSE.to_owned()),
    }
}

/// A response whose progress tells that the client is alive, and takes something.
fn sent(packets: String, engine: Arc<Engine>) -> Response {
    let length = packets.len();
    let pieces = Pieces {
        rest: packets.into(),
        engine,
    };
    let mut response = warp::reply::stream(pieces).into_response();
    let headers = response.headers_mut();
    let kind = HeaderValue::from_static("text/plain; charset=UTF-8");
    headers.insert(header::CONTENT_TYPE, kind);
    headers.insert(header::CONTENT_LENGTH, length.into());
    response
}

/// A body in pieces.
struct Pieces {
    rest: Bytes,
    engine: Arc<Engine>,
}

impl Stream for Pieces {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        // The connection asks for the next one when it has room for it.
        self.engine.has_moved();
        let length = self.rest.len().min(PIECE);
        let piece = self.rest.split_to(length);
        Poll::Ready((!piece.is_empty()).then_some(Ok(piece)))
    }
}

impl Drop for Pieces {
    fn drop(&mut self) {
        self.engine.has_answered();
    }
}

/// Takes in what a client sent, and says so when it is under way to where it belongs: the client
/// sends nothing more until then.
pub(super) async fn bring(engine: Arc<Engine>, body: Incoming) -> Response {
    let Ok(_alone) = engine.bringer.try_lock() else {
        return fault(Fault::BadRequest);
    };
    if *engine.stage().borrow() == Stage::WebSocket {
        return fault(Fault::BadRequest);
    }
    let limits = *engine.limits();
    let body = match tokio::time::timeout(limits.write, collect(body, limits.message)).await {
        Ok(Some(body)) => body,
        Ok(None) | Err(_) => {
            let reason = "the request's body did not come whole, or is too large";
            return last(StatusCode::BAD_REQUEST, reason);
        }
    };
    let Ok(packets) = std::str::from_utf8(&body) else {
        return refuse(&engine);
    };
    for packet in packets.split(SEPARATOR) {
        if let Err(Bad) = engine.hear(packet).await {
            return refuse(&engine);
        }
    }
    // Who sends more than --max-input is answered later, and sends nothing until then.
    let due = Duration::from_secs_f64(body.len() as f64 / limits.input as f64);
    if due >= Duration::from_millis(1) {
        tokio::time::sleep(due).await;
    }
    text("ok".to_owned())
}

fn refuse(engine: &Engine) -> Response {
    tracing::warn!(peer = %engine.caller.address, reason = UNKNOWN, "a Socket.IO client was refused");
    engine.close();
    fault(Fault::BadRequest)
}

/// A whole body of at most `most` bytes.
async fn collect(mut body: Incoming, most: usize) -> Option<Vec<u8>> {
    let mut whole = Vec::new();
    loop {
        let frame = std::future::poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await;
        let Some(frame) = frame else {
            return Some(whole);
        };
        let data = frame.ok()?.into_data().ok()?;
        if whole.len() + data.len() > most {
            return None;
        }
        whole.extend_from_slice(&data);
    }
}
