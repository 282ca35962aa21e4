//! A line of blocks that shows how numbers go up and down.

const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// What stands for zero: a bucket in which nothing happened is not a small one.
const ZERO: char = '·';

/// Draws `values` in `columns` at most: where there are more values, each column is the sum of its neighbours.
pub(super) fn sparkline(values: &[i64], columns: usize) -> String {
    let width = values.len().div_ceil(columns.max(1)).max(1);
    let sum = |neighbours: &[i64]| neighbours.iter().map(|value| i128::from(*value)).sum();
    let sums: Vec<i128> = values.chunks(width).map(sum).collect();
    let largest = sums.iter().copied().max().unwrap_or(0);
    sums.into_iter()
        .map(|value| block(value, largest))
        .collect()
}

fn block(value: i128, largest: i128) -> char {
    if value <= 0 {
        return ZERO;
    }
    let steps = i128::try_from(BLOCKS.len()).unwrap_or(1);
    let height = (value * steps + largest - 1) / largest;
    let index = usize::try_from(height - 1).unwrap_or(0);
    BLOCKS[index.min(BLOCKS.len() - 1)]
}

#[cfg(test)]
mod tests {
    use super::sparkline;

    #[test]
    fn heights_follow_the_largest_value_and_zero_has_its_own_sign() {
        assert_eq!(sparkline(&[0, 1, 4, 8], 10), "·▁▄█");
        assert_eq!(sparkline(&[0, 0], 10), "··");
        assert_eq!(sparkline(&[i64::MAX, 1], 10), "█▁");
    }

    #[test]
    fn neighbours_share_a_column_where_there_is_not_enough_room() {
        assert_eq!(sparkline(&[4, 4, 1, 1, 0], 3), "█▂·");
    }
}
