//! The base address of a provider: checked once, then joined with paths.

use std::net::IpAddr;

use reqwest::Url;
use reqwest::header::HeaderValue;

/// A base address without secrets in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    base: Url,
}

impl Endpoint {
    /// Checks an address that the user set in `variable`. A key is never sent unencrypted to another machine.
    pub fn new(variable: &str, address: &str, has_key: bool) -> Result<Self, String> {
        let refused = |why: &str, next_step: &str| Err(format!("{variable} cannot be used: {why}. {next_step}"));
        let Ok(base) = Url::parse(address.trim()) else {
            return refused("it is no address", "Give one like http://127.0.0.1:8080/v1.");
        };
        if !matches!(base.scheme(), "http" | "https") || base.host_str().is_none_or(str::is_empty) {
            return refused("it is no address of a web server", "Give one that starts with https:// or http://.");
        }
        if !base.username().is_empty() || base.password().is_some() {
            return refused("it holds a user name or password", "Take them out; a key has its own variable.");
        }
        if base.query().is_some() || base.fragment().is_some() {
            return refused("it has a ? or # part", "Give the address up to the path only.");
        }
        if has_key && base.scheme() == "http" && !is_loopback(&base) {
            return refused("the key would travel unencrypted", "Use https://, or a server on this machine.");
        }
        Ok(Self { base })
    }

    /// Puts `path` behind an address that has none: what most people leave out of a local server's address.
    pub fn with_default_path(mut self, path: &str) -> Self {
        if self.base.path() == "/" {
            self.base.set_path(path);
        }
        self
    }

    /// The base address with these segments behind it, each escaped.
    pub fn join(&self, segments: &[&str]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        url
    }

    /// The address as it enters the key of a request; `None` for the provider's own.
    pub fn in_key(&self, own: &str) -> Option<String> {
        let address = self.base.as_str().trim_end_matches('/');
        (address != own.trim_end_matches('/')).then(|| address.to_owned())
    }

    /// Whether `url` leads to the same server.
    pub fn is_origin_of(&self, url: &Url) -> bool {
        self.base.origin() == url.origin()
    }

    /// For sentences.
    pub fn as_str(&self) -> &str {
        self.base.as_str()
    }
}

pub(in crate::providers) fn is_loopback(url: &Url) -> bool {
    match url.host_str() {
        Some("localhost") => true,
        Some(host) => host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|address| address.is_loopback()),
        None => false,
    }
}

/// A header value that no log prints.
pub(super) fn secret_header(value: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(value).ok()?;
    value.set_sensitive(true);
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_joined_whatever_the_slashes() {
        for base in ["https://api.openai.com/v1", "https://api.openai.com/v1/", " https://api.openai.com/v1 "] {
            let endpoint = Endpoint::new("OPENAI_BASE_URL", base, true).unwrap();
            assert_eq!(
                endpoint.join(&["images", "generations"]).as_str(),
                "https://api.openai.com/v1/images/generations"
            );
            assert_eq!(endpoint.in_key("https://api.openai.com/v1"), None, "the provider's own");
        }
        let root = Endpoint::new("X", "http://localhost:1234", false).unwrap();
        assert_eq!(root.join(&["v1", "a/b?c"]).as_str(), "http://localhost:1234/v1/a%2Fb%3Fc");
        assert_eq!(root.in_key("https://api.openai.com/v1").as_deref(), Some("http://localhost:1234"));
        assert_eq!(root.clone().with_default_path("/v1").join(&["x"]).as_str(), "http://localhost:1234/v1/x");
    }

    #[test]
    fn an_address_that_would_leak_or_fail_is_refused_by_name() {
        for (address, word) in [
            ("", "no address"),
            ("api.openai.com/v1", "no address"),
            ("ftp://example.com/", "web server"),
            ("https://user:pw@example.com/v1", "password"),
            ("https://example.com/v1?key=1", "?"),
            ("http://example.com/v1", "unencrypted"),
            ("http://192.168.1.5/v1", "unencrypted"),
        ] {
            let error = Endpoint::new("OPENAI_BASE_URL", address, true).unwrap_err();
            assert!(error.starts_with("OPENAI_BASE_URL cannot be used") && error.contains(word), "{address}: {error}");
        }
        assert!(Endpoint::new("X", "http://192.168.1.5/v1", false).is_ok(), "no key, nothing to leak");
        for local in ["http://127.0.0.1:1", "http://[::1]:1", "http://localhost:1"] {
            assert!(Endpoint::new("X", local, true).is_ok(), "{local}");
        }
    }

    #[test]
    fn another_port_is_another_origin() {
        let endpoint = Endpoint::new("X", "http://localhost:1234/v1", false).unwrap();
        assert!(endpoint.is_origin_of(&Url::parse("http://localhost:1234/files/1.png").unwrap()));
        for other in ["http://localhost:1235/", "https://localhost:1234/", "http://169.254.169.254/", "file:///etc"] {
            assert!(!endpoint.is_origin_of(&Url::parse(other).unwrap()), "{other}");
        }
    }
}
