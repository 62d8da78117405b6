//! The files of finished jobs that another job is made of, from disk.

use super::provider::{Input, JobContext, NotMade};
use crate::plan::{Failure, JobKey, Role};

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
