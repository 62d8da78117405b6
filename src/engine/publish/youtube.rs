//! A finished video on its way to YouTube: the address of the upload is on disk before the first byte leaves, so a cut, a
//! kill or a power failure goes on where it ended, and the same video is never there twice.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::plan::{AssetHash, Failure};
use crate::providers::posting::{Account, Details, NotSent, OAuthClient, Refusal, Session, SignIn, Web, YouTube};
use crate::store::{Home, StoreError, UploadFiles};

/// Cuts that are followed by no new byte, one after the other.
const MOST_CUTS: u32 = 6;

/// After the first of them; doubled after each.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// What is kept of an upload.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Upload {
    /// Where its bytes go.
    session: String,
    bytes: u64,
    title: String,
    /// Once all of it is there.
    video: Option<String>,
}

/// What is uploaded, and how.
pub struct Wish<'a> {
    /// Its file.
    pub video: &'a Path,
    /// What goes with it.
    pub details: Details,
    /// Although it is there already.
    pub again: bool,
}

/// What an upload tells.
pub enum Step<'a> {
    /// A person opens this address in a browser.
    SignIn(&'a str),
    /// So many bytes of so many have left.
    Sent(u64, u64),
    /// It was cut, as a clause, and goes on.
    Cut(&'a str),
}

/// A video that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    /// YouTube's id of it.
    pub video: String,
    /// Whether it was there before.
    pub was_there: bool,
}

/// Why it is not there.
#[derive(Debug)]
pub enum NotPosted {
    /// A person has to do something first.
    Stopped(Failure),
    /// It may be there, and only a person can see it.
    Doubt(Failure),
    /// It did not work.
    Failed(Failure),
}

impl From<StoreError> for NotPosted {
    fn from(error: StoreError) -> Self {
        let reason = error.to_string().trim_end_matches('.').to_owned();
        let next_step = "Nothing was uploaded. Look at the studio home and run it again.".to_owned();
        Self::Failed(Failure { reason, next_step, retryable: true })
    }
}

/// Everything an upload works with.
pub struct Uploader {
    client: OAuthClient,
    web: Web,
    youtube: YouTube,
    files: UploadFiles,
}

impl Uploader {
    /// In the home below `root`.
    pub fn new(root: &Path, client: OAuthClient, base: Option<&str>) -> Result<Self, NotPosted> {
        let web = Web::new().map_err(NotPosted::Failed)?;
        let youtube = YouTube::new(web.clone(), base)
            .map_err(|reason| NotPosted::Stopped(failure(reason.trim_end_matches('.'), "Nothing was uploaded.")))?;
        Ok(Self { client, web, youtube, files: files(root)? })
    }

