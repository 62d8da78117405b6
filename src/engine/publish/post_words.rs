//! The words that go with a video: title, caption and hashtags, made of what the campaign says. Pure.

use std::collections::BTreeSet;

use unicode_normalization::char::is_combining_mark;

use crate::domain::{Campaign, Provenance, Scene, SourceType};

/// The words of a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostWords {
    /// At most [`LONGEST_TITLE`] characters, without angle brackets.
    pub title: String,
    /// What is quoted from the script.
    pub hook: Option<String>,
    /// With their sign, at most [`MOST_HASHTAGS`].
    pub hashtags: Vec<String>,
    /// That the video is made by AI, where it is.
    pub disclosure: Option<&'static str>,
}

/// Characters of a title: YouTube's limit, which is the shortest that has one. It takes no angle brackets.
pub const LONGEST_TITLE: usize = 100;

/// Instagram takes five since December 2025; more of them help nowhere.
pub const MOST_HASHTAGS: usize = 5;

/// Words that say nothing about a video.
const FILLING: [&str; 76] = [
    "about", "after", "again", "all", "also", "always", "and", "another", "any", "are", "babies", "baby", "because",
    "been", "before", "being", "but", "campaign", "can", "could", "did", "does", "doing", "down", "each", "episode",
    "ever", "every", "for", "from", "had", "has", "have", "her", "here", "him", "his", "how", "into", "its", "just",
    "like", "more", "most", "much", "not", "only", "our", "out", "over", "podcast", "she", "some", "than", "that",
    "the", "their", "them", "then", "there", "they", "this", "too", "very", "was", "were", "what", "when", "who",
    "why", "will", "with", "would", "yet", "you", "your",
];

/// Those that every baby podcast may have.
const ALWAYS: [&str; 2] = ["babypodcast", "aibaby"];

impl PostWords {
    /// Of a campaign whose video is of this provenance.
    pub fn of(campaign: &Campaign, provenance: Option<&Provenance>) -> Self {
        Self {
            title: title(&campaign.topic),
            hook: hook(campaign),
            hashtags: hashtags(campaign, provenance),
            disclosure: provenance.and_then(disclosure),
        }
    }

    /// The whole text of the post, in lines.
    pub fn caption(&self) -> String {
        let mut parts = vec![self.title.clone()];
        parts.extend(self.hook.clone());
        parts.extend(self.disclosure.map(str::to_owned));
        parts.push(self.hashtags.join(" "));
        parts.join("\n\n")
    }
}

fn title(topic: &str) -> String {
    let plain: String = topic.chars().filter(|c| !matches!(c, '<' | '>')).collect();
    if plain.chars().count() <= LONGEST_TITLE {
        return plain;
    }
    let cut: String = plain.chars().take(LONGEST_TITLE - 1).collect();
    // At the end of a word, where there is one.
    let end = cut.rfind(char::is_whitespace).unwrap_or(cut.len());
    format!("{}…", cut[..end].trim_end())
}

/// The first line: it is written to be heard in the first second.
fn hook(campaign: &Campaign) -> Option<String> {
    let line = campaign.scenes.iter().find_map(|scene| match scene {
        Scene::Dialogue(line) => Some(line),
        Scene::Media(_) => None,
    })?;
    let speaker = &campaign.profile(line.speaker).speaker;
    Some(format!("“{}” ({speaker})", campaign.caption(line)))
}

fn hashtags(campaign: &Campaign, provenance: Option<&Provenance>) -> Vec<String> {
    let always = ALWAYS.into_iter().filter(|tag| *tag != "aibaby" || provenance.and_then(disclosure).is_some());
    let topic = campaign.topic.to_lowercase();
    // Between spaces: what is written without them is one tag.
    let telling = topic.split_whitespace().map(letters).filter(|word| is_telling(word));
    let mut seen = BTreeSet::new();
    let tags = always.map(str::to_owned).chain(telling);
    tags.filter(|tag| seen.insert(tag.clone())).take(MOST_HASHTAGS).map(|tag| format!("#{tag}")).collect()
}

