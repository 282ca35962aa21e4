//! What is recorded: installs of 10,000 series, some of which are much busier than others.

/// Series that the load speaks of.
pub(crate) const SERIES: u32 = 10_000;

/// Series of one user in one team.
pub(crate) const SERIES_PER_OWNER: u32 = 10;

/// Combinations of server and satellite.
pub(crate) const LABELS: u32 = 500;

/// Choices that are made in advance, so that choosing costs next to nothing while time is taken.
const DRAWS: usize = 1 << 16;

/// Something that happened, as an application knows it.
#[derive(Clone)]
pub(crate) struct Install {
    pub(crate) user_id: String,
    pub(crate) team_id: String,
    pub(crate) server_id: String,
    pub(crate) satellite_id: String,
    pub(crate) installation_count: u64,
    pub(crate) uninstallation_count: u64,
}

impl Install {
    /// One install of a series; `fill` gives the table the same names.
    pub(crate) fn of(series: u32) -> Self {
        let (owner, labels) = (series / SERIES_PER_OWNER, series % LABELS);
        Self {
            user_id: format!("user-{owner:06}"),
            team_id: format!("team-{:04}", owner / 10),
            server_id: format!("server-{labels:03}"),
            satellite_id: format!("satellite-{}", labels % 7),
            installation_count: 1,
            uninstallation_count: 0,
        }
    }
}

/// Installs without end, drawn by Zipf's law: the n-th busiest series has 1/n of the events of the busiest.
pub(crate) struct Load {
    installs: Vec<Install>,
    draws: Vec<usize>,
}

impl Load {
    /// The same load in every run.
    pub(crate) fn zipf() -> Self {
        let mut sum = 0.0;
        let reaches = |rank: u32| {
            sum += 1.0 / f64::from(rank);
            sum
        };
        let up_to: Vec<f64> = (1..=SERIES).map(reaches).collect();
        let total = up_to[up_to.len() - 1];
        let mut random = Random(0x9E37_79B9);
        let draw = |_| {
            let at = random.fraction() * total;
            up_to.partition_point(|reached| *reached < at)
        };
        Self {
            installs: (0..SERIES).map(Install::of).collect(),
            draws: (0..DRAWS).map(draw).collect(),
        }
    }

    /// The installs of one of the producers, each of which begins elsewhere.
    pub(crate) fn of_producer(&self, producer: usize) -> impl Iterator<Item = Install> + Send {
        let begin = producer * 997 % DRAWS;
        let draws = self.draws.iter().cycle().skip(begin);
        draws.map(|series| self.installs[*series].clone())
    }
}

/// Marsaglia's xorshift.
struct Random(u64);

impl Random {
    /// From 0 to 1.
    fn fraction(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        let upper = u32::try_from(self.0 >> 32).expect("32 bits are left");
        f64::from(upper) / f64::from(u32::MAX)
    }
}
