//! What a language model is asked. What makes these videos watched is said once, in the instructions: the joke in the first
//! line, a rise, a turn, and an end that leads back to the beginning.

use serde_json::{Value, json};

use super::order::{Brief, Wanted};
use crate::domain::{Campaign, Display, Language, MicroDollars, Scene};
use crate::plan::{Billing, Maker, Request, ScriptRequest, Speaks, Turn};

/// What goes back to the model of its first answer, and what is said of its faults, in characters.
pub const MOST_OF_THE_ANSWER: usize = 8_000;
pub const MOST_OF_THE_FAULTS: usize = 2_000;

/// More lines than fit one answer.
const MOST_LINES_AT_ONCE: usize = 120;

const INSTRUCTIONS: &str = "\
You write scripts for short vertical comedy videos: babies sit at podcast microphones and talk like grown-up podcast hosts.

Rules:
- No greeting, no intro. The first line is a claim that makes people stop scrolling, and it is about the topic.
- Then it escalates in three steps, each more absurd than the one before, and turns with a surprise.
- The last line leads straight back to the first, so that the video loops.
- At most 9 words a line. One joke a line. Words that a ten-year-old knows, and grown-up jargon in baby mouths.
- The babies want different things and answer each other: one misunderstanding a line.
- What happens is small and real to a baby: naps, snacks, socks, spoons, bath time.
- No stage directions, no emoji, no hashtags, no sound effects, no narrator.
- Nobody is insulted for what they are. No slurs, nothing sexual, no real person by name, above all no real child.
- Answer with JSON of the given shape and with nothing else.";

/// A question, and what its answer is compared with.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// What is sent.
    pub request: ScriptRequest,
    /// What it costs.
    pub billing: Billing,
}

/// The question for what is wanted; `campaign` is the one that it is about, where there is one. The error is a sentence.
pub fn asked(what: &Wanted, take: u32, campaign: Option<&Campaign>, maker: &Maker) -> Result<Asked, String> {
    let (shape, schema, question) = match (what, campaign) {
        (Wanted::Campaign(brief), _) => ("script", script_schema(), new_script(brief)),
        (Wanted::Line { scene, .. }, Some(campaign)) => ("wordings", wordings_schema(), one_line(campaign, *scene)?),
        (Wanted::Punchier { .. }, Some(campaign)) => ("lines", lines_schema(), punchier(campaign)?),
        (Wanted::Translation { language, .. }, Some(campaign)) => {
            ("translation", translation_schema(), translation(campaign, *language)?)
        }
        (_, None) => return Err("The campaign is not there".to_owned()),
    };
    let request = ScriptRequest {
        made_by: maker.made_by.clone(),
        instructions: INSTRUCTIONS.to_owned(),
        turns: vec![Turn { role: Speaks::User, text: question }],
        shape: shape.to_owned(),
        schema,
        take,
    };
    Ok(Asked { request, billing: maker.billing })
}

/// An upper bound of asking, and of asking once more with the faults of the first answer.
pub fn price_of_both(request: &ScriptRequest, billing: Billing) -> MicroDollars {
    let again = request.asked_again(" ".repeat(MOST_OF_THE_ANSWER), " ".repeat(MOST_OF_THE_FAULTS));
    billing.price(&Request::Script(request.clone())) + billing.price(&Request::Script(again))
}

fn new_script(brief: &Brief) -> String {
    let Brief { topic, babies, lines, mood, language, .. } = brief;
    let mood = mood.as_deref().map(|mood| format!("Mood: {}\n", mood.display())).unwrap_or_default();
    let spoken = match language {
        Language::English => String::new(),
        other => {
            format!("Write the title and the lines in {}; tone and looks stay in English.\n", other.name())
        }
    };
    format!(
        "Write a script about this topic: {}\n\nBabies: exactly {babies}, each with a short first name of its own, a tone \
         in two or three words ({TONES}) and what it looks like and wears in about ten words.\nLines: {lines}.\n\
         {mood}{spoken}",
        topic.display()
    )
}

/// The words that set face and voice.
const TONES: &str =
    "such as warm, curious, energetic, serious, sceptical, sleepy, mischievous or proud; no two babies the same";

fn one_line(campaign: &Campaign, scene: usize) -> Result<String, String> {
    let Some(line) = campaign.line(scene) else {
        return Err(format!("Scene {} is no spoken line", scene + 1));
    };
    let profile = campaign.profile(line.speaker);
    Ok(format!(
        "This is a script:\n{}\nWrite three other wordings of line {}, which {} says ({}). Each must fit where the line \
         stands: what comes before and after stays as it is. All three differ from each other and from the line. Write in \
         the language of the line.",
        script_of(campaign, neighbourhood(campaign, scene)),
        scene + 1,
        profile.speaker.display(),
        profile.tone_text.display(),
    ))
}

