//! Chance that turns out the same each time: a small generator with a seed.

/// SplitMix64: a few lines, and even enough for numbers that only have to look alive.
pub(super) struct Chance(u64);

impl Chance {
    /// The chance that belongs to these numbers, and to no others.
    pub(super) fn of(numbers: &[i64]) -> Self {
        let mut chance = Self(0x6d65_7472_6963_7321);
        for number in numbers {
            chance.0 ^= number.cast_unsigned();
            chance.0 = chance.draw();
        }
        chance
    }

    fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to 1, which it never is.
    pub(super) fn share(&mut self) -> f64 {
        f64::from(u32::try_from(self.draw() >> 32).unwrap_or(0)) / 4_294_967_296.0
    }

    /// A whole number below `end`, which is not 0.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.draw() % end
    }

    /// A moment, in ticks or minutes, from `start` up to `end`, which is later.
    pub(super) fn between(&mut self, start: i64, end: i64) -> i64 {
        start + i64::try_from(self.below((end - start).unsigned_abs())).unwrap_or(0)
    }

    /// One of several.
    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        let index = self.below(u64::try_from(from.len()).unwrap_or(0).max(1));
        from.get(usize::try_from(index).unwrap_or(0))
    }

    /// How often something happens that is expected so many times, some hundreds at most: Poisson's distribution.
    pub(super) fn count(&mut self, expected: f64) -> u64 {
        let (limit, mut product) = ((-expected).exp(), self.share());
        let mut count = 0;
        while product > limit {
            product *= self.share();
            count += 1;
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use super::Chance;

    #[test]
    fn the_same_numbers_have_the_same_chance() {
        let draws = |numbers: &[i64]| {
            let mut chance = Chance::of(numbers);
            [(); 4].map(|()| chance.below(1_000_000))
        };
        assert_eq!(draws(&[1, 2]), draws(&[1, 2]));
        assert_ne!(draws(&[1, 2]), draws(&[2, 1]));
    }

    #[test]
    fn counts_are_what_is_expected_on_average() {
        for expected in [0.0, 0.3, 4.0, 120.0] {
            let counts = (0..2_000).map(|seed| Chance::of(&[seed]).count(expected));
            let total: u64 = counts.sum();
            let average = f64::from(u32::try_from(total).unwrap()) / 2_000.0;
            assert!(
                (average - expected).abs() <= expected.sqrt() / 8.0,
                "{average} instead of {expected}"
            );
        }
    }
}
