//! Which of the 478 landmarks lies where: numbers of MediaPipe's face mesh (Apache-2.0,
//! `mediapipe/modules/face_landmark` and `face_geometry/data/canonical_face_model_uv_visualization.png`). Left and right are
//! the viewer's.

/// How many landmarks a face has: 468 of the mesh and five of each iris.
pub const COUNT: usize = 478;

/// Of these, the landmarks of the mesh: those with a depth.
pub const OF_MESH: usize = 468;

pub use face_models::regions::{LEFT_EYE, LIPS, RIGHT_EYE};

/// The face's outline, from the top of the forehead by the right cheek around.
#[rustfmt::skip]
pub const OVAL: [usize; 36] = [
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149,
    150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
];

/// The inner edge of the upper lip, from the left corner to the right.
pub(crate) const UPPER_LIP_INNER: [usize; 11] = [78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308];

/// The inner edge of the lower lip.
pub(crate) const LOWER_LIP_INNER: [usize; 11] = [78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308];

/// The outer edge of the upper lip.
pub(crate) const UPPER_LIP_OUTER: [usize; 11] = [61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291];

/// The outer edge of the lower lip.
pub(crate) const LOWER_LIP_OUTER: [usize; 11] = [61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291];

/// Cheeks, upper lip, nose and forehead: where a face shows its skin.
pub(crate) const SKIN: [usize; 17] = [50, 280, 101, 330, 205, 425, 187, 411, 207, 427, 164, 5, 195, 151, 9, 108, 337];

pub(crate) const CHIN: usize = 152;
pub(crate) const BELOW_NOSE: usize = 2;
/// The point of the mesh that stands out farthest: by it a turned head is told.
pub const NOSE_TIP: usize = 1;
/// Where the outline is widest.
pub(crate) const LEFT_EDGE: usize = 234;
pub(crate) const RIGHT_EDGE: usize = 454;
/// The inner corners of the mouth.
pub(crate) const LEFT_CORNER: usize = 78;
pub(crate) const RIGHT_CORNER: usize = 308;
/// The outer corners of the mouth.
pub(crate) const LEFT_OUTER_CORNER: usize = 61;
pub(crate) const RIGHT_OUTER_CORNER: usize = 291;

/// The landmarks of one eye.
pub struct EyePoints {
    /// The edge of the upper lid, from the corner on the left to the one on the right.
    pub upper: [usize; 9],
    /// The edge of the lower lid, with the same two corners.
    pub lower: [usize; 9],
    /// The upper and the lower edge of its brow.
    pub brow: ([usize; 5], [usize; 5]),
    /// The first of the five of its iris: the middle, then four around it.
    pub iris: usize,
}

/// On the viewer's left and right.
pub const EYES: [EyePoints; 2] = [
    EyePoints {
        upper: [33, 246, 161, 160, 159, 158, 157, 173, 133],
        lower: [33, 7, 163, 144, 145, 153, 154, 155, 133],
        brow: ([70, 63, 105, 66, 107], [46, 53, 52, 65, 55]),
        iris: 468,
    },
    EyePoints {
        upper: [362, 398, 384, 385, 386, 387, 388, 466, 263],
        lower: [362, 382, 381, 380, 374, 373, 390, 249, 263],
        brow: ([300, 293, 334, 296, 336], [276, 283, 282, 295, 285]),
        iris: 473,
    },
];
