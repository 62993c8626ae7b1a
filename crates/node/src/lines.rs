//! Goes on with payments across, for a member who is a gateway, and carries what waits
//! between villages, for one who has a book in both.
//!
//! A gateway's cells go on by themselves when somebody knocks. But a knock is a hint: it
//! may overtake the page that it is about, or be lost. So this loop asks the cells again,
//! soon and then ever less often, until nothing waits; the table of what a stop leaves is
//! the zome's (`coordinator/src/line_message.rs`).
//!
//! | heard or found | next look |
//! |---|---|
//! | a knock, or a page of one's own | at once |
//! | a page was written | after [`FIRST`]: the next step may follow |
//! | nothing could be done, or a call failed | after twice the time as before, at most [`LONGEST`] |
//! | no line at all | when there is a knock |
//!
//! Carrying is looked after every [`CARRY_EVERY`]: nobody knocks at a traveller.

use crate::conductor::App;
use crate::NodeError;
use commons_credit_api::LineWork;
use holochain_conductor_api::{AppAuthenticationRequest, AppResponse};
use holochain_websocket::{connect, ConnectRequest, ReceiveMessage, WebsocketConfig};
use std::future::Future;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// How soon to look again after something was done. A page that was knocked for is here
/// after some hundredths of a second.
pub const FIRST: Duration = Duration::from_millis(25);
/// The longest rest while there is a line. For knocks that got lost.
pub const LONGEST: Duration = Duration::from_secs(30);
/// How often messages of others are carried, while this node has several villages.
pub const CARRY_EVERY: Duration = Duration::from_secs(15);
/// Pages written in one look, so that one busy village keeps no other waiting.
const PAGES_MAX: usize = 32;
/// How soon the app's signals are listened to again when they stopped.
const LISTEN_AGAIN: Duration = Duration::from_secs(2);

/// What a look at a gateway's lines found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// No line in any book of this node.
    NoLine,
    /// Nothing that can be done now.
    Nothing,
    /// Something was done.
    Done,
}

impl Found {
    /// What one call of `line_work` says. What fails may fail for ever, as where a village
    /// has code that does not know lines: it is looked at again, but not without a rest.
    pub fn of<E>(work: &Result<LineWork, E>) -> Self {
        match work {
            Ok(work) if work.pages > 0 => Self::Done,
            Ok(work) if work.lines == 0 => Self::NoLine,
            Ok(_) | Err(_) => Self::Nothing,
        }
    }

    /// Of two villages, what matters more.
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Done, _) | (_, Self::Done) => Self::Done,
            (Self::Nothing, _) | (_, Self::Nothing) => Self::Nothing,
            _ => Self::NoLine,
        }
    }
}

/// How long to rest before the next look; none: until a knock.
#[derive(Debug, Default, PartialEq, Eq)]
struct Rhythm {
    rest: Option<Duration>,
}

impl Rhythm {
    fn after(&mut self, found: Found) {
        self.rest = match (found, self.rest) {
            (Found::NoLine, _) => None,
            (Found::Nothing, Some(rest)) => Some((rest * 2).min(LONGEST)),
            (Found::Done, _) | (Found::Nothing, None) => Some(FIRST),
        };
    }

    fn knock(&mut self) {
        self.rest = Some(FIRST / 2);
    }
}

/// Looks whenever `knocked` says so, and again for as long as something may wait. Never
/// ends.
pub async fn go_on<L: Future<Output = Found>>(look: impl Fn() -> L, knocked: &Notify) {
    let mut rhythm = Rhythm::default();
    loop {
        rhythm.after(look().await);
        let rest = async {
            match rhythm.rest {
                Some(rest) => tokio::time::sleep(rest).await,
                None => std::future::pending().await,
            }
        };
        let is_knock = tokio::select! {
            () = knocked.notified() => true,
            () = rest => false,
        };
        if is_knock {
            rhythm.knock();
        }
    }
}

/// The loop of a running node.
pub struct Lines {
    tasks: Vec<JoinHandle<()>>,
}

impl Lines {
    /// Begins; hears knocks as a page does, at the app's websocket. `carries` says whether
    /// messages of others are taken along.
    pub fn start(app: App, app_port: u16, origin: String, token: Vec<u8>, carries: bool) -> Self {
        let knocked = Arc::new(Notify::new());
        let knocks = knocked.clone();
        let heard = tokio::spawn(async move {
            loop {
                if let Err(cause) = listen(app_port, &origin, &token, &knocks).await {
                    tracing::debug!(cause, "the app's signals are not heard");
                }
                tokio::time::sleep(LISTEN_AGAIN).await;
                knocks.notify_one();
            }
        });
        let traveller = app.clone();
        let working = tokio::spawn(async move {
            go_on(|| look(&app), &knocked).await;
        });
        let mut tasks = vec![heard, working];
        if carries {
            tasks.push(tokio::spawn(async move {
                loop {
                    tokio::time::sleep(CARRY_EVERY).await;
                    carry(&traveller).await;
                }
            }));
        }
        Self { tasks }
    }

