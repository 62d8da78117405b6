//! `babblecast post youtube`: a finished video on the person's own channel, private unless another word is given.

use std::io::IsTerminal;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use strum::VariantNames;

use super::post::video;
use crate::cli::support::context::Context;
use crate::cli::support::exit::{Exit, Failure, sentence};
use crate::cli::support::output::say;
use crate::cli::support::session::{Interrupts, loaded};
use crate::cli::support::target::{Target, target};
use crate::cli::support::which::Which;
use crate::domain::Display;
use crate::engine::publish::files;
use crate::engine::publish::post_words::{LONGEST_TITLE, PostWords};
use crate::engine::publish::youtube::{NotPosted, Posted, Step, Uploader, Wish, sign_out};
use crate::engine::start_runtime;
use crate::providers::posting::{Details, OAuthClient, Privacy, YouTube};

/// Upload the finished video to your own YouTube channel, private by default
#[derive(Debug, clap::Args)]
#[command(after_help = "\
It needs an OAuth client of your own, once: in console.cloud.google.com make a project, switch on the YouTube Data API v3, \
create an OAuth client of the type \"Desktop app\", download its JSON file and name it with \
`babblecast config set youtube_client FILE`. The first upload asks in the browser for the right to upload, and for nothing else.

An upload that is cut goes on where it ended; the same video is never uploaded twice. That AI took part is told to YouTube \
where it did. As long as Google has not verified your project, YouTube keeps its uploads private.

Exit code 0: it is there. 4: something is to be set up or agreed to. 5: it may be there, look at your channel.

Examples: babblecast post youtube nap_or_snack
          babblecast post youtube nap_or_snack --privacy unlisted --title 'Naps: a trial'
          babblecast post youtube --sign-out")]
pub struct Arguments {
    /// Campaign by id or file
    #[arg(value_name = "C", value_parser = target(), required_unless_present = "sign_out")]
    campaign: Option<Target>,
    #[command(flatten)]
    which: Which,
    /// Who may watch it: private, unlisted or public
    #[arg(long, value_name = "WHO", default_value = "private", hide_possible_values = true,
        value_parser = PossibleValuesParser::new(Privacy::VARIANTS).try_map(|word| word.parse::<Privacy>()))]
    privacy: Privacy,
    /// Another title than the campaign's
    #[arg(long, value_name = "WORDS")]
    title: Option<String>,
    /// Declare that it is made for children
    #[arg(long)]
    made_for_kids: bool,
    /// Upload it although it is there already
    #[arg(long)]
    again: bool,
    /// Forget the account that uploads go to
    #[arg(long, conflicts_with_all = ["campaign", "again", "title"])]
    sign_out: bool,
}

pub fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let Some(target) = &arguments.campaign else { return signed_out(context) };
    let client = client(context)?;
    let base = context.config.addresses.iter().find(|(variable, _)| *variable == YouTube::VARIABLE);
    let base = base.map(|(_, address)| address.as_str());
    let uploader = Uploader::new(&context.config.home.value, client, base).map_err(failed)?;
    let session = context.open(std::slice::from_ref(target))?;
    let entry = session.good_entry(target)?;
    let campaign = loaded(&entry)?;
    let mode = arguments.which.of(&session, campaign);
    let finished = video(&session, &entry, campaign, mode)?;
    let provenance = campaign.graph(mode).and_then(|graph| graph.provenance_of(&finished.request));
    let words = PostWords::of(&campaign.campaign, provenance.as_ref());
    let movie = entry.output.join(files::episode_file(campaign, mode, "mp4"));
    let id = entry.name.clone();
    session.close()?;
    let details = Details {
        title: title(arguments, &words)?,
        description: words.caption(),
        tags: words.hashtags.iter().map(|tag| tag.trim_start_matches('#').to_owned()).collect(),
        privacy: arguments.privacy,
        is_synthetic: words.disclosure.is_some(),
        is_made_for_kids: arguments.made_for_kids,
    };
    let wish = Wish { video: &movie, details, again: arguments.again };
    let posted = upload(&uploader, &wish, context)?;
    let address = format!("https://youtu.be/{}", posted.video);
    let privacy: &str = arguments.privacy.into();
    let answer = json!({
        "campaign_id": id, "video": posted.video, "url": address, "was_there": posted.was_there, "privacy": privacy,
        "studio": format!("https://studio.youtube.com/video/{}/edit", posted.video),
    });
    context.output.answer(&answer, || {
        if posted.was_there {
            return format!("It is there already: {address}\n--again uploads it once more.");
        }
        format!("{}: {address} ({privacy})\nChange its words and who may watch it: https://studio.youtube.com/video/{}/edit",
            id.display(), posted.video)
    })?;
    Ok(Exit::Done)
}

