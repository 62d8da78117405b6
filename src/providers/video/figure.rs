//! Portraits become the figures of a clip: the drawn baby is drawn anew, so that it can talk; any other portrait is a
//! photo that moves as a whole.

use crate::media::picture;
use crate::media::video::Figure;
use crate::plan::{Failure, JobKey, Request, Role};
use crate::providers::image::Sketch;
use crate::providers::provider::{Input, JobContext, NotMade};

/// The figure of the baby whose portrait has this key.
pub fn figure(portrait: JobKey, context: &JobContext) -> Result<Figure, NotMade> {
    let input = input(portrait, context)?;
    match input.request.as_ref() {
        Request::Portrait(request) if request.made_by.provider == "sketch" => {
            Ok(Figure::Drawn { look: Sketch::look(request), tone: request.tone })
        }
        _ => {
            let bytes = read(input, Role::Picture)?;
            let photo = picture::decode(&bytes).map_err(|error| unreadable(&error.to_string()))?;
            Ok(Figure::Photo(photo))
        }
    }
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
