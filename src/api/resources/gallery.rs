//! The gallery: every campaign with its babies, sounds and video, on one page that keeps itself up to date. Plain HTML;
//! without its small script it is a page that is right at the moment it was asked for.

use std::fmt::Write as _;

use axum::extract::State;
use axum::http::header;
use axum::response::{Html, IntoResponse};
use axum::routing::{MethodRouter, get};

use super::answers::{JobAnswer, Named, SceneLinks, asset_link, job_answer};
use super::jobs::find_campaign;
use crate::api::common::extract::{PathParts, QueryOf};
use crate::api::common::problem::Problem;
use crate::api::common::seen::Seen;
use crate::api::common::shared::SharedRef;
use crate::domain::{CampaignId, Display, Scene};
use crate::engine::document::Status;
use crate::engine::{Content, Entry, FinalsState, Loaded};
use crate::plan::{Mode, Product, Role, SceneStatus};

const STYLE: &str = include_str!("../../../assets/gallery/gallery.css");
const SCRIPT: &str = include_str!("../../../assets/gallery/gallery.js");
const ICON: &str = include_str!("../../../assets/gallery/icon.svg");

/// More pages than any gallery has.
pub const MOST_PAGES: usize = 1_000_000;

/// Campaigns of a page.
const OF_A_PAGE: usize = 24;

/// Scenes of a campaign that are shown at once; more are told by their number.
const MOST_SCENES: usize = 60;

