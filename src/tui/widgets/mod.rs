//! Parts that several pages are drawn from. They paint what they are given and know no page.

pub mod bar;
pub mod cursor;
pub mod filmstrip;
pub mod footer;
pub mod frame;
pub mod gauge;
pub mod portrait_pane;
pub mod scene_table;

pub use cursor::Cursor;