/// Needs no client: whoever has removed it can still sign out.
fn signed_out(context: &Context) -> Result<Exit, Failure> {
    let was_there = sign_out(&context.config.home.value).map_err(failed)?;
    context.output.answer(&json!({"signed_out": was_there}), || {
        if was_there {
            let page = "https://myaccount.google.com/permissions";
            format!("Signed out. Google's page of your account takes the right itself back:\n{page}")
        } else {
            "No account was signed in.".to_owned()
        }
    })?;
    Ok(Exit::Done)
}

fn client(context: &Context) -> Result<OAuthClient, Failure> {
    let Some(path) = &context.config.youtube_client.value else {
        return Err(Failure::stopped(
            "No OAuth client is set up, so nothing can be uploaded. Create one of the type \"Desktop app\" in \
             console.cloud.google.com (`babblecast post youtube --help` says how), then: babblecast config set \
             youtube_client FILE",
        ));
    };
    let refused = |why: String| {
        Failure::stopped(format!("The OAuth client {} cannot be used: {why}.", path.to_string_lossy().display()))
    };
    let text = std::fs::read_to_string(path).map_err(|error| refused(error.to_string()))?;
    OAuthClient::read(&text).map_err(refused)
}

fn title(arguments: &Arguments, words: &PostWords) -> Result<String, Failure> {
    let Some(title) = &arguments.title else { return Ok(words.title.clone()) };
    if title.trim().is_empty() || title.chars().count() > LONGEST_TITLE || title.contains(['<', '>']) {
        return Err(Failure::wrong(format!(
            "A title of YouTube has 1 to {LONGEST_TITLE} characters and no angle brackets."
        )));
    }
    Ok(title.clone())
}

fn upload(uploader: &Uploader, wish: &Wish<'_>, context: &Context) -> Result<Posted, Failure> {
    let runtime = start_runtime(&mut tokio::runtime::Builder::new_current_thread())
        .map_err(|error| Failure::unable(format!("Nothing can be uploaded: {error}.")))?;
    let bar = bar(context);
    let (shown, is_for_a_person) = (bar.clone(), context.output.is_for_a_person());
    let on_step = Arc::new(move |step: Step<'_>| match step {
        Step::SignIn(address) => {
            say(&"Open this address in a browser of this machine, and agree to uploads:");
            say(&address);
            if is_for_a_person {
                open_in_browser(address);
            }
        }
        Step::Sent(bytes, of) => {
            shown.set_length(of);
            shown.set_position(bytes);
        }
        Step::Cut(why) => shown.suspend(|| say(&format!("Cut off ({why}); it goes on.").display())),
    });
    let ended = runtime.block_on(async {
        let mut interrupts = Interrupts::listen().map_err(|error| Failure::unable(format!("{error}.")))?;
        tokio::select! {
            ended = uploader.upload(wish, on_step) => ended.map_err(failed),
            () = interrupts.next() => Err(Failure {
                exit: Exit::Interrupted,
                message: "Interrupted. What has arrived is kept for a week; the same command goes on.".to_owned(),
            }),
        }
    });
    bar.finish_and_clear();
    ended
}

fn failed(why: NotPosted) -> Failure {
    let (exit, failure) = match why {
        NotPosted::Stopped(failure) => (Exit::Stopped, failure),
        NotPosted::Doubt(failure) => (Exit::Unknown, failure),
        NotPosted::Failed(failure) => (Exit::Unable, failure),
    };
    Failure { exit, message: sentence(failure.to_string().display().to_string()) }
}

/// Where there is none, the person opens the address that was told.
fn open_in_browser(address: &str) {
    let opener = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let mut command = std::process::Command::new(opener);
    drop(command.arg(Path::new(address)).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn());
}

fn bar(context: &Context) -> ProgressBar {
    if context.output.json || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{wide_bar:.green} {bytes} of {total_bytes} · {bytes_per_sec}");
    ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
