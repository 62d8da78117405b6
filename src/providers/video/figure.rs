//! Portraits become the figures of a clip: the drawn baby is drawn anew, so that it can talk; a photo whose face was found
//! fit talks by its marks, and any other one moves as a whole.

use crate::media::picture;
use crate::media::video::{Figure, Talking};
use crate::plan::{Failure, JobKey, Request, Role, Talks};
use crate::providers::face::MarksFile;
use crate::providers::image::Sketch;
use crate::providers::provider::{Input, JobContext, NotMade};

/// The figure of the baby whose portrait has this key.
pub fn figure(portrait: JobKey, talks: Option<Talks>, context: &JobContext) -> Result<Figure, NotMade> {
    let input = input(portrait, context)?;
    match input.request.as_ref() {
        Request::Portrait(request) if request.made_by.provider == "sketch" => {
            Ok(Figure::Drawn { look: Sketch::look(request), tone: request.tone })
        }
        _ => {
            let bytes = read(input, Role::Picture)?;
            let photo = picture::decode(&bytes).map_err(|error| unreadable(&error.to_string()))?;
            let marks = talks.map(|talks| marks(talks, context)).transpose()?.flatten();
            Ok(match marks {
                Some(talking) => Figure::Talking(photo, talking),
                None => Figure::Photo(photo),
            })
        }
    }
}

/// How a photo talks; `None` where its face does not pass.
fn marks(talks: Talks, context: &JobContext) -> Result<Option<Talking>, NotMade> {
    let marks = read(input(talks.marks, context)?, Role::Marks)?;
    let marks = MarksFile::read(&marks).map_err(|error| unreadable(&error))?;
    Ok(Talking::new(&marks, talks.tone))
}

/// One of the products that a job is made of.
pub fn input(key: JobKey, context: &JobContext) -> Result<&Input, NotMade> {
    context.inputs.iter().find(|input| input.key == key).ok_or_else(|| unreadable("it is not there"))
}

/// A file of a product, from disk.
pub fn read(input: &Input, role: Role) -> Result<Vec<u8>, NotMade> {
    let path = input.file(role).ok_or_else(|| unreadable("a file of it is missing"))?;
    std::fs::read(path).map_err(|error| unreadable(&error.to_string()))
}

/// A stored product that cannot be used although it was made: the disk has changed.
pub fn unreadable(why: &str) -> NotMade {
    NotMade::Failed(Failure {
        reason: format!("A stored file that this is made of cannot be used: {}", why.trim_end_matches('.')),
        next_step: "Run `babblecast verify`: what is damaged is found and made again.".to_owned(),
        retryable: true,
    })
}
