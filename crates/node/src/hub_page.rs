//! The page that a browser sees at a hub's address: the address as QR and as text.
//!
//! One answer with everything in it: no script, no font and no picture from elsewhere,
//! so that a phone without internet shows all of it.

use crate::config::check_hub_url;
use commons_credit_handover::qr::{Matrix, QUIET_MODULES as QUIET};
use std::fmt::Write;
use std::net::{IpAddr, SocketAddr};

/// What the page may load: nothing.
pub const CONTENT_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const STYLE: &str = "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:0 auto;\
padding:1rem;color:#1b2a20;background:#f6f5ef}h1{font-size:1.5rem}svg{display:block;width:100%;\
max-width:20rem;height:auto;margin:1rem auto;background:#fff}code{overflow-wrap:anywhere;\
background:#fff;padding:.1rem .3rem}section{margin-top:2rem}";

/// What the page shows.
#[derive(Debug, Clone)]
pub struct HubPage {
    addresses: Vec<String>,
}

impl HubPage {
    /// The page of a hub that listens here.
    pub fn at(listen: SocketAddr) -> Self {
        Self {
            addresses: addresses(listen),
        }
    }

    /// The page for somebody who came by the name `host`; what brought one visitor here
    /// brings the next. A visitor from the machine itself is shown how others come.
    pub fn html(&self, host: Option<&str>) -> String {
        let came = host
            .and_then(|host| check_hub_url(&format!("http://{host}")).ok())
            .filter(|url| !is_loopback(url));
        let url = came.as_ref().or(self.addresses.first());
        let mut page = String::from(
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
             <title>Commons Credit: hub</title><style>",
        );
        page.push_str(STYLE);
        page.push_str("</style><main><h1>A hub of your village</h1>");
        let Some(url) = url else {
            page.push_str(
                "<p>This hub listens on this machine only. Start it on an address that others \
                 reach, such as <code>commons-credit hub --listen 0.0.0.0:8790</code>.</p>\
                 <p lang=\"de\">Dieser Treffpunkt ist nur auf diesem Gerät erreichbar. Starte ihn \
                 mit einer Adresse, die andere erreichen.</p></main></html>",
            );
            return page;
        };
        let shown = escaped(url);
        if let Ok(matrix) = Matrix::of(url) {
            page.push_str(&svg(&matrix, &shown));
        }
        let _ = write!(
            page,
            "<p>Nodes of a village find each other here. No internet is needed.</p>\
             <p>Its address: <code>{shown}</code></p>\
             <p>In your node: <em>Settings, Hubs, Add a hub</em>; scan the code or type the address. \
             Or start your node with <code>commons-credit --hub {shown}</code>.</p>\
             <p>This hub sees addresses and sealed bytes. It reads no page and keeps none.</p>\
             <section lang=\"de\"><h1>Ein Treffpunkt deines Dorfes</h1>\
             <p>Hier finden sich die Knoten eines Dorfes. Internet braucht es dazu nicht.</p>\
             <p>Seine Adresse: <code>{shown}</code></p>\
             <p>In deinem Knoten: <em>Einstellungen, Treffpunkte, Treffpunkt hinzufügen</em>; lies den \
             Code ein oder tippe die Adresse. Oder starte deinen Knoten mit \
             <code>commons-credit --hub {shown}</code>.</p>\
             <p>Der Treffpunkt sieht Adressen und versiegelte Bytes. Er liest keine Seite und \
             behält keine.</p></section></main></html>"
        );
        page
    }
}

