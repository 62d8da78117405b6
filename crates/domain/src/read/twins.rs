//! Twins: babies that wear the face of another one, who may be a twin too.

use super::faults::{Faults, Place, Problem, quoted};
use super::node::Node;
use crate::campaign::SpeakerIndex;

/// Who a profile's `same_as` names, and where the file says so.
#[derive(Clone, Copy)]
pub struct Twin {
    pub of: SpeakerIndex,
    pub at: usize,
}

/// Whose face each baby wears: twins of twins wear the one at the end of their chain. Of a ring, which was reported, any.
pub fn faces(twins: &[Option<Twin>]) -> Vec<SpeakerIndex> {
    let mut faces: Vec<Option<usize>> = vec![None; twins.len()];
    for start in 0..twins.len() {
        let (mut baby, mut walked) = (start, Vec::new());
        while faces[baby].is_none() {
            faces[baby] = Some(baby);
            walked.push(baby);
            let Some(twin) = twins[baby] else { break };
            baby = twin.of.position();
        }
        let face = faces[baby];
        for twin in walked {
            faces[twin] = face;
        }
    }
    faces.into_iter().enumerate().map(|(own, face)| SpeakerIndex(face.unwrap_or(own))).collect()
}

/// Twins of twins are fine; a ring of them has no face to wear. Each ring is reported once, where it closes.
pub fn report_rings(babies: &[(&str, &Node, &Node)], twins: &[Option<Twin>], faults: &mut Faults<'_>) {
    let whole = Place::Field(&Place::Whole, "baby_profiles");
    // The walk on which each baby was first met; meeting it again on the same walk is a ring.
    let mut met_on = vec![None; twins.len()];
    for start in 0..twins.len() {
        let mut baby = start;
        while met_on[baby].is_none() {
            met_on[baby] = Some(start);
            let Some(twin) = twins[baby] else { break };
            let next = twin.of.position();
            if met_on[next] == Some(start) {
                let profile = Place::Field(&whole, babies[baby].0);
                faults.add(twin.at, &Place::Field(&profile, "same_as"), || {
                    let (name, other) = (quoted(babies[baby].0), quoted(babies[next].0));
                    Problem::new(format!("{name} is the twin of {other}, which is in turn the twin of {name}"))
                        .hint("Remove same_as from one of them: somebody must have a face to share.")
                });
            }
            baby = next;
        }
    }
}
