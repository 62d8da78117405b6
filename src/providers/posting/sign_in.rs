//! Signing in by OAuth 2.0 for native apps (RFC 8252): a page in the person's browser, an answer on a loopback port, a
//! proof that whoever asked is whoever redeems (PKCE, RFC 7636).

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64_simd::URL_SAFE_NO_PAD;
use reqwest::Url;
use reqwest::header::CONTENT_TYPE;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize, Serializer};
use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use uuid::Uuid;

use super::client_file::OAuthClient;
use super::web::{Answer, Web, ask};
use crate::plan::Failure;

/// What a person agrees to: uploads, and nothing else.
const SCOPE: &str = "https://www.googleapis.com/auth/youtube.upload";

/// A person who reads a page of consent is done by then.
const PATIENCE: Duration = Duration::from_mins(5);

/// A browser that opened the connection asks at once.
const REQUEST: Duration = Duration::from_secs(5);
const LONGEST_REQUEST: usize = 8 * 1024;

/// A token is renewed when it ends within so many seconds.
const SOON: u64 = 60;

/// An account that a person has agreed to. Kept in a file of its owner alone.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Account {
    /// The client that it was agreed for.
    pub client_id: String,
    #[serde(serialize_with = "exposed")]
    refresh_token: SecretString,
    #[serde(serialize_with = "exposed")]
    access_token: SecretString,
    /// In seconds since 1970.
    ends_at: u64,
}

fn exposed<S: Serializer>(secret: &SecretString, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(secret.expose_secret())
}

#[derive(Deserialize)]
struct Tokens {
    access_token: SecretString,
    refresh_token: Option<SecretString>,
    #[serde(default)]
    expires_in: u64,
}

#[derive(Deserialize)]
struct Refused {
    error: String,
    #[serde(default)]
    error_description: String,
}

impl Account {
    pub(super) fn token(&self) -> &str {
        self.access_token.expose_secret()
    }

    /// Whether the token should be renewed before it is used.
    pub fn is_stale(&self) -> bool {
        now() + SOON >= self.ends_at
    }

    /// Gets a new token. `Ok(None)`: the person must agree again.
    pub async fn renewed(&self, client: &OAuthClient, web: &Web) -> Result<Option<Self>, Failure> {
        let fields = [("grant_type", "refresh_token"), ("refresh_token", self.refresh_token.expose_secret())];
        let answer = redeem(client, web, &fields).await?;
        if answer.json::<Refused>().is_some_and(|refused| refused.error == "invalid_grant") {
            return Ok(None);
        }
        account(client, &answer, Some(&self.refresh_token)).map(Some)
    }
}

/// A sign-in that waits for its answer.
pub struct SignIn {
    listener: TcpListener,
    redirect: String,
    state: String,
    verifier: SecretString,
    /// What the person opens in a browser.
    pub address: Url,
}

impl SignIn {
    /// Takes a port of this machine for the answer.
    pub async fn begin(client: &OAuthClient) -> Result<Self, Failure> {
        let no_port = |error: std::io::Error| Failure {
            reason: format!("No port of this machine can be opened for the answer of the sign-in ({error})"),
            next_step: "Run it again; a firewall for programs on this machine may be in the way.".to_owned(),
            retryable: true,
        };
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(no_port)?;
        let port = listener.local_addr().map_err(no_port)?.port();
        let redirect = format!("http://127.0.0.1:{port}");
        let random = || Uuid::new_v4().simple().to_string();
        let (state, verifier) = (random(), format!("{}{}", random(), random()));
        let challenge = URL_SAFE_NO_PAD.encode_to_string(Sha256::digest(&verifier));
        let mut address = client.authorize.clone();
        address.query_pairs_mut().extend_pairs([
            ("client_id", client.id.as_str()),
            ("redirect_uri", redirect.as_str()),
            ("response_type", "code"),
            ("scope", SCOPE),
            ("state", state.as_str()),
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
            ("access_type", "offline"),
            ("prompt", "consent"),
        ]);
        Ok(Self { listener, redirect, state, verifier: verifier.into(), address })
    }