fn is_telling(word: &str) -> bool {
    let is_number = word.chars().all(|c| c.is_ascii_digit());
    let is_short = word.is_ascii() && word.len() < 3;
    !word.is_empty() && !is_number && !is_short && !FILLING.contains(&word)
}

/// A hashtag ends at anything else.
fn letters(word: &str) -> String {
    word.chars().filter(|c| c.is_alphanumeric() || is_combining_mark(*c)).collect()
}

/// The sentence for people that goes with the mark for machines.
fn disclosure(provenance: &Provenance) -> Option<&'static str> {
    match provenance.source {
        SourceType::TrainedAlgorithmicMedia => Some("Made with AI."),
        SourceType::CompositeWithTrainedAlgorithmicMedia => Some("Made in part with AI."),
        SourceType::AlgorithmicMedia | SourceType::Composite => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Format, read};

    fn campaign(topic: &str) -> Campaign {
        let text = serde_json::json!({
            "campaign_id": "one",
            "topic": topic,
            "script": [
                {"type": "media", "source": "intro.png"},
                {"type": "dialogue", "speaker": "Momo", "text": "I do not nap. I negotiate."},
            ],
            "baby_profiles": {"Momo": {"tone": "warm", "voice_id": "baby_voice_1"}},
        });
        read(&text.to_string(), Format::Json).unwrap()
    }

    fn made_by(source: SourceType) -> Provenance {
        Provenance { source, systems: Vec::new() }
    }

    #[test]
    fn the_words_say_what_it_is_about_who_speaks_and_what_made_it() {
        let words =
            PostWords::of(&campaign("Nap or snack?"), Some(&made_by(SourceType::CompositeWithTrainedAlgorithmicMedia)));
        assert_eq!(
            words.caption(),
            "Nap or snack?\n\n“I do not nap. I negotiate.” (Momo)\n\nMade in part with AI.\n\n#babypodcast #aibaby #nap #snack"
        );
        let drawn = PostWords::of(&campaign("Nap or snack?"), Some(&made_by(SourceType::AlgorithmicMedia)));
        assert_eq!(drawn.disclosure, None);
        assert_eq!(drawn.hashtags, ["#babypodcast", "#nap", "#snack"]);
    }

    #[test]
    fn hashtags_are_few_different_and_of_letters() {
        for (topic, expected) in [
            ("Why is the Moon so LOUD? The moon, the moon!", "#babypodcast #moon #loud"),
            ("Milk, spoons, naps, cats, dogs and trains", "#babypodcast #milk #spoons #naps #cats"),
            ("About what they would have been", "#babypodcast"),
            ("Episode 12: Grandma's cookies", "#babypodcast #grandmas #cookies"),
            ("Über Bäche, Bälle & Brei", "#babypodcast #über #bäche #bälle #brei"),
            ("お昼寝、それともおやつ？", "#babypodcast #お昼寝それともおやつ"),
            ("हिन्दी में", "#babypodcast #हिन्दी #में"),
        ] {
            let words = PostWords::of(&campaign(topic), None);
            assert!(words.hashtags.len() <= MOST_HASHTAGS);
            assert_eq!(words.hashtags.join(" "), expected, "{topic}");
        }
    }

    #[test]
    fn a_title_fits_and_ends_with_a_whole_word() {
        let long = PostWords::of(&campaign(&"The great nap debate of our time ".repeat(5)), None).title;
        assert!(long.chars().count() <= LONGEST_TITLE && long.ends_with('…'), "{long}");
        assert!(!long.contains("  ") && long.trim_end_matches('…').ends_with(|c: char| c.is_alphabetic()), "{long}");
        assert_eq!(PostWords::of(&campaign("Milk <3 me"), None).title, "Milk 3 me");
        let one_word = PostWords::of(&campaign(&"x".repeat(150)), None).title;
        assert!(one_word.chars().count() <= LONGEST_TITLE && one_word.len() > 50, "{one_word}");
    }
}
