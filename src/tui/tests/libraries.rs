//! Libraries for studios on a stage: campaigns as the engine reads and plans them, with finals and without.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::domain::{Cast, Format, MicroDollars, read_with};
use crate::engine::{Content, DropAside, Entry, FinalsState, Library, Loaded};
use crate::plan::{AssetHash, Billing, Charged, Choices, MadeBy, Maker, ProviderId, Settings, Sources, Speech, plan};
use crate::providers::Who;

pub fn settings() -> Settings {
    let maker = |provider: &str, model: &str| Maker {
        made_by: MadeBy {
            provider: provider.parse().expect("a provider"),
            model: model.to_owned(),
            version: Some(1),
            endpoint: None,
            parameters: std::collections::BTreeMap::new(),
        },
        billing: Billing::Free,
        speech: Speech::default(),
    };
    Settings {
        image: maker("sketch", "drawn-baby"),
        voice: maker("pico", "svox-pico"),
        sounds: None,
        clip: maker("clip", "embedded").made_by,
        talking: maker("clip", "embedded").made_by,
        marks: maker("face", "mesh").made_by,
        video_file: maker("clip", "embedded").made_by,
        fade: maker("fade", "embedded").made_by,
        episode: maker("episode", "embedded").made_by,
    }
}

/// The example of the documentation, with another id and topic.
pub fn document(id: &str, topic: &str) -> Value {
    json!({
        "campaign_id": id,
        "topic": topic,
        "script": [
            {"type": "dialogue", "speaker": "Baby 1", "text": "Yo, I just stumbled upon this artist, Mon Rovîa."},
            {"type": "dialogue", "speaker": "Baby 2", "text": "Mon Rovîa? Can not say I have heard of him. 你好 👨‍👩‍👧"},
            {"type": "media", "source": "media/cover.png", "caption": "Mon Rovîa", "duration_s": 3.0},
        ],
        "baby_profiles": {
            "Baby 1": {"tone": "warm, inviting", "voice_id": "baby_voice_1"},
            "Baby 2": {"tone": "curious, thoughtful", "voice_id": "baby_voice_2", "appearance": "curly hair"},
        }
    })
}

/// One entry of the library, as the engine reads it.
pub fn entry(document: &Value) -> Entry {
    entry_with(document, &Cast::none())
}

pub fn entry_with(document: &Value, cast: &Cast) -> Entry {
    let name = document["campaign_id"].as_str().unwrap_or("broken").to_owned();
    let content = match read_with(&document.to_string(), Format::Json, cast) {
        Err(faults) => Content::Broken(faults),
        Ok(campaign) => {
            let sources: Sources =
                campaign.materials().into_iter().map(|path| (path.clone(), AssetHash::of(b"material"))).collect();
            let choices = Choices::default();
            let draft = plan(&campaign, &settings(), &choices, &sources).unwrap();
            let undrawn_words = campaign.profiles.iter().map(|_| Vec::new()).collect();
            let speaker_slugs = crate::engine::publish::files::speaker_slugs(&campaign);
            Content::Good(DropAside::new(Loaded {
                campaign,
                source_hash: AssetHash::of(document.to_string().as_bytes()),
                draft,
                finals: None,
                choices,
                sources,
                takes: HashMap::new(),
                portraits_made: Vec::new(),
                speaker_slugs,
                keeps_earlier_voice: false,
                undrawn_words,
            }))
        }
    };
    Entry {
        path: PathBuf::from(format!("campaigns/{name}.json")),
        output: PathBuf::from(format!("output/{name}")),
        videos: Vec::new(),
        name,
        content,
        edit_faults: Vec::new(),
        written_at: None,
    }
}

pub fn library(documents: &[Value]) -> Library {
    Library {
        folder: Some(PathBuf::from("campaigns")),
        entries: documents.iter().map(entry).map(Arc::new).collect(),
        finals: FinalsState::Unavailable(
            "Finals need a provider: set OPENAI_API_KEY and ELEVENLABS_API_KEY.".to_owned(),
        ),
        absent: std::collections::BTreeMap::new(),
        who: Who::drafts("no key set"),
        warnings: Vec::new(),
        cast: Arc::default(),
        charged: Charged::default(),
    }
}

/// The same with providers that are paid: $0.05 a portrait, $0.0001 a character.
pub fn paid_library(documents: &[Value]) -> Library {
    with_finals(library(documents), settings())
}

/// The same with portraits that are painted: only what is drawn here has a version.
pub fn painted_library(documents: &[Value]) -> Library {
    let mut paid = settings();
    paid.image.made_by.version = None;
    with_finals(library(documents), paid)
}

pub fn with_finals(mut library: Library, mut paid: Settings) -> Library {
    let price = |per_call, per_character| Billing::Metered {
        per_call: MicroDollars(per_call),
        per_character: MicroDollars(per_character),
        per_reference: MicroDollars::ZERO,
    };
    (paid.image.made_by.provider, paid.image.billing) = (ProviderId::OpenAi, price(50_000, 0));
    (paid.voice.made_by.provider, paid.voice.billing) = (ProviderId::ElevenLabs, price(0, 100));
    for entry in &mut library.entries {
        let entry = Arc::make_mut(entry);
        if let Content::Good(loaded) = &mut entry.content {
            let materials = loaded.campaign.materials();
            let sources = materials.into_iter().map(|path| (path.clone(), AssetHash::of(b"material"))).collect();
            loaded.finals = Some(plan(&loaded.campaign, &paid, &loaded.choices, &sources).unwrap());
        }
    }
    let short = "final: OpenAI, ElevenLabs (set up by the environment)".to_owned();
    Library { finals: FinalsState::Available, who: Who { short, ..Who::default() }, ..library }
}

/// The same on a day without a key: finals are planned, and cannot be made.
pub fn keyless_library(documents: &[Value]) -> Library {
    let paid = paid_library(documents);
    let finals = FinalsState::Unavailable("No key is set: finals need OPENAI_API_KEY".to_owned());
    let absent =
        [ProviderId::OpenAi, ProviderId::ElevenLabs].map(|provider| (provider, format!("{provider} needs its key.")));
    Library { finals, absent: absent.into_iter().collect(), who: Who::drafts("no key set"), ..paid }
}
