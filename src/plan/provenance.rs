//! How a product came to be: who made what went into it. Pure; asked through `Graph::provenance_of` by whatever writes files
//! for people, and by whoever knows the requests of what is stored.
//!
//! Portraits, voices and the user's own material count. What only arranges them (captions, cards, cuts, a camera over a
//! picture) does not, but for a picture of the user's own that is made to talk or move like a baby.

use std::collections::BTreeSet;

use super::face::Face;
use super::key::{AssetHash, JobKey};
use super::made_by::MadeBy;
use super::request::Request;
use super::video::Shown;
use crate::domain::{Provenance, SourceType};

/// What is known of everything that went into a product.
#[derive(Debug, Default)]
struct Origins {
    /// Whether a trained model took part, be it without a name.
    is_trained: bool,
    /// The models, by "provider model".
    models: BTreeSet<String>,
    /// Whether something was drawn, moved or synthesised by an algorithm that learnt from nothing.
    is_drawn: bool,
    /// Whether there is material of the user's own, of which nobody knows how it came to be.
    is_own: bool,
}

/// How the product of a request came to be; `request_of` looks up what it is made of, and `said_of` what a file of the user's
/// own says of itself. `None` where nothing can be said: for own material that says nothing, as it is, and for a title alone.
pub fn provenance<'r>(
    request: &'r Request,
    request_of: &impl Fn(JobKey) -> Option<&'r Request>,
    said_of: &impl Fn(AssetHash) -> Option<&'r Provenance>,
) -> Option<Provenance> {
    let mut origins = Origins::default();
    origins.add(request, request_of, said_of);
    let Origins { is_trained, models, is_drawn, is_own } = origins;
    let is_put_together = matches!(request, Request::Clip(_) | Request::Fade(_) | Request::Episode(_));
    let source = match (is_trained, is_drawn, is_own) {
        (true, false, false) => SourceType::TrainedAlgorithmicMedia,
        (true, _, _) => SourceType::CompositeWithTrainedAlgorithmicMedia,
        (false, true, false) => SourceType::AlgorithmicMedia,
        (false, true, true) => SourceType::Composite,
        (false, false, true) if is_put_together => SourceType::Composite,
        (false, false, _) => return None,
    };
    Some(Provenance { source, systems: models.into_iter().collect() })
}

