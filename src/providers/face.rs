//! `face`: looks for the face of a photo once, and keeps where it is and whether it talks as a small JSON file beside the
//! portrait, so that everybody can say so before a clip is made. Free, on this machine.

use serde::{Deserialize, Serialize};

use super::image::Sketch;
use super::provider::{Facts, File, JobContext, Lane, Making, NotMade, Provider, compute, wrong_request};
use super::stored::{input, read, unreadable};
use crate::face::{Landmarks, MARKS_VERSION, Marks, Verdict};
use crate::media::picture;
use crate::plan::{Failure, MadeBy, MarksRequest, ProviderId, Request, Role};

pub struct FaceMarks;

/// What is kept of a photo's face.
#[derive(Debug, Serialize, Deserialize)]
pub struct MarksFile {
    verdict: Verdict,
    /// x and y of each landmark in pixels of the portrait, and how far it lies behind the face's middle.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    points: Vec<[f32; 3]>,
}

impl MarksFile {
    /// What the file says; landmarks that are no face are refused.
    pub fn read(bytes: &[u8]) -> Result<Marks, String> {
        let file: MarksFile = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        let landmarks = Landmarks::new(&file.points);
        if file.verdict.talks() && landmarks.is_none() {
            return Err("it has no face".to_owned());
        }
        Ok(Marks { verdict: file.verdict, landmarks })
    }

    #[expect(clippy::expect_used, reason = "numbers that were found are always JSON")]
    fn write(marks: &Marks) -> Vec<u8> {
        // A hundredth of a pixel is finer than a face is found.
        let rounded = |number: f32| (number * 100.0).round() / 100.0;
        let points = marks.landmarks.iter().flat_map(Landmarks::triples).map(|point| point.map(rounded));
        let file = MarksFile { verdict: marks.verdict, points: points.collect() };
        serde_json::to_vec(&file).expect("numbers that were found are always JSON")
    }
}

impl FaceMarks {
    pub fn made_by() -> MadeBy {
        MadeBy {
            provider: ProviderId::Face,
            model: "mediapipe-face-mesh".to_owned(),
            version: Some(MARKS_VERSION),
            endpoint: None,
            parameters: std::collections::BTreeMap::new(),
        }
    }
}

impl Provider for FaceMarks {
    fn lane(&self) -> Lane {
        Lane::processor()
    }

    fn make<'a>(&'a self, request: &'a Request, context: JobContext) -> Making<'a> {
        Box::pin(async move {
            let Request::Marks(marks) = request else {
                return Err(wrong_request(ProviderId::Face, request));
            };
            let marks = marks.clone();
            compute("Looking for the face", move || make(&marks, &context)).await
        })
    }
}

fn make(request: &MarksRequest, context: &JobContext) -> Result<Vec<File>, NotMade> {
    let portrait = input(request.portrait, context)?;
    let marks = if Sketch::drew(&portrait.request) {
        Marks { verdict: Verdict::Drawn, landmarks: None }
    } else {
        let photo = picture::decode(&read(portrait, Role::Picture)?).map_err(|error| unreadable(&error.to_string()))?;
        let marks = Marks::find(&photo).map_err(|error| broken(&error))?;
        if request.forced { marks.forced() } else { marks }
    };
    let facts = Facts::Marks(marks.verdict);
    Ok(vec![File { role: Role::Marks, bytes: MarksFile::write(&marks), facts }])
}

/// The built-in models do not work: nothing that a person did.
fn broken(error: &crate::face::ModelError) -> NotMade {
    NotMade::Failed(Failure {
        reason: error.to_string().trim_end_matches('.').to_owned(),
        next_step: "Install babblecast again; until then, \"motion\": \"still\" lets the photo move as a whole."
            .to_owned(),
        retryable: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::face::points;

    #[test]
    fn marks_read_back_as_they_were_kept() {
        let found: Vec<[f32; 3]> = (0..points::COUNT).map(|at| [at as f32 * 1.25, at as f32, -3.5]).collect();
        let marks = Marks { verdict: Verdict::Talks, landmarks: Landmarks::new(&found) };
        assert_eq!(MarksFile::read(&MarksFile::write(&marks)).unwrap(), marks);
        let none = Marks { verdict: Verdict::SeveralFaces, landmarks: None };
        assert_eq!(MarksFile::read(&MarksFile::write(&none)).unwrap(), none);
    }

    #[test]
    fn a_damaged_file_is_refused() {
        for text in
            ["", "{}", r#"{"verdict":"talks"}"#, r#"{"verdict":"talks","points":[[1,2,3]]}"#, r#"{"verdict":"sings"}"#]
        {
            assert!(MarksFile::read(text.as_bytes()).is_err(), "{text}");
        }
    }
}
