//! From the bytes of a received picture to the files of a job: decoded in full, made right for video, and the original
//! kept beside it where that changed anything.

use crate::media::picture::{self, Optimized, PictureError};
use crate::plan::Role;
use crate::providers::provider::{Facts, File};

/// A picture with a shorter side would be blown up more than fourfold: that is no portrait, whatever was asked.
const SHORTEST_SIDE: u32 = 256;

/// The files of a portrait, or why these bytes are none.
pub fn portrait(bytes: Vec<u8>) -> Result<Vec<File>, String> {
    let info = picture::inspect(&bytes).map_err(|error| why(&error))?;
    if info.width.min(info.height) < SHORTEST_SIDE {
        return Err(format!("its picture has only {}×{} pixels", info.width, info.height));
    }
    let (width, height) = picture::PORTRAIT;
    let facts = Facts::Picture { width, height };
    Ok(match picture::optimize(&bytes).map_err(|error| why(&error))? {
        Optimized::AlreadyRight => vec![File { role: Role::Picture, bytes, facts }],
        Optimized::Rewritten(rewritten) => {
            let original = Facts::Original { format: info.format, width: info.width, height: info.height };
            vec![
                File { role: Role::Picture, bytes: rewritten, facts },
                File { role: Role::Original, bytes, facts: original },
            ]
        }
    })
}

/// The error as said of something received: nobody can save it again.
fn why(error: &PictureError) -> String {
    match error {
        PictureError::NotAPicture { found } => format!("its picture is {found}"),
        PictureError::TooLarge { width, height, .. } => format!("its picture is {width}×{height}, too large to open"),
        PictureError::CutShort { .. } => "its picture stops in the middle".to_owned(),
        PictureError::TrailingBytes { count, .. } => format!("{count} foreign bytes follow its picture"),
        PictureError::Damaged { reason, .. } => format!("its picture is damaged ({reason})"),
    }
}
