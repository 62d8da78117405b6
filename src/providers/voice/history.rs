//! ElevenLabs keeps what it made: a call whose end is unknown can be looked up there, and its sound fetched, instead of
//! paying again. Pure; the engine decides when to ask.

use serde::Deserialize;
use serde_json::Value;

use super::alignment::Alignment;
use super::elevenlabs::dialogue::found_files;
use super::elevenlabs::{ElevenLabs, OWN_BASE, files};
use crate::plan::{Failure, Request, SpokenLine};
use crate::providers::errors::classify;
use crate::providers::http::lenient::lenient;
use crate::providers::http::{Body, Call, Limits, Method, Reply};
use crate::providers::names::ELEVENLABS;
use crate::providers::remote::{Verdict, failure_of, garbled, refused};

/// Clocks differ by this much at most, in seconds.
const CLOCK_DIFFERENCE: u64 = 120;

/// What the history says of a call.
#[derive(Debug, Clone, PartialEq)]
pub enum Found {
    /// Made, and billed. Of a dialogue, the history may know when its characters are heard.
    Item { id: String, request_id: Option<String>, alignment: Option<Alignment> },
    /// Not in this history, which reaches back far enough. That it was not made follows only where this is the history
    /// that would list it.
    Nothing,
    /// Several lines fit, or the history does not reach back far enough: a person must decide.
    Unclear,
}

/// The newest lines of one account. Both members are always there: a reply without them is no history, and must not be
/// taken for an empty one.
#[derive(Debug, Deserialize)]
pub struct History {
    history: Vec<Item>,
    has_more: bool,
}

#[derive(Debug, Deserialize)]
struct Item {
    history_item_id: String,
    #[serde(default)]
    request_id: Option<String>,
    #[serde(default)]
    voice_id: Option<String>,
    #[serde(default)]
    model_id: Option<String>,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    date_unix: Value,
    /// Of a dialogue: then there is no voice and no text beside it.
    #[serde(default, deserialize_with = "lenient")]
    dialogue: Option<Vec<SpokenLine>>,
    #[serde(default, deserialize_with = "lenient")]
    alignments: Option<Alignments>,
}

#[derive(Debug, Deserialize)]
struct Alignments {
    #[serde(default, deserialize_with = "lenient")]
    alignment: Option<Alignment>,
}

/// Whether an item of the history is what a call asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fit {
    Yes,
    No,
    /// It is told in a way that is not known here.
    Perhaps,
}

impl Item {
    fn fit(&self, request: &Request) -> Fit {
        let model = request.made_by().map(|made_by| made_by.model.as_str());
        if self.model_id.as_deref().is_some_and(|own| Some(own) != model) {
            return Fit::No;
        }
        match request {
            Request::Voice(line) => {
                let is_it =
                    self.voice_id.as_deref() == Some(&line.voice_id) && self.text.as_deref() == Some(&line.text);
                if is_it { Fit::Yes } else { Fit::No }
            }
            Request::Dialogue(dialogue) => match (&self.dialogue, self.text.as_deref()) {
                (Some(lines), _) if !lines.is_empty() => {
                    if *lines == dialogue.lines {
                        Fit::Yes
                    } else {
                        Fit::No
                    }
                }
                (_, None | Some("")) => Fit::Perhaps,
                (_, Some(text)) => {
                    if dialogue.lines.iter().any(|line| text.contains(&line.text)) {
                        Fit::Perhaps
                    } else {
                        Fit::No
                    }
                }
            },
            _ => Fit::Perhaps,
        }
    }
}

impl History {
    /// Whether it lists the call that the provider gave this name.
    pub fn lists(&self, request_id: &str) -> bool {
        self.history.iter().any(|item| item.request_id.as_deref() == Some(request_id))
    }

    /// Looks for the call that made `request`, sent between these two times in seconds since 1970.
    pub fn find(&self, request: &Request, sent: (u64, u64)) -> Found {
        let earliest = sent.0.saturating_sub(CLOCK_DIFFERENCE);
        let latest = sent.1.saturating_add(CLOCK_DIFFERENCE);
        let date = |item: &Item| item.date_unix.as_u64();
        let is_of_the_time = |item: &&Item| date(item).is_some_and(|date| (earliest..=latest).contains(&date));
        let of_the_time: Vec<&Item> = self.history.iter().filter(is_of_the_time).collect();
        if of_the_time.iter().any(|item| item.fit(request) == Fit::Perhaps) {
            return Found::Unclear;
        }
        let fitting: Vec<&Item> = of_the_time.into_iter().filter(|item| item.fit(request) == Fit::Yes).collect();
        let reaches_back =
            !self.has_more || self.history.iter().any(|item| date(item).is_some_and(|date| date < earliest));
        match fitting[..] {
            [item] => Found::Item {
                id: item.history_item_id.clone(),
                request_id: item.request_id.clone(),
                alignment: item.alignments.as_ref().and_then(|alignments| alignments.alignment.clone()),
            },
            [] if reaches_back => Found::Nothing,
            _ => Found::Unclear,
        }
    }
}

impl ElevenLabs {
    /// Whether a call for `request` would go to the address that is set now: the history of another server says nothing
    /// of it.
    pub fn is_address_of(&self, request: &Request) -> bool {
        request.made_by().is_some_and(|made_by| made_by.endpoint == self.endpoint.in_key(OWN_BASE))
    }

    /// Asks for the newest thousand lines.
    pub fn history_call(&self) -> Call {
        let mut url = self.endpoint.join(&["v1", "history"]);
        url.query_pairs_mut().append_pair("page_size", "1000");
        self.history_get(url, Limits { body_bytes: 16 * 1024 * 1024, ..Limits::question() })
    }

    pub fn read_history(&self, reply: &Reply) -> Result<History, Failure> {
        if !reply.head.is_success() {
            let failure = failure_of(classify(&self.names("", ""), reply));
            return Err(failure.unwrap_or_else(|| refused("ElevenLabs did not show its history", "Try again.")));
        }
        serde_json::from_slice(&reply.body).map_err(|_| {
            refused("ElevenLabs showed its history in a form that cannot be read", "Look at elevenlabs.io → History.")
        })
    }

    /// Fetches the sound of a line found in the history; costs nothing.
    pub fn history_sound_call(&self, id: &str) -> Call {
        let url = self.endpoint.join(&["v1", "history", id, "audio"]);
        self.history_get(url, Limits::speech(std::time::Duration::from_mins(2), 0))
    }

    /// The line out of the history, without timestamps; of a dialogue, its lines are found by `alignment` or by the sound.
    pub fn decode_history_sound(&self, request: &Request, alignment: Option<&Alignment>, reply: &Reply) -> Verdict {
        if !reply.head.is_success() {
            return self.explained(request, reply);
        }
        let files = match request {
            Request::Dialogue(dialogue) => found_files(dialogue, &reply.body, alignment),
            _ => files(&reply.body, "mp3", None),
        };
        match files {
            Ok(files) => Verdict::Made { files, cost: None, request_id: reply.head.request_id() },
            Err(why) => garbled(ELEVENLABS, &why, reply),
        }
    }

    fn history_get(&self, url: reqwest::Url, limits: Limits) -> Call {
        Call { provider: ELEVENLABS, method: Method::Get, url, key: Some(self.key.clone()), body: Body::Empty, limits }
    }
}

#[cfg(test)]
mod tests;
