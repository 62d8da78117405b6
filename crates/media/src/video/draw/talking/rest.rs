//! What of a picture stays as it is while a part of it moves, in few rectangles: the larger one is, the sooner the plate
//! fills it. Called by `painter`.

use std::ops::Range;

/// Columns and rows of cells.
pub type Cells = (Range<usize>, Range<usize>);

/// All cells that do not move, each once; `moved` has them row by row.
pub fn rest_of(moved: &[bool], columns: usize) -> Vec<Cells> {
    let lines: Vec<&[bool]> = moved.chunks(columns.max(1)).collect();
    let has_moved = |line: &&[bool]| line.contains(&true);
    let Some(top) = lines.iter().position(has_moved) else { return vec![(0..columns, 0..lines.len())] };
    let bottom = lines.iter().rposition(has_moved).map_or(lines.len(), |last| last + 1);
    let between = &lines[top..bottom];
    let columns_moved = (0..columns).filter(|&column| between.iter().any(|line| line[column]));
    let (left, right) = columns_moved.fold((columns, 0), |(left, right), at| (left.min(at), right.max(at + 1)));
    let mut rest = vec![
        (0..columns, 0..top),
        (0..left, top..bottom),
        (right..columns, top..bottom),
        (0..columns, bottom..lines.len()),
    ];
    // What is left between them goes row by row; a run that has the same columns as one above makes that longer.
    let mut open: Vec<Cells> = Vec::new();
    for (row, line) in (top..).zip(between) {
        let runs = runs_of(&line[left..right]).map(|run| left + run.start..left + run.end);
        let longer = runs.map(|run| {
            let above = open.iter().position(|(columns, _)| *columns == run).map(|at| open.swap_remove(at));
            (run, above.map_or(row, |(_, rows)| rows.start)..row + 1)
        });
        let longer = longer.collect();
        rest.append(&mut std::mem::replace(&mut open, longer));
    }
    rest.append(&mut open);
    rest.retain(|(columns, rows)| !columns.is_empty() && !rows.is_empty());
    rest
}

/// The stretches of cells that do not move.
fn runs_of(line: &[bool]) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + line[at..].iter().position(|moved| !moved)?;
        let end = start + line[start..].iter().position(|&moved| moved).unwrap_or(line.len() - start);
        at = end;
        Some(start..end)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_cell_that_does_not_move_is_covered_once_and_no_other(
            columns in 1..9_usize,
            moved in prop::collection::vec(any::<bool>(), 0..80),
            is_still in any::<bool>(),
        ) {
            let rows = moved.len() / columns;
            let moved: Vec<bool> = moved[..rows * columns].iter().map(|&moved| moved && !is_still).collect();
            let mut covered = vec![0; moved.len()];
            for (columns_of, rows_of) in rest_of(&moved, columns) {
                for row in rows_of {
                    columns_of.clone().for_each(|column| covered[row * columns + column] += 1);
                }
            }
            let wanted: Vec<i32> = moved.iter().map(|&moved| i32::from(!moved)).collect();
            prop_assert_eq!(covered, wanted);
        }
    }

    #[test]
    fn a_moving_block_leaves_four_rectangles() {
        let moved: Vec<bool> = (0..100).map(|at| (3..7).contains(&(at % 10)) && (2..8).contains(&(at / 10))).collect();
        assert_eq!(rest_of(&moved, 10), [(0..10, 0..2), (0..3, 2..8), (7..10, 2..8), (0..10, 8..10)]);
    }
}