/// The addresses by which others reach a hub that listens here, the likeliest first.
pub fn addresses(listen: SocketAddr) -> Vec<String> {
    let port = listen.port();
    let write = |ip: IpAddr| format!("http://{}", SocketAddr::new(ip, port));
    if !listen.ip().is_unspecified() {
        return if listen.ip().is_loopback() {
            Vec::new()
        } else {
            vec![write(listen.ip())]
        };
    }
    let mut own: Vec<IpAddr> = if_addrs::get_if_addrs()
        .unwrap_or_default()
        .into_iter()
        .map(|interface| interface.ip())
        .filter(|ip| !ip.is_loopback() && (ip.is_ipv4() || listen.is_ipv6()) && !is_link_local(ip))
        .collect();
    // Private addresses first: a LAN's own, which also work without internet.
    own.sort_by_key(|ip| match ip {
        IpAddr::V4(ip) if ip.is_private() => 0,
        IpAddr::V4(_) => 1,
        IpAddr::V6(_) => 2,
    });
    own.into_iter().map(write).collect()
}

fn is_link_local(ip: &IpAddr) -> bool {
    // An address of version 6 that needs its interface's name with it.
    matches!(ip, IpAddr::V6(ip) if ip.segments()[0] & 0xffc0 == 0xfe80)
}

fn is_loopback(url: &str) -> bool {
    let host = url::Url::parse(url).ok().and_then(|url| {
        url.host().map(|host| match host {
            url::Host::Domain(name) => name == "localhost",
            url::Host::Ipv4(ip) => ip.is_loopback(),
            url::Host::Ipv6(ip) => ip.is_loopback(),
        })
    });
    host.unwrap_or(false)
}

fn svg(matrix: &Matrix, name: &str) -> String {
    let size = matrix.size() + 2 * QUIET;
    let mut path = String::new();
    for y in 0..matrix.size() {
        for x in (0..matrix.size()).filter(|x| matrix.dark(*x, y)) {
            let _ = write!(path, "M{} {}h1v1h-1z", x + QUIET, y + QUIET);
        }
    }
    format!(
        "<svg viewBox=\"0 0 {size} {size}\" role=\"img\" aria-label=\"QR: {name}\" \
         shape-rendering=\"crispEdges\"><path d=\"{path}\"/></svg>"
    )
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            letter => safe.push(letter),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(listen: &str) -> HubPage {
        HubPage::at(listen.parse().expect("an address"))
    }

    #[test]
    fn the_address_that_brought_one_visitor_is_shown_to_the_next() {
        let page = page("192.168.1.5:8790");
        assert!(page
            .html(Some("10.0.0.7:8790"))
            .contains("--hub http://10.0.0.7:8790<"));
        for own in [
            None,
            Some("127.0.0.1:8790"),
            Some("localhost:8790"),
            Some("[::1]:8790"),
        ] {
            assert!(
                page.html(own).contains("--hub http://192.168.1.5:8790<"),
                "{own:?}"
            );
        }
    }

    #[test]
    fn a_host_that_is_none_is_not_shown() {
        let page = page("192.168.1.5:8790");
        for host in [
            "\"><script>alert(1)</script>",
            "a/b",
            "user@host",
            "a?b",
            "",
        ] {
            let html = page.html(Some(host));
            assert!(html.contains("--hub http://192.168.1.5:8790<"), "{host}");
            assert!(!html.contains("script>"), "{host}");
        }
    }

    #[test]
    fn nothing_on_the_page_comes_from_elsewhere() {
        let html = page("192.168.1.5:8790").html(None);
        for outside in ["src=", "href=", "url(", "@import", "<script", "//cdn"] {
            assert!(!html.contains(outside), "{outside}");
        }
        assert!(html.contains("<svg"));
    }

    #[test]
    fn the_code_reads_as_the_address() {
        let matrix = Matrix::of("http://192.168.1.5:8790").expect("a code");
        let dark = (0..matrix.size())
            .flat_map(|y| (0..matrix.size()).map(move |x| (x, y)))
            .filter(|(x, y)| matrix.dark(*x, *y))
            .count();
        let html = page("192.168.1.5:8790").html(None);
        assert_eq!(html.matches("h1v1h-1z").count(), dark);
    }

    #[test]
    fn a_hub_for_this_machine_says_so() {
        let html = page("127.0.0.1:8790").html(Some("127.0.0.1:8790"));
        assert!(html.contains("on this machine only") && !html.contains("<svg"));
    }
}
