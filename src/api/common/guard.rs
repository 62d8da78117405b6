//! Who may ask: the name the server is called by, the page that asks, the token, and how often. In front of every route.

use std::net::IpAddr;

use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::problem::Problem;
use super::settings::ServeSettings;
use super::shared::SharedRef;

/// Lets a request through or answers it, and lays the headers over every answer that keep a browser careful.
pub async fn guard(State(shared): State<SharedRef>, request: Request, next: Next) -> Response {
    let mut response = match admit(&shared, request.method(), request.headers()) {
        None => next.run(request).await,
        Some(refusal) => refusal,
    };
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    if !response.headers().contains_key(header::CACHE_CONTROL) {
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

/// Nothing but what this server itself hands out.
const POLICY: &str = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'self'; script-src 'self'; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The answer to a request that may not go on.
fn admit(shared: &SharedRef, method: &Method, headers: &HeaderMap) -> Option<Response> {
    let refused = |problem: Problem| Some(problem.into_response());
    let Some(host) = host_of(headers).filter(|host| may_be_called(&shared.settings, host.host())) else {
        let message = "This server is not called by that name; start it with --host NAME to allow one.";
        return refused(Problem::new(StatusCode::MISDIRECTED_REQUEST, "wrong_host", message));
    };
    if !is_own_page(headers, &host) {
        let message = "A page of another site may not ask this server.";
        return refused(Problem::new(StatusCode::FORBIDDEN, "foreign_origin", message));
    }
    if let Some(token) = &shared.settings.token
        && !shown_token(headers).is_some_and(|shown| token.is(&shown))
    {
        if !shared.limits.wrong_tokens.take() {
            return refused(Problem::too_many("Too many wrong tokens; wait a second."));
        }
        let message = "Show the token: `Authorization: Bearer TOKEN`, or as the password of a browser's question.";
        let mut response = Problem::new(StatusCode::UNAUTHORIZED, "token_needed", message).into_response();
        let asks = HeaderValue::from_static("Basic realm=\"babblecast\", charset=\"UTF-8\"");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, asks);
        return Some(response);
    }
    let bucket = if method.is_safe() { &shared.limits.reads } else { &shared.limits.changes };
    if bucket.take() { None } else { refused(Problem::too_many("Too many requests a second; slow down a little.")) }
}

fn host_of(headers: &HeaderMap) -> Option<Authority> {
    let mut hosts = headers.get_all(header::HOST).iter();
    let host = hosts.next()?;
    let authority: Authority = host.to_str().ok()?.parse().ok()?;
    // A user name in it, or a second one, is a trick.
    (hosts.next().is_none() && !authority.as_str().contains('@')).then_some(authority)
}

/// An address is no name that somebody else could point at this machine; a name must be known.
fn may_be_called(settings: &ServeSettings, host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let bound = settings.addr.ip();
    match bare.parse::<IpAddr>() {
        Ok(address) if bound.is_loopback() => address.is_loopback(),
        Ok(address) => bound.is_unspecified() || address == bound,
        Err(_) => {
            bare.eq_ignore_ascii_case("localhost") || settings.hosts.iter().any(|name| name.eq_ignore_ascii_case(bare))
        }
    }
}

/// Programs send no origin; a browser's page must be one of this server's own.
fn is_own_page(headers: &HeaderMap, host: &Authority) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let Ok(origin) = origin.to_str() else { return false };
    let authority = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
    authority.is_some_and(|authority| authority.eq_ignore_ascii_case(host.as_str()))
}

/// `Bearer TOKEN`, or the password of `Basic`, which browsers ask for by themselves.
fn shown_token(headers: &HeaderMap) -> Option<Vec<u8>> {
    let shown = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, value) = shown.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(value.trim().as_bytes().to_vec());
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = base64_simd::STANDARD.decode_to_vec(value.trim()).ok()?;
    let colon = decoded.iter().position(|byte| *byte == b':')?;
    Some(decoded[colon + 1..].to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::MicroDollars;

    fn settings(addr: &str) -> ServeSettings {
        ServeSettings {
            hosts: vec!["studio.example".to_owned()],
            ..ServeSettings::new(addr.parse().unwrap(), MicroDollars::ZERO)
        }
    }

    #[test]
    fn a_name_that_somebody_else_may_own_is_refused() {
        let (own, lan, all) = (settings("127.0.0.1:1"), settings("192.168.1.5:1"), settings("0.0.0.0:1"));
        for (host, expected) in [
            ("localhost", [true, true, true]),
            ("127.0.0.1", [true, false, true]),
            ("[::1]", [true, false, true]),
            ("192.168.1.5", [false, true, true]),
            ("studio.example", [true, true, true]),
            ("STUDIO.example", [true, true, true]),
            ("evil.example", [false, false, false]),
            ("localhost.evil.example", [false, false, false]),
            ("", [false, false, false]),
        ] {
            assert_eq!([&own, &lan, &all].map(|settings| may_be_called(settings, host)), expected, "{host:?}");
        }
    }

    #[test]
    fn only_pages_of_this_server_may_ask() {
        let host: Authority = "localhost:8000".parse().unwrap();
        for (origin, expected) in [
            (None, true),
            (Some("http://localhost:8000"), true),
            (Some("http://localhost:9000"), false),
            (Some("http://evil.example"), false),
            (Some("null"), false),
            (Some(""), false),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(origin) = origin {
                headers.insert(header::ORIGIN, HeaderValue::from_static(origin));
            }
            assert_eq!(is_own_page(&headers, &host), expected, "{origin:?}");
        }
    }

    #[test]
    fn the_token_is_read_from_both_kinds_of_authorization() {
        let shown = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, HeaderValue::from_static(value));
            shown_token(&headers)
        };
        assert_eq!(shown("Bearer abc"), Some(b"abc".to_vec()));
        assert_eq!(shown("basic dTphOmI="), Some(b"a:b".to_vec()));
        for wrong in ["Bearer", "Digest abc", "Basic ???", "Basic dQ=="] {
            assert_eq!(shown(wrong), None, "{wrong}");
        }
    }
}