impl Origins {
    fn add<'r>(
        &mut self,
        request: &'r Request,
        request_of: &impl Fn(JobKey) -> Option<&'r Request>,
        said_of: &impl Fn(AssetHash) -> Option<&'r Provenance>,
    ) {
        let mut of = |key: JobKey| {
            if let Some(request) = request_of(key) {
                self.add(request, request_of, said_of);
            }
        };
        match request {
            Request::Portrait(portrait) if portrait.is_drawn() => self.is_drawn = true,
            Request::Portrait(portrait) => {
                match portrait.face() {
                    Some(Face::Made(key)) => of(key),
                    Some(Face::Source(file)) => self.add_own(said_of(file)),
                    Some(Face::Drawn(_)) | None => {}
                }
                self.add_model(&portrait.made_by);
            }
            // No matter who made it, it was asked for as this one is.
            Request::Kept { instead_of, .. } => self.add(instead_of, request_of, said_of),
            Request::OwnPortrait { source } | Request::OwnVoice { source, .. } => self.add_own(said_of(*source)),
            // The built-in voices too: their networks and statistics were learnt from recordings.
            Request::Voice(voice) => self.add_model(&voice.made_by),
            Request::Dialogue(dialogue) => self.add_model(&dialogue.made_by),
            Request::Script(script) => self.add_model(&script.made_by),
            Request::CutVoice(cut) => of(cut.dialogue),
            Request::ShapedVoice(shaped) => of(shaped.voice),
            Request::Transcript(transcript) => self.add_model(&transcript.made_by),
            Request::ChangedVoice(line) => self.add_model(&line.made_by),
            Request::Effect(sound) | Request::Music(sound) if sound.is_built_in() => self.is_drawn = true,
            Request::Effect(sound) | Request::Music(sound) => self.add_model(&sound.made_by),
            Request::Marks(_) => {}
            Request::Clip(clip) => {
                clip.inputs().for_each(of);
                match &clip.shown {
                    Shown::Media { source } => self.add_own(said_of(*source)),
                    Shown::Solo { .. } | Shown::Duo { .. } => {
                        let is_photo = |key| matches!(request_of(key), Some(Request::OwnPortrait { .. }));
                        self.is_drawn |= clip.shown.inputs().any(is_photo);
                    }
                    Shown::Card { .. } | Shown::Missing { .. } => {}
                }
            }
            Request::Fade(fade) => fade.inputs().into_iter().for_each(of),
            Request::Episode(episode) => {
                let parts = episode.parts.iter().flat_map(|part| std::iter::once(part.clip).chain(part.voice));
                parts.chain(episode.made_music).for_each(of);
                if let Some(music) = episode.music {
                    self.add_own(said_of(music));
                }
            }
        }
    }

    /// Own material, which may say of itself that it came out of a model.
    fn add_own(&mut self, said: Option<&Provenance>) {
        let Some(Provenance { source, systems }) = said else {
            self.is_own = true;
            return;
        };
        self.is_trained |= !matches!(source, SourceType::AlgorithmicMedia | SourceType::Composite);
        self.is_drawn |= *source == SourceType::AlgorithmicMedia;
        self.is_own |= !matches!(source, SourceType::TrainedAlgorithmicMedia | SourceType::AlgorithmicMedia);
        self.models.extend(systems.iter().cloned());
    }

    fn add_model(&mut self, made_by: &MadeBy) {
        let MadeBy { provider, model, .. } = made_by;
        self.is_trained = true;
        self.models.insert(if model.is_empty() { provider.to_string() } else { format!("{provider} {model}") });
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::{Campaign, Format, read};
    use crate::plan::settings::{Billing, Maker, Settings, Speech};
    use crate::plan::{AssetHash, Choices, Graph, ProviderId, Sources, plan};

    fn maker(provider: ProviderId, version: Option<u32>) -> Maker {
        let made_by = MadeBy {
            provider,
            model: "one".to_owned(),
            version,
            endpoint: None,
            parameters: std::collections::BTreeMap::new(),
        };
        Maker { made_by, billing: Billing::Free, speech: Speech::default() }
    }

    /// A campaign of one line, changed, planned with a portrait provider, which draws or not.
    fn planned(draws: bool, change: impl Fn(&mut serde_json::Value)) -> Graph {
        let mut file = json!({
            "campaign_id": "c", "topic": "Naps", "script": [{"type": "dialogue", "speaker": "Ada", "text": "One."}],
            "baby_profiles": {"Ada": {"tone": "warm", "voice_id": "v"}},
        });
        change(&mut file);
        let campaign: Campaign = read(&file.to_string(), Format::Json).unwrap();
        let other = maker(ProviderId::Clip, Some(1)).made_by;
        let settings = Settings {
            image: if draws { maker(ProviderId::Sketch, Some(1)) } else { maker(ProviderId::OpenAi, None) },
            voice: maker(ProviderId::Neural, Some(1)),
            sounds: None,
            clip: other.clone(),
            talking: other.clone(),
            marks: other.clone(),
            video_file: other.clone(),
            fade: other.clone(),
            episode: other,
        };
        let sources: Sources = campaign
            .materials()
            .into_iter()
            .map(|path| (path.clone(), AssetHash::of(path.as_str().as_bytes())))
            .collect();
        plan(&campaign, &settings, &Choices::default(), &sources).unwrap()
    }

    fn said(graph: &Graph, request: &Request) -> Option<(&'static str, String)> {
        let said = graph.provenance_of(request)?;
        Some((said.source.term(), said.systems.join(", ")))
    }

    fn of_episode(graph: &Graph) -> Option<(&'static str, String)> {
        said(graph, &graph.episode_job().unwrap().request)
    }

    const COMPOSITE: &str = "compositeWithTrainedAlgorithmicMedia";

    #[test]
    fn a_file_says_what_its_parts_were_made_by() {
        let nothing = |_: &mut serde_json::Value| {};
        let (drawn, bought) = (planned(true, nothing), planned(false, nothing));
        let portrait = |graph: &Graph| said(graph, &graph.jobs[graph.portraits[0]].request);
        assert_eq!(portrait(&drawn), Some(("algorithmicMedia", String::new())));
        assert_eq!(portrait(&bought), Some(("trainedAlgorithmicMedia", "openai one".to_owned())));
        assert_eq!(of_episode(&drawn), Some((COMPOSITE, "neural one".to_owned())));
        assert_eq!(of_episode(&bought), Some(("trainedAlgorithmicMedia", "neural one, openai one".to_owned())));
    }

    #[test]
    fn own_material_that_says_that_a_model_made_it_counts_as_that() {
        let said = |graph: &mut Graph, source: SourceType, systems: &[&str]| {
            let systems = systems.iter().map(|&system| system.to_owned()).collect();
            graph.said = std::collections::BTreeMap::from([(AssetHash::of(b"a.wav"), Provenance { source, systems })]);
        };
        let mut graph = planned(true, |file| file["script"][0]["audio"] = json!("a.wav"));
        said(&mut graph, SourceType::TrainedAlgorithmicMedia, &["elevenlabs changer"]);
        assert_eq!(of_episode(&graph), Some((COMPOSITE, "elevenlabs changer".to_owned())));
        said(&mut graph, SourceType::CompositeWithTrainedAlgorithmicMedia, &[]);
        assert_eq!(of_episode(&graph), Some((COMPOSITE, String::new())), "a model without a name is one");
        said(&mut graph, SourceType::AlgorithmicMedia, &[]);
        assert_eq!(of_episode(&graph), Some(("algorithmicMedia", String::new())));
        said(&mut graph, SourceType::Composite, &[]);
        assert_eq!(of_episode(&graph), Some(("composite", String::new())));
    }

    #[test]
    fn own_material_makes_a_composite_and_is_left_as_it_is_by_itself() {
        let recorded = |file: &mut serde_json::Value| file["script"][0]["audio"] = json!("a.wav");
        assert_eq!(of_episode(&planned(true, recorded)), Some(("composite", String::new())));
        let with_photo = |file: &mut serde_json::Value| {
            recorded(file);
            file["baby_profiles"]["Ada"]["portrait"] = json!("a.png");
        };
        let moved = planned(true, with_photo);
        assert_eq!(said(&moved, &moved.jobs[moved.portraits[0]].request), None);
        assert_eq!(of_episode(&moved), Some(("composite", String::new())));
        let with_music = |file: &mut serde_json::Value| file["music"] = json!("a.mp3");
        assert_eq!(of_episode(&planned(false, with_music)).unwrap().0, COMPOSITE);
        let kept_face = |file: &mut serde_json::Value| file["baby_profiles"]["Ada"]["reference"] = json!("a.png");
        let kept = planned(false, kept_face);
        assert_eq!(said(&kept, &kept.jobs[kept.portraits[0]].request).unwrap().0, COMPOSITE);
    }
}