    /// Ends the loop; a step under way is committed whole or not at all.
    pub fn stop(&self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

/// Does what waits in every village, a bounded number of pages.
async fn look(app: &App) -> Found {
    let cells = match app.cells().await {
        Ok(cells) => cells,
        Err(error) => {
            tracing::debug!(error = error.line(), "the villages could not be looked at");
            return Found::Nothing;
        }
    };
    let mut found = Found::NoLine;
    for (cell, name) in cells.into_iter().skip(1) {
        for _ in 0..PAGES_MAX {
            let work: Result<LineWork, NodeError> = app.call(&cell, "line_work", ()).await;
            if let Err(error) = &work {
                tracing::debug!(error = error.line(), name, "a line waits");
            }
            found = found.and(Found::of(&work));
            if !work.is_ok_and(|work| work.pages > 0) {
                break;
            }
        }
    }
    found
}

/// Carries what waits between the member's villages, if there are several.
async fn carry(app: &App) {
    let villages: Vec<_> = match app.cells().await {
        Ok(cells) => cells.into_iter().skip(1).collect(),
        Err(_) => return,
    };
    if villages.len() < 2 {
        return;
    }
    for (cell, name) in villages {
        let carried: Result<LineWork, NodeError> = app.call(&cell, "carry_messages", ()).await;
        match carried {
            Ok(work) if work.sent > 0 => tracing::debug!(work.sent, name, "messages carried"),
            Ok(_) => {}
            Err(error) => tracing::debug!(error = error.line(), name, "nothing was carried"),
        }
    }
}

/// Hears the app's signals until they stop.
async fn listen(app_port: u16, origin: &str, token: &[u8], knocked: &Notify) -> Result<(), String> {
    let to = SocketAddr::from((Ipv4Addr::LOCALHOST, app_port));
    let asking = ConnectRequest::new(to)
        .try_set_header("Origin", origin)
        .map_err(|error| error.to_string())?;
    let config = Arc::new(WebsocketConfig::CLIENT_DEFAULT);
    let (socket, mut heard) = connect(config, asking)
        .await
        .map_err(|error| error.to_string())?;
    let token = AppAuthenticationRequest {
        token: token.to_vec(),
    };
    socket
        .authenticate(token)
        .await
        .map_err(|error| error.to_string())?;
    loop {
        match heard.recv::<AppResponse>().await {
            Ok(ReceiveMessage::Signal(_)) => knocked.notify_one(),
            Ok(_) => {}
            Err(error) => return Err(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn work(lines: u32, pages: u32) -> Result<LineWork, ()> {
        Ok(LineWork {
            lines,
            pages,
            sent: 0,
            waiting: 0,
        })
    }

    #[test]
    fn who_holds_no_line_waits_for_a_knock() {
        assert_eq!(Found::of(&work(0, 0)), Found::NoLine);
        let mut rhythm = Rhythm::default();
        rhythm.knock();
        rhythm.after(Found::NoLine);
        assert_eq!(rhythm.rest, None);
    }

    #[test]
    fn rests_double_up_to_a_bound_and_begin_anew_when_something_is_done() {
        let mut rhythm = Rhythm::default();
        let rests: Vec<u128> = (0..14)
            .map(|_| {
                rhythm.after(Found::of(&work(1, 0)));
                rhythm.rest.expect("a rest").as_millis()
            })
            .collect();
        assert_eq!(rests[..5], [25, 50, 100, 200, 400]);
        assert_eq!(rests[13], LONGEST.as_millis());
        rhythm.after(Found::of(&work(1, 1)));
        assert_eq!(rhythm.rest, Some(FIRST));
        for _ in 0..14 {
            rhythm.after(Found::of::<&str>(&Err("no such function")));
        }
        assert_eq!(
            rhythm.rest,
            Some(LONGEST),
            "what fails is not tried without end"
        );
    }

    #[test]
    fn of_several_villages_the_busiest_counts() {
        use Found::{Done, NoLine, Nothing};
        assert_eq!(NoLine.and(Nothing), Nothing);
        assert_eq!(Nothing.and(Done), Done);
        assert_eq!(Done.and(NoLine), Done);
        assert_eq!(NoLine.and(NoLine), NoLine);
    }

    #[tokio::test]
    async fn a_knock_ends_a_rest_without_end() {
        let (looked, knocked) = (Notify::new(), Notify::new());
        let looks = AtomicUsize::new(0);
        let look = || async {
            looks.fetch_add(1, Ordering::Relaxed);
            looked.notify_one();
            Found::NoLine
        };
        let test = async {
            looked.notified().await;
            knocked.notify_one();
            looked.notified().await;
            assert_eq!(
                looks.load(Ordering::Relaxed),
                2,
                "one look, one knock, one look"
            );
        };
        tokio::select! {
            () = go_on(look, &knocked) => {}
            () = test => {}
        }
    }
}
