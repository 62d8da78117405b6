//! The file that Google's console gives for an OAuth client of the type "Desktop app" (`client_secret_….json`).

use reqwest::Url;
use secrecy::SecretString;
use serde::Deserialize;

use crate::providers::http::endpoint::is_loopback;

/// A person's own OAuth client.
#[derive(Debug, Clone)]
pub struct OAuthClient {
    /// Its public name.
    pub id: String,
    /// Google's desktop clients have one that is no secret to their owner; it is treated as one all the same.
    pub(super) secret: SecretString,
    /// Where a person agrees.
    pub(super) authorize: Url,
    /// Where a code becomes a token.
    pub(super) token: Url,
}

#[derive(Deserialize)]
struct File {
    installed: Option<Installed>,
    web: Option<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct Installed {
    client_id: String,
    client_secret: SecretString,
    auth_uri: String,
    token_uri: String,
}

impl OAuthClient {
    /// Reads the text of the file. The reason is a clause, for the user.
    pub fn read(text: &str) -> Result<Self, String> {
        let file: File =
            serde_json::from_str(text).map_err(|_| "it is no client file of Google's console".to_owned())?;
        let Some(Installed { client_id, client_secret, auth_uri, token_uri }) = file.installed else {
            let wanted = "create one of the type \"Desktop app\"";
            return Err(match file.web {
                Some(_) => format!("it is of a web client; {wanted}"),
                None => format!("it names no client; {wanted}"),
            });
        };
        let (authorize, token) = (safe(&auth_uri, "auth_uri")?, safe(&token_uri, "token_uri")?);
        Ok(Self { id: client_id, secret: client_secret, authorize, token })
    }
}

/// What is secret travels encrypted, or stays on this machine.
fn safe(address: &str, field: &str) -> Result<Url, String> {
    let url = Url::parse(address).map_err(|_| format!("its {field} is no address"))?;
    if url.scheme() == "https" || url.scheme() == "http" && is_loopback(&url) {
        return Ok(url);
    }
    Err(format!("its {field} does not begin with https://"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(kind: &str, token: &str) -> String {
        serde_json::json!({kind: {"client_id": "me.apps.example", "client_secret": "s3cret", "token_uri": token,
            "auth_uri": "https://accounts.example/auth", "redirect_uris": ["http://localhost"]}})
        .to_string()
    }

    #[test]
    fn only_a_desktop_client_with_safe_addresses_is_taken() {
        let client = OAuthClient::read(&file("installed", "https://oauth.example/token")).unwrap();
        assert_eq!((client.id.as_str(), client.token.as_str()), ("me.apps.example", "https://oauth.example/token"));
        assert!(!format!("{client:?}").contains("s3cret"));
        assert!(OAuthClient::read(&file("installed", "http://127.0.0.1:9/token")).is_ok());
        for (text, told) in [
            (file("web", "https://oauth.example/token"), "it is of a web client"),
            (file("installed", "http://oauth.example/token"), "its token_uri does not begin with https://"),
            (file("installed", "token"), "its token_uri is no address"),
            ("{}".to_owned(), "it names no client"),
            ("[".to_owned(), "it is no client file"),
        ] {
            let why = OAuthClient::read(&text).unwrap_err();
            assert!(why.starts_with(told), "{why}");
        }
    }
}