/// A window of the script around a scene: what a line must fit.
fn neighbourhood(campaign: &Campaign, scene: usize) -> std::ops::Range<usize> {
    scene.saturating_sub(20)..(scene + 21).min(campaign.scenes.len())
}

fn punchier(campaign: &Campaign) -> Result<String, String> {
    let spoken = lines_to_reword(campaign);
    check_count(spoken.len())?;
    Ok(format!(
        "This is a script:\n{}\nMake every line shorter and funnier, by the rules. Who speaks, what happens and the order \
         stay; so does the language. Give each of these lines once, by its number: {}.",
        script_of(campaign, 0..campaign.scenes.len()),
        numbers(&spoken)
    ))
}

fn translation(campaign: &Campaign, language: Language) -> Result<String, String> {
    let texts = lines_to_translate(campaign);
    check_count(texts.len())?;
    Ok(format!(
        "This is a script with the title {:?}:\n{}\nTranslate the title and every line into {} as babies there would say it \
         on a podcast: jokes may change, names stay. Give each of these lines once, by its number: {}.",
        campaign.topic,
        script_of(campaign, 0..campaign.scenes.len()),
        language.name(),
        numbers(&texts)
    ))
}

/// The scenes whose words can be others: what is played from a recording says what it says.
pub fn lines_to_reword(campaign: &Campaign) -> Vec<usize> {
    (0..campaign.scenes.len()).filter(|&scene| campaign.line(scene).is_some_and(|line| line.audio.is_none())).collect()
}

/// The scenes with words in any language.
pub fn lines_to_translate(campaign: &Campaign) -> Vec<usize> {
    let has_words = |scene: &Scene| match scene {
        Scene::Dialogue(_) => true,
        Scene::Media(media) => media.caption.is_some(),
    };
    (0..campaign.scenes.len()).filter(|&scene| has_words(&campaign.scenes[scene])).collect()
}

fn check_count(lines: usize) -> Result<(), String> {
    match lines {
        0 => Err("It has no line whose words could be others".to_owned()),
        lines if lines > MOST_LINES_AT_ONCE => {
            Err(format!("It has {lines} lines, and at most {MOST_LINES_AT_ONCE} fit one answer"))
        }
        _ => Ok(()),
    }
}

fn numbers(scenes: &[usize]) -> String {
    scenes.iter().map(|scene| (scene + 1).to_string()).collect::<Vec<_>>().join(", ")
}

/// A numbered line for each scene.
fn script_of(campaign: &Campaign, scenes: std::ops::Range<usize>) -> String {
    let line = |scene: usize| match &campaign.scenes[scene] {
        Scene::Dialogue(line) => {
            format!("{}. {}: {}\n", scene + 1, campaign.profile(line.speaker).speaker.display(), line.text.display())
        }
        Scene::Media(media) => {
            let caption = media.caption.as_deref().unwrap_or("(no words)");
            format!("{}. [picture] {}\n", scene + 1, caption.display())
        }
    };
    scenes.map(line).collect()
}

/// Every field is required and no other allowed: what a strict answer asks of its schema.
fn object(fields: &[(&str, Value)]) -> Value {
    let names: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
    let properties: serde_json::Map<String, Value> =
        fields.iter().map(|(name, schema)| ((*name).to_owned(), schema.clone())).collect();
    json!({"type": "object", "properties": properties, "required": names, "additionalProperties": false})
}

fn text() -> Value {
    json!({"type": "string"})
}

fn list(of: &Value) -> Value {
    json!({"type": "array", "items": of})
}

fn script_schema() -> Value {
    let baby = object(&[("name", text()), ("tone", text()), ("appearance", text())]);
    let line = object(&[("speaker", text()), ("text", text())]);
    object(&[("title", text()), ("babies", list(&baby)), ("lines", list(&line))])
}

fn wordings_schema() -> Value {
    object(&[("wordings", list(&text()))])
}

fn numbered() -> Value {
    list(&object(&[("number", json!({"type": "integer"})), ("text", text())]))
}

fn lines_schema() -> Value {
    object(&[("lines", numbered())])
}

fn translation_schema() -> Value {
    object(&[("title", text()), ("lines", numbered())])
}
