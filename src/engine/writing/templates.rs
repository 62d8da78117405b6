//! Campaigns to begin with that nobody has to pay for: five formats with words worth keeping. A topic takes the place of the
//! one that a template is about.

use crate::domain::CampaignId;
use crate::domain::schema::{CampaignDocument, ProfileDocument, SceneDocument};
use crate::domain::write::{NameError, named};

/// Where the topic stands in a line.
const TOPIC: &str = "{topic}";

/// A format with its lines.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, strum::EnumIter, strum::EnumString, strum::IntoStaticStr, strum::Display,
)]
#[strum(serialize_all = "snake_case")]
pub enum Template {
    /// A believer against a sceptic, and a judge with crumbs on her chin.
    Debate,
    /// A host and a guest who has done it once.
    Interview,
    /// A studio, somebody under the table, and the weather.
    News,
    /// One wants to sleep; the other has questions.
    Bedtime,
    /// A salesbaby, a customer, and the small print.
    Ad,
}

/// Which words a new campaign begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FromTemplate {
    /// Whose lines it has.
    pub template: Template,
    /// What they are about; `None` is what the template is about.
    pub topic: Option<String>,
}

/// A baby: name, tone, looks.
type Cast = &'static [(&'static str, &'static str, &'static str)];

/// Who says what.
type Lines = &'static [(&'static str, &'static str)];

impl Template {
    /// As it is written on the command line.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// The one that comes closest to what was wanted of a model.
    pub fn nearest(topic: &str, mood: Option<&str>, babies: u8) -> Self {
        let words = format!("{topic} {}", mood.unwrap_or_default()).to_lowercase();
        let says = |any: &[&str]| any.iter().any(|word| words.contains(word));
        match babies {
            _ if says(&["sleep", "bedtime", "calm", "dream", "good night"]) => Self::Bedtime,
            _ if says(&["news", "breaking", "weather", "report"]) => Self::News,
            _ if says(&["sell", "advert", "product", "brand", "sale"]) => Self::Ad,
            1 | 2 => Self::Interview,
            _ => Self::Debate,
        }
    }

    /// A campaign called `name`. Its title is the topic where one is given, and the name where none is.
    pub fn filled(self, name: &str, topic: Option<&str>) -> Result<(CampaignId, String), NameError> {
        let (id, title) = named(name)?;
        let topic = topic.map(str::trim).filter(|topic| !topic.is_empty());
        let (usual, cast, lines) = self.words();
        let line = |(speaker, text): &(&str, &str)| SceneDocument::Dialogue {
            speaker: (*speaker).to_owned(),
            text: text.replace(TOPIC, topic.unwrap_or(usual)),
            say: None,
            audio: None,
            transition: None,
            voice_mode: None,
            sfx: None,
        };
        let profile = |(position, (name, tone, looks)): (usize, &(&str, &str, &str))| {
            let profile = ProfileDocument {
                tone: Some((*tone).to_owned()),
                voice_id: Some(format!("baby_voice_{}", position + 1)),
                appearance: Some((*looks).to_owned()),
                ..ProfileDocument::default()
            };
            ((*name).to_owned(), profile)
        };
        let (script, profiles) = (lines.iter().map(line).collect(), cast.iter().enumerate().map(profile).collect());
        let document = CampaignDocument::new(&id, topic.map_or(title, str::to_owned), script, profiles);
        Ok((id, document.to_json()))
    }

    fn words(self) -> (&'static str, Cast, Lines) {
        match self {
            Self::Debate => ("naps", DEBATERS, DEBATE),
            Self::Interview => ("walking", TALKERS, INTERVIEW),
            Self::News => ("the great banana shortage", REPORTERS, NEWS),
            Self::Bedtime => ("a small bear", SLEEPERS, BEDTIME),
            Self::Ad => ("the spoon", SELLERS, AD),
        }
    }
}

const DEBATERS: Cast = &[
    ("Bea", "serious, calm", "dark bun, black judge's robe with a white collar"),
    ("Pip", "energetic, excited", "ginger curls, yellow dungarees"),
    ("Momo", "sceptical, dry", "round glasses, grey turtleneck"),
];

const DEBATE: Lines = &[
    ("Bea", "Order! One of you ate the evidence."),
    ("Pip", "Today we debate {topic}."),
    ("Momo", "I am against it. Loudly."),
    ("Pip", "You have not even heard it."),
    ("Momo", "I did not hear the peas either."),
    ("Bea", "Opening statements. No spitting."),
    ("Pip", "My source is a very tall man."),
    ("Momo", "That was a lamp."),
    ("Pip", "The lamp has a degree!"),
    ("Momo", "The lamp is on my side now."),
    ("Bea", "Verdict: everybody goes to bed."),
    ("Pip", "Objection! The verdict is gone too."),
    ("Momo", "It tasted like paper."),
];

const TALKERS: Cast = &[
    ("Gigi", "warm, inviting", "blond fringe, mustard cardigan"),
    ("Otto", "proud, confident", "slicked dark hair, tiny black turtleneck"),
];

const INTERVIEW: Lines = &[
    ("Gigi", "My guest walked once. Nobody can stop him."),
    ("Otto", "Four steps. I will not downplay it."),
    ("Gigi", "You came to talk about {topic}."),
    ("Otto", "I wrote a book about it."),
    ("Gigi", "You ate a book about it."),
    ("Otto", "That is how I review."),
    ("Gigi", "Did anybody help you get here?"),
    ("Otto", "Nobody. I am self-made."),
    ("Gigi", "You arrived in a stroller."),
    ("Otto", "My driver wishes to stay unnamed."),
    ("Gigi", "And after the four steps?"),
    ("Otto", "I sat down. Visionaries sit."),
    ("Gigi", "Will you ever walk again?"),
    ("Otto", "Let us talk about the first time."),
];