    /// Uploads a video, or says where it is. Cancelling it by dropping it loses nothing.
    pub async fn upload(
        &self,
        wish: &Wish<'_>,
        on_step: Arc<dyn Fn(Step<'_>) + Send + Sync>,
    ) -> Result<Posted, NotPosted> {
        let (hash, bytes) = UploadFiles::known_by(wish.video)?;
        let Some(_lock) = self.files.lock(hash)? else {
            return Err(NotPosted::Stopped(failure(
                "Another babblecast uploads this video",
                "Wait until it has ended.",
            )));
        };
        let before: Option<Upload> = self.files.upload(hash)?;
        if let Some(Upload { video: Some(video), .. }) = &before
            && !wish.again
        {
            return Ok(Posted { video: video.clone(), was_there: true });
        }
        let mut account = self.account(&on_step).await?;
        let begun = before.filter(|upload| upload.video.is_none() && upload.bytes == bytes && !wish.again);
        let (upload, mut from) = match begun {
            Some(upload) => match self.seen(&mut account, &upload, &on_step).await? {
                Session::Received(from) => (upload, from),
                Session::Done { video } => return self.done(hash, upload, video),
                Session::Gone => return Err(doubt(&upload)),
            },
            None => (self.begun(hash, wish, bytes, &mut account, &on_step).await?, 0),
        };
        let mut cuts = 0;
        loop {
            let told = on_step.clone();
            let on_sent = Arc::new(move |sent| told(Step::Sent(sent, bytes)));
            let sent = self.youtube.send(&account, (&upload.session, wish.video), (from, bytes), on_sent).await;
            let after = match sent {
                Ok(session) => session,
                Err(NotSent::Refused(Refusal::SignIn)) => {
                    account = self.renewed(&account, &on_step).await?;
                    self.seen(&mut account, &upload, &on_step).await?
                }
                Err(NotSent::Refused(refusal)) => return Err(refused(refusal)),
                Err(NotSent::Cut(why)) => {
                    on_step(Step::Cut(&why));
                    self.seen(&mut account, &upload, &on_step).await?
                }
            };
            match after {
                Session::Done { video } => return self.done(hash, upload, video),
                Session::Gone => return Err(doubt(&upload)),
                Session::Received(arrived) if arrived > from => (from, cuts) = (arrived, 0),
                Session::Received(arrived) => {
                    (from, cuts) = (arrived, cuts + 1);
                    if cuts >= MOST_CUTS {
                        return Err(given_up("no new byte arrives"));
                    }
                    pause(cuts).await;
                }
            }
        }
    }

    fn done(&self, hash: AssetHash, upload: Upload, video: String) -> Result<Posted, NotPosted> {
        self.files.keep_upload(hash, &Upload { video: Some(video.clone()), ..upload })?;
        Ok(Posted { video, was_there: false })
    }

    /// Begins an upload; its address is on disk when this returns.
    async fn begun(
        &self,
        hash: AssetHash,
        wish: &Wish<'_>,
        bytes: u64,
        account: &mut Account,
        on_step: &Arc<dyn Fn(Step<'_>) + Send + Sync>,
    ) -> Result<Upload, NotPosted> {
        for cuts in 1.. {
            match self.youtube.begin(account, &wish.details, bytes).await {
                Ok(session) => {
                    let upload = Upload { session, bytes, title: wish.details.title.clone(), video: None };
                    self.files.keep_upload(hash, &upload)?;
                    return Ok(upload);
                }
                Err(NotSent::Refused(Refusal::SignIn)) if cuts == 1 => {
                    *account = self.renewed(account, on_step).await?;
                }
                Err(NotSent::Refused(refusal)) => return Err(refused(refusal)),
                Err(NotSent::Cut(why)) if cuts >= MOST_CUTS => return Err(given_up(&why)),
                Err(NotSent::Cut(why)) => {
                    on_step(Step::Cut(&why));
                    pause(cuts).await;
                }
            }
        }
        Err(given_up("YouTube could not be reached"))
    }

    /// How far an upload is, asked until it is told.
    async fn seen(
        &self,
        account: &mut Account,
        upload: &Upload,
        on_step: &Arc<dyn Fn(Step<'_>) + Send + Sync>,
    ) -> Result<Session, NotPosted> {
        for cuts in 1.. {
            match self.youtube.look(account, &upload.session, upload.bytes).await {
                Ok(session) => return Ok(session),
                Err(NotSent::Refused(Refusal::SignIn)) if cuts == 1 => {
                    *account = self.renewed(account, on_step).await?;
                }
                Err(NotSent::Refused(refusal)) => return Err(refused(refusal)),
                Err(NotSent::Cut(why)) if cuts >= MOST_CUTS => return Err(given_up(&why)),
                Err(NotSent::Cut(_)) => pause(cuts).await,
            }
        }
        Err(given_up("YouTube could not be reached"))
    }

    /// The account that is known, or the one that a person agrees to now.
    async fn account(&self, on_step: &Arc<dyn Fn(Step<'_>) + Send + Sync>) -> Result<Account, NotPosted> {
        let known: Option<Account> = self.files.account()?;
        match known.filter(|account| account.client_id == self.client.id) {
            Some(account) if account.is_stale() => self.renewed(&account, on_step).await,
            Some(account) => Ok(account),
            None => self.signed_in(on_step).await,
        }
    }

    async fn renewed(
        &self,
        account: &Account,
        on_step: &Arc<dyn Fn(Step<'_>) + Send + Sync>,
    ) -> Result<Account, NotPosted> {
        match account.renewed(&self.client, &self.web).await.map_err(NotPosted::Failed)? {
            Some(account) => {
                self.files.keep_account(&account)?;
                Ok(account)
            }
            None => self.signed_in(on_step).await,
        }
    }

    async fn signed_in(&self, on_step: &Arc<dyn Fn(Step<'_>) + Send + Sync>) -> Result<Account, NotPosted> {
        let sign_in = SignIn::begin(&self.client).await.map_err(NotPosted::Failed)?;
        on_step(Step::SignIn(sign_in.address.as_str()));
        let account = sign_in.finish(&self.client, &self.web).await.map_err(NotPosted::Stopped)?;
        self.files.keep_account(&account)?;
        Ok(account)
    }
}

/// Forgets the account that uploads of the home below `root` go to; whether there was one.
pub fn sign_out(root: &Path) -> Result<bool, NotPosted> {
    Ok(files(root)?.forget_account()?)
}

fn files(root: &Path) -> Result<UploadFiles, NotPosted> {
    Ok(UploadFiles::new(Home::open(root)?, "youtube"))
}

async fn pause(cuts: u32) {
    tokio::time::sleep(FIRST_PAUSE * 2_u32.saturating_pow(cuts.saturating_sub(1))).await;
}

fn failure(reason: &str, next_step: &str) -> Failure {
    Failure { reason: reason.to_owned(), next_step: next_step.to_owned(), retryable: true }
}

fn given_up(why: &str) -> NotPosted {
    NotPosted::Failed(failure(
        &format!("The upload was cut again and again ({why})"),
        "What has arrived is kept for a week: run it again, and it goes on from there.",
    ))
}

fn refused(refusal: Refusal) -> NotPosted {
    match refusal {
        Refusal::SignIn => NotPosted::Stopped(failure(
            "YouTube does not take the account that was agreed to",
            "Sign out with `babblecast post youtube --sign-out`, and run it again.",
        )),
        Refusal::Later(reason) => NotPosted::Stopped(failure(&reason, "Run it again then: it goes on where it ended.")),
        Refusal::Never(reason) => NotPosted::Failed(failure(&reason, "Nothing more was uploaded.")),
    }
}

/// An upload that was begun and is no longer known: it has ended, or is too old.
fn doubt(upload: &Upload) -> NotPosted {
    use crate::domain::Display;
    NotPosted::Doubt(failure(
        &format!("YouTube no longer knows the upload of \"{}\" that was begun before", upload.title.display()),
        "It may be on your channel: look there. If it is not, --again uploads it anew.",
    ))
}
