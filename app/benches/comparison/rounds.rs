//! Turns: a machine is never equally fast for long, so that either side is measured many times, in turns.

use crate::table::Pair;

/// Measures both sides `rounds` times, who comes first changing every time. Answers the median of each number.
pub(crate) fn in_turns<const N: usize>(
    rounds: usize,
    mut ours: impl FnMut() -> [f64; N],
    mut by_hand: impl FnMut() -> [f64; N],
) -> [Pair; N] {
    let (mut all_ours, mut all_by_hand) = (Vec::new(), Vec::new());
    for round in 0..rounds {
        if round % 2 == 0 {
            all_ours.push(ours());
            all_by_hand.push(by_hand());
        } else {
            all_by_hand.push(by_hand());
            all_ours.push(ours());
        }
    }
    std::array::from_fn(|index| Pair {
        ours: median(all_ours.iter().map(|numbers| numbers[index])),
        by_hand: median(all_by_hand.iter().map(|numbers| numbers[index])),
    })
}

fn median(numbers: impl Iterator<Item = f64>) -> f64 {
    let mut numbers: Vec<_> = numbers.collect();
    numbers.sort_unstable_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}