    /// Waits until the person has agreed or refused, five minutes at most.
    pub async fn finish(self, client: &OAuthClient, web: &Web) -> Result<Account, Failure> {
        let code = timeout(PATIENCE, self.answered()).await.map_err(|_| Failure {
            reason: format!("Nobody agreed within {} minutes", PATIENCE.as_secs() / 60),
            next_step: "Nothing was posted. Run it again and open the address in a browser of this machine.".to_owned(),
            retryable: true,
        })??;
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code.expose_secret()),
            ("code_verifier", self.verifier.expose_secret()),
            ("redirect_uri", &self.redirect),
        ];
        account(client, &redeem(client, web, &fields).await?, None)
    }

    /// The code of the one answer that belongs to this sign-in. Anything else is refused and waited past.
    async fn answered(&self) -> Result<SecretString, Failure> {
        loop {
            let Ok((mut stream, _)) = self.listener.accept().await else {
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            };
            let Some(target) = request_target(&mut stream).await else { continue };
            let Ok(url) = Url::parse(&format!("{}{target}", self.redirect)) else { continue };
            let field =
                |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
            let is_ours = url.path() == "/" && field("state").is_some_and(|state| state == self.state);
            match (is_ours, field("code"), field("error")) {
                (true, Some(code), _) => {
                    tell(
                        stream,
                        "200 OK",
                        "You are signed in. The upload goes on in the terminal; this page can be closed.",
                    )
                    .await;
                    return Ok(code.into());
                }
                (true, None, Some(error)) => {
                    tell(stream, "200 OK", "Nothing was agreed to. This page can be closed.").await;
                    return Err(Failure {
                        reason: match error.as_str() {
                            "access_denied" => "The sign-in was refused in the browser".to_owned(),
                            other => format!("The sign-in failed in the browser ({})", plain(other)),
                        },
                        next_step: "Nothing was posted. Run it again to be asked again.".to_owned(),
                        retryable: true,
                    });
                }
                _ => tell(stream, "404 Not Found", "This is no answer to the sign-in that waits here.").await,
            }
        }
    }
}

/// What a browser asks for.
async fn request_target(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    let read = async {
        let mut buffer = [0; 1024];
        while !head.windows(4).any(|end| end == b"\r\n\r\n") && head.len() < LONGEST_REQUEST {
            match stream.read(&mut buffer).await {
                Ok(0) | Err(_) => break,
                Ok(count) => head.extend_from_slice(&buffer[..count]),
            }
        }
    };
    timeout(REQUEST, read).await.ok()?;
    let head = String::from_utf8(head).ok()?;
    let mut words = head.lines().next()?.split(' ');
    (words.next() == Some("GET")).then(|| words.next().map(str::to_owned)).flatten()
}

async fn tell(mut stream: TcpStream, status: &str, text: &str) {
    let page = format!("<!doctype html><meta charset=utf-8><title>babblecast</title><p>{text}</p>");
    let answer = format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{page}",
        page.len()
    );
    // A browser that has gone away has been told nothing, and that is all.
    drop(stream.write_all(answer.as_bytes()).await);
    drop(stream.shutdown().await);
}

async fn redeem(client: &OAuthClient, web: &Web, fields: &[(&str, &str)]) -> Result<Answer, Failure> {
    let mut form = client.token.clone();
    form.set_query(None);
    form.query_pairs_mut()
        .extend_pairs(fields)
        .extend_pairs([("client_id", client.id.as_str()), ("client_secret", client.secret.expose_secret())]);
    let body = form.query().unwrap_or_default().to_owned();
    let request = web.to(&client.token).post(client.token.clone());
    ask(request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(body)).await.map_err(|why| Failure {
        reason: format!("The sign-in could not be completed ({why})"),
        next_step: "Nothing was posted. Check the network and run it again.".to_owned(),
        retryable: true,
    })
}

fn account(client: &OAuthClient, answer: &Answer, known: Option<&SecretString>) -> Result<Account, Failure> {
    let refused = |why: String| Failure {
        reason: format!("The sign-in was not accepted ({why})"),
        next_step: "Nothing was posted. Run it again; if it stays so, create the OAuth client anew.".to_owned(),
        retryable: false,
    };
    if let Some(Refused { error, error_description }) = answer.json() {
        let words = if error_description.is_empty() { error } else { format!("{error}: {error_description}") };
        return Err(refused(plain(&words)));
    }
    let tokens: Tokens = answer.json().ok_or_else(|| refused(format!("status {}", answer.status.as_u16())))?;
    let Some(refresh_token) = tokens.refresh_token.or_else(|| known.cloned()) else {
        return Err(refused("no token for later was given".to_owned()));
    };
    let ends_at = now() + tokens.expires_in;
    Ok(Account { client_id: client.id.clone(), refresh_token, access_token: tokens.access_token, ends_at })
}

/// Words of others, for a sentence.
pub(super) fn plain(words: &str) -> String {
    use crate::domain::Display;
    words.chars().take(300).collect::<String>().trim_end_matches('.').display().to_string()
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}