const REPORTERS: Cast = &[
    ("Lulu", "serious, professional", "neat side parting, navy blazer, pearl necklace"),
    ("Kit", "curious, thoughtful", "tousled brown hair, beige trench coat"),
    ("Bobo", "mischievous, cheeky", "bald with a yellow sou'wester"),
];

const NEWS: Lines = &[
    ("Lulu", "Breaking: there is no more banana."),
    ("Lulu", "Our top story is {topic}."),
    ("Kit", "I am live under the table."),
    ("Lulu", "What do you see down there?"),
    ("Kit", "Crumbs. And a sock with a past."),
    ("Lulu", "Is anybody hurt?"),
    ("Kit", "Only my trust in soup."),
    ("Lulu", "To the weather. Bobo?"),
    ("Bobo", "Wet. It began in my diaper."),
    ("Lulu", "And the outlook?"),
    ("Bobo", "Somebody large will say uh-oh."),
    ("Kit", "Update! I have found the banana."),
    ("Lulu", "Where is it now?"),
    ("Kit", "In me. You may call it breaking."),
];

const SLEEPERS: Cast = &[
    ("Luna", "sleepy, calm", "silver nightcap, lilac pyjamas with moons"),
    ("Theo", "curious, wondering", "wild black hair, green dinosaur onesie"),
];

const BEDTIME: Lines = &[
    ("Luna", "I will tell this story only once."),
    ("Theo", "Is it about {topic}?"),
    ("Luna", "It is now. Once upon a time."),
    ("Theo", "What time? I have a schedule."),
    ("Luna", "Long ago. Around half past six."),
    ("Theo", "That was today!"),
    ("Luna", "And nobody in the wood could sleep."),
    ("Theo", "Did nobody bring them water?"),
    ("Luna", "They had water. They had three waters."),
    ("Theo", "So they were rich."),
    ("Luna", "Then they all closed their eyes. The end."),
    ("Theo", "I closed one. Does that count?"),
    ("Luna", "Both. From the beginning."),
];

const SELLERS: Cast = &[
    ("Zuzu", "energetic, excited", "two high pigtails, glittery pink suit jacket"),
    ("Fred", "sceptical, doubtful", "combed side parting, brown corduroy jacket"),
    ("Mina", "serious, professional", "short black bob, oversized reading glasses"),
];

const AD: Lines = &[
    ("Zuzu", "Nobody should live another day without this!"),
    ("Fred", "You said that about the sock."),
    ("Zuzu", "Meet {topic}!"),
    ("Fred", "And what does it do?"),
    ("Zuzu", "You put it in your mouth."),
    ("Fred", "And then?"),
    ("Zuzu", "You throw it. It comes back!"),
    ("Fred", "That is my father, picking it up."),
    ("Zuzu", "Service included!"),
    ("Mina", "Side effects include bath time."),
    ("Fred", "How much is it?"),
    ("Zuzu", "Two biscuits. One if you cry."),
    ("Fred", "Then I would like to cry."),
    ("Zuzu", "Sorry. That was the last one."),
    ("Fred", "But how do I live without it?"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use strum::IntoEnumIterator;

    use super::*;
    use crate::domain::{Format, Profile, Tone, read};

    #[test]
    fn every_template_is_a_campaign_of_short_lines_and_different_babies() {
        for template in Template::iter() {
            let (id, text) = template.filled("My first show!", None).unwrap();
            let campaign = read(&text, Format::Json).unwrap_or_else(|faults| panic!("{template}: {faults:?}"));
            assert_eq!((&campaign.id, campaign.topic.as_str()), (&id, "My first show!"));
            assert!((2..=4).contains(&campaign.profiles.len()), "{template}");
            assert!((10..=16).contains(&campaign.scenes.len()), "{template}");
            let tones: BTreeSet<Tone> = campaign.profiles.iter().map(Profile::tone).collect();
            assert_eq!(tones.len(), campaign.profiles.len(), "{template}: each baby has a tone of its own");
            assert!(!tones.contains(&Tone::Neutral), "{template}");
            for scene in 0..campaign.scenes.len() {
                let line = &campaign.line(scene).unwrap().text;
                assert!(line.split_whitespace().count() <= 9, "{template}: {line}");
            }
        }
    }

    #[test]
    fn a_topic_takes_the_place_of_the_usual_one() {
        for template in Template::iter() {
            let (_, usual) = template.filled("a", None).unwrap();
            let (_, text) = template.filled("a", Some(" why socks disappear ")).unwrap();
            let campaign = read(&text, Format::Json).unwrap();
            assert_eq!(campaign.topic, "why socks disappear");
            assert!(text.matches("why socks disappear").count() >= 2, "{template}");
            assert!(!text.contains(TOPIC) && !usual.contains(TOPIC), "{template}");
        }
    }

    #[test]
    fn the_nearest_template_is_chosen_by_what_was_wanted() {
        for (topic, mood, babies, template) in [
            ("naps", Some("calm, for good night"), 3, Template::Bedtime),
            ("the weather", None, 2, Template::News),
            ("sell my candles", None, 2, Template::Ad),
            ("naps", None, 2, Template::Interview),
            ("naps", None, 3, Template::Debate),
        ] {
            assert_eq!(Template::nearest(topic, mood, babies), template, "{topic}");
        }
    }
}
