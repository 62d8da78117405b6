//! Other words for lines as changes of the campaign file: everything else of it stays as it is written.

use crate::domain::Campaign;
use crate::domain::edit::{Change, SceneRef, Target, Value};

/// The changes that give scenes other words, each with its position. What was spoken instead of the former words is left
/// out: it would say them still.
pub fn rewording(campaign: &Campaign, texts: &[(usize, String)]) -> Vec<Change> {
    let of_scene = |(scene, text): &(usize, String)| {
        let of = Target::Scene(SceneRef::of(campaign, *scene));
        let has_say = campaign.line(*scene).is_some_and(|line| line.say.is_some());
        // The scene is found by what it says: its words are changed last.
        let unsaid =
            has_say.then(|| Change::Unset { of: Target::Scene(SceneRef::at(*scene)), field: "say".to_owned() });
        let set = Change::Set { of, field: "text".to_owned(), value: Value::from(text.as_str()) };
        [Some(set), unsaid]
    };
    texts.iter().flat_map(of_scene).flatten().collect()
}
