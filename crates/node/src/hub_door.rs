//! The hub's one address: whoever looks at it with a browser gets the page to join by,
//! everything else goes on, byte by byte, to bootstrap and relay on loopback.
//!
//! The server behind cannot take a page of ours, and a second port would be one more
//! thing to type. The first line of a connection tells the two apart.

use crate::hub_page::{self, HubPage};
use crate::hub_seats::Seats;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{copy_bidirectional, AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// Longest head of a request for the page.
const HEAD_MAX_BYTES: usize = 8_192;
/// How long a connection may take to say what it wants.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// How long the door rests after the system refused it a connection.
const REST: Duration = Duration::from_millis(100);

/// Opens the door in front of `inner`; it closes when the task is aborted.
pub fn open(listener: TcpListener, inner: SocketAddr, page: HubPage) -> JoinHandle<()> {
    let page = Arc::new(page);
    let seats = Seats::default();
    tokio::spawn(async move {
        // Gone with this task, and every connection with it.
        let mut guests = tokio::task::JoinSet::new();
        loop {
            while guests.try_join_next().is_some() {}
            let Ok((guest, from)) = listener.accept().await else {
                tokio::time::sleep(REST).await;
                continue;
            };
            // Full: the guest is sent away at once and tries again.
            let Some(seat) = seats.take(from.ip()) else {
                continue;
            };
            let page = page.clone();
            guests.spawn(async move {
                let served = serve(guest, inner, &page).await;
                drop(seat);
                if let Err(error) = served {
                    tracing::debug!(%error, "a guest of the hub left");
                }
            });
        }
    })
}

async fn serve(mut guest: TcpStream, inner: SocketAddr, page: &HubPage) -> std::io::Result<()> {
    guest.set_nodelay(true)?;
    let mut head = Vec::with_capacity(512);
    let read = read_head(&mut guest, &mut head);
    match timeout(HEAD_TIMEOUT, read).await {
        Ok(Ok(true)) => {
            guest.write_all(&answer(&head, page)).await?;
            guest.shutdown().await
        }
        Ok(Ok(false)) => {
            let mut behind = TcpStream::connect(inner).await?;
            behind.set_nodelay(true)?;
            behind.write_all(&head).await?;
            copy_bidirectional(&mut guest, &mut behind).await?;
            Ok(())
        }
        Ok(Err(error)) => Err(error),
        Err(_) => Ok(()),
    }
}

/// Reads until it is clear who asks; true with the whole head of a request for the page.
async fn read_head(guest: &mut TcpStream, head: &mut Vec<u8>) -> std::io::Result<bool> {
    loop {
        let read = guest.read_buf(head).await?;
        let wants = wants_page(head);
        let is_whole = head.windows(4).any(|four| four == b"\r\n\r\n");
        match wants {
            Some(false) => return Ok(false),
            Some(true) if is_whole => return Ok(true),
            _ if read == 0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            _ if head.len() > HEAD_MAX_BYTES => {
                return Err(std::io::ErrorKind::InvalidData.into());
            }
            _ => {}
        }
    }
}

/// Whether the first line asks for the page; none while it is not there yet.
fn wants_page(head: &[u8]) -> Option<bool> {
    const ASKS: [&[u8]; 3] = [b"GET / ", b"HEAD / ", b"GET /favicon.ico "];
    if ASKS.iter().any(|ask| head.starts_with(ask)) {
        return Some(true);
    }
    let may_still = ASKS.iter().any(|ask| ask.starts_with(head));
    (!may_still).then_some(false)
}

fn answer(head: &[u8], page: &HubPage) -> Vec<u8> {
    let text = String::from_utf8_lossy(head);
    if text.starts_with("GET /favicon.ico") {
        return b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n".to_vec();
    }
    let host = text.lines().skip(1).find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("host").then(|| value.trim())
    });
    let body = page.html(host);
    let mut answer = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\
         Content-Security-Policy: {}\r\nReferrer-Policy: no-referrer\r\nCache-Control: no-store\r\n\
         X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n",
        body.len(),
        hub_page::CONTENT_POLICY,
    );
    if !text.starts_with("HEAD") {
        answer.push_str(&body);
    }
    answer.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_tells_who_asks() {
        assert_eq!(wants_page(b"GET / HTTP/1.1\r\n"), Some(true));
        assert_eq!(wants_page(b"HEAD / HTTP/1.1\r\n"), Some(true));
        for early in [&b""[..], b"G", b"GET /", b"GET /fav"] {
            assert_eq!(wants_page(early), None);
        }
        for other in [&b"GET /relay HTTP/1.1\r\n"[..], b"PUT ", b"\x16\x03"] {
            assert_eq!(wants_page(other), Some(false));
        }
    }
}