/// What the pages need beside themselves.
pub fn files() -> [(&'static str, MethodRouter<SharedRef>); 3] {
    let file = |kind: &'static str, text: &'static str| {
        get(move || async move {
            ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-cache")], text).into_response()
        })
    };
    [
        ("/gallery.css", file("text/css; charset=utf-8", STYLE)),
        ("/gallery.js", file("text/javascript; charset=utf-8", SCRIPT)),
        ("/icon.svg", file("image/svg+xml", ICON)),
    ]
}

pub async fn page(State(shared): State<SharedRef>, query: QueryOf) -> Result<Html<String>, Problem> {
    let number = query.only(&["page"])?.number("page", 1, MOST_PAGES)?.max(1);
    Ok(Html(
        shared.look(|seen| framed("babblecast", &gallery(seen, number), "<script src=/gallery.js defer></script>")),
    ))
}

pub async fn card(
    State(shared): State<SharedRef>,
    PathParts(campaign): PathParts<String>,
) -> Result<Html<String>, Problem> {
    shared.look(|seen| {
        let entry = seen.entry(&campaign).ok_or_else(|| Problem::not_found("There is no such campaign."))?;
        Ok(Html(card_of(seen, entry)))
    })
}

/// A whole page around `body`.
pub fn framed(title: &str, body: &str, end: &str) -> String {
    format!(
        "<!doctype html><html lang=en><head><meta charset=utf-8>\
         <meta name=viewport content=\"width=device-width, initial-scale=1\"><meta name=color-scheme content=\"light dark\">\
         <title>{}</title><link rel=icon href=/icon.svg><link rel=stylesheet href=/gallery.css></head><body>{body}{end}\
         </body></html>",
        escaped(title)
    )
}

/// Text that is safe in HTML, also between quotation marks.
pub fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

/// Text of a campaign: nothing in it can hide or reorder the page.
fn shown(text: &str) -> String {
    escaped(text.display().as_str())
}

fn gallery(seen: &Seen, page: usize) -> String {
    let mut entries: Vec<_> = seen.library().entries.iter().collect();
    entries.sort_by_key(|entry| std::cmp::Reverse(seen.changed_at(&entry.name)));
    let pages = entries.len().div_ceil(OF_A_PAGE).max(1);
    let makers = match &seen.library().finals {
        FinalsState::Available => "finals and drafts".to_owned(),
        FinalsState::Unavailable(why) => format!("drafts only: {}", shown(why)),
    };
    let mut html = format!(
        "<header class=masthead><a class=wordmark href=/>babblecast</a><span class=air id=air>on air</span>\
         <nav><a href=/docs>interface</a></nav></header><main><p class=makers>{makers}</p><div class=cards id=cards>"
    );
    for entry in entries.iter().skip((page - 1) * OF_A_PAGE).take(OF_A_PAGE) {
        html.push_str(&card_of(seen, entry));
    }
    html.push_str("</div>");
    if entries.is_empty() {
        html.push_str(
            "<p class=empty>No campaign yet. Post one:</p><pre>curl -d @campaign.json \
             localhost:8000/api/v1/campaigns/generate</pre>",
        );
    }
    if pages > 1 {
        let link = |number: usize, words: &str| match number {
            0 => String::new(),
            number if number > pages => String::new(),
            number => format!("<a href=\"/?page={number}\">{words}</a>"),
        };
        let _ = write!(
            html,
            "<nav class=pages>{} <span>{page} of {pages}</span> {}</nav>",
            link(page - 1, "newer"),
            link(page + 1, "older")
        );
    }
    html.push_str("</main>");
    html
}

fn card_of(seen: &Seen, entry: &Entry) -> String {
    let name = escaped(&entry.name);
    let mut html = format!("<article class=card data-campaign=\"{name}\">");
    let named = CampaignId::new(entry.name.as_str()).ok().and_then(|id| find_campaign(seen, id));
    match (&entry.content, named) {
        (Content::Good(loaded), Some(named)) => good(&mut html, seen, loaded, &named),
        (Content::Broken(faults), _) => {
            let _ = write!(
                html,
                "<h2>{name}</h2><p class=id><span class=\"status failed\">to fix</span></p><ul class=faults>"
            );
            for fault in faults.iter().take(8) {
                let _ = write!(html, "<li>{}</li>", shown(&fault.to_string()));
            }
            html.push_str("</ul>");
        }
        (Content::Good(_), None) => {}
    }
    html.push_str("</article>");
    html
}

fn good(html: &mut String, seen: &Seen, loaded: &Loaded, named: &Named) {
    let JobAnswer { document, links } = job_answer(seen, named);
    let (class, word) = match document.status {
        Status::Queued if named.run.is_none() => ("idle", "not made"),
        Status::Queued => ("working", "waiting"),
        Status::Processing => ("working", "making"),
        Status::Completed if document.scenes_completed < document.scenes_total => ("failed", "partly made"),
        Status::Completed => ("made", "made"),
        Status::Failed => ("failed", "needs you"),
    };
    let mode = match named.mode {
        Mode::Draft => " <span class=draft>draft</span>",
        Mode::Final => "",
    };
    let _ = write!(
        html,
        "<h2>{}</h2><p class=id>{} <span class=\"status {class}\">{word}</span>{mode}</p>",
        shown(&loaded.campaign.topic),
        escaped(loaded.campaign.id.as_str()),
    );
    let _ = write!(
        html,
        "<div class=progress><progress max={} value={}></progress><span>{} of {} scenes</span></div>",
        document.scenes_total, document.scenes_completed, document.scenes_completed, document.scenes_total
    );
    if let Some(video) = &links.episode {
        let poster = links.thumbnail.as_ref().map(|link| format!(" poster=\"{link}\"")).unwrap_or_default();
        let _ = write!(html, "<video controls preload=metadata playsinline{poster} src=\"{video}\"></video>");
    }
    babies(html, seen, loaded, named.mode);
    if class == "failed" && !document.message.is_empty() {
        let _ = write!(html, "<p class=message>{}</p>", shown(&document.message));
    }
    let open = if loaded.campaign.scenes.len() <= 4 { " open" } else { "" };
    let _ = write!(html, "<details class=script{open}><summary>The script</summary><ol>");
    for (index, scene) in loaded.campaign.scenes.iter().enumerate().take(MOST_SCENES) {
        let status = document.results.get(index).map_or(SceneStatus::Pending, |result| result.status);
        let links = links.scenes.get(index).cloned().unwrap_or_default();
        let error = document.results.get(index).and_then(|result| result.error_message.as_deref());
        scene_of(html, loaded, scene, status, &links, error);
    }
    html.push_str("</ol>");
    if let more @ 1.. = loaded.campaign.scenes.len().saturating_sub(MOST_SCENES) {
        let _ = write!(html, "<p>and {more} more scenes</p>");
    }
    html.push_str("</details>");
}

fn babies(html: &mut String, seen: &Seen, loaded: &Loaded, mode: Mode) {
    html.push_str("<div class=babies>");
    let graph = loaded.graph(mode);
    for (position, profile) in loaded.campaign.profiles.iter().enumerate() {
        let (name, tone) = (shown(&profile.speaker), shown(&profile.tone_text));
        let job = graph.and_then(|graph| Some(&graph.jobs[*graph.portraits.get(position)?]));
        debug_assert!(job.is_none_or(|job| job.product() == Product::Portrait));
        let picture = job.and_then(|job| asset_link(seen, job.key, Role::Picture));
        html.push_str("<figure>");
        if let Some(link) = picture {
            let _ = write!(
                html,
                "<a href=\"{link}\"><img loading=lazy width=1024 height=1536 src=\"{link}\" alt=\"{name}\"></a>"
            );
        } else {
            let running = job.is_some_and(|job| seen.job(job.key).state.is_active());
            let _ = write!(html, "<div class=\"nobody{}\"></div>", if running { " coming" } else { "" });
        }
        let _ = write!(html, "<figcaption><b>{name}</b> {tone}</figcaption></figure>");
    }
    html.push_str("</div>");
}

fn scene_of(
    html: &mut String,
    loaded: &Loaded,
    scene: &Scene,
    status: SceneStatus,
    links: &SceneLinks,
    error: Option<&str>,
) {
    let state = match status {
        SceneStatus::Pending => "pending",
        SceneStatus::Processing => "processing",
        SceneStatus::Success => "success",
        SceneStatus::Failed => "failed",
    };
    let _ = write!(html, "<li class=\"{state}\">");
    match scene {
        Scene::Dialogue(line) => {
            let profile = loaded.campaign.profile(line.speaker);
            let side = line.speaker.position() % 4;
            let _ = write!(
                html,
                "<blockquote class=\"line voice{side}\"><cite>{}</cite> {}</blockquote>",
                shown(&profile.speaker),
                shown(&line.text)
            );
        }
        Scene::Media(media) => {
            let caption = media.caption.as_deref().unwrap_or(media.source.as_str());
            let _ = write!(html, "<p class=media>{}</p>", shown(caption));
        }
    }
    if let Some(audio) = &links.audio {
        let _ = write!(html, "<audio controls preload=none src=\"{audio}\"></audio>");
    }
    if let Some(clip) = &links.video {
        let _ = write!(html, "<a class=clip href=\"{clip}\">clip</a>");
    }
    if let Some(error) = error {
        let _ = write!(html, "<p class=message>{}</p>", shown(error));
    }
    html.push_str("</li>");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_campaign_becomes_a_part_of_the_page() {
        assert_eq!(escaped("<img src=x onerror='a()'>\"&"), "&lt;img src=x onerror=&#39;a()&#39;&gt;&quot;&amp;");
        assert!(!shown("a\u{202e}b\u{0}").contains(['\u{202e}', '\u{0}']));
    }
}
