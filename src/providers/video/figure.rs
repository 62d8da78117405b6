//! Portraits become the figures of a clip: the drawn baby is drawn again, so that it can talk; a photo whose face was found
//! fit talks by its marks, and any other one moves as a whole.

use crate::face::Marks;
use crate::media::picture;
use crate::media::video::{Figure, Talking};
use crate::plan::{JobKey, ProviderId, Request, Role, Talks};
use crate::providers::face::MarksFile;
use crate::providers::image::Sketch;
use crate::providers::provider::{JobContext, NotMade};
use crate::providers::stored::{input, read, unreadable};

/// The figure of the baby whose portrait has this key.
pub fn figure(portrait: JobKey, talks: Option<Talks>, context: &JobContext) -> Result<Figure, NotMade> {
    let input = input(portrait, context)?;
    match input.request.as_ref() {
        Request::Portrait(request) if request.made_by.provider == ProviderId::Sketch => {
            Ok(Figure::Drawn { look: Sketch::look(request), tone: request.tone })
        }
        _ => {
            let bytes = read(input, Role::Picture)?;
            let photo = picture::decode(&bytes).map_err(|error| unreadable(&error.to_string()))?;
            let Some(talks) = talks else { return Ok(Figure::Photo(photo, None)) };
            let marks = marks(talks, context)?;
            Ok(match Talking::new(&marks, talks.tone) {
                Some(talking) => Figure::Talking(photo, talking),
                None => Figure::Photo(photo, marks.landmarks),
            })
        }
    }
}

/// What was found in a photo.
fn marks(talks: Talks, context: &JobContext) -> Result<Marks, NotMade> {
    let marks = read(input(talks.marks, context)?, Role::Marks)?;
    MarksFile::read(&marks).map_err(|error| unreadable(&error))
}
