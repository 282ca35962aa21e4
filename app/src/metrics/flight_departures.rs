//! Departures from the airports of New York: real data, to try queries on.

use metrics_runtime::TimeSeriesMetric;

/// Scheduled flights from JFK, LaGuardia and Newark, and what became of them.
#[derive(Debug, Clone, TimeSeriesMetric)]
#[metric(
    name = "flight_departures",
    intervals("15m", "1h", "1d"),
    retention = "30y",
    view("global_user", "global_admin"),
    view_all("global_admin")
)]
pub struct FlightDepartures {
    /// The airline, by its IATA code. Each sees its own flights.
    #[dimension(team, max_len = 8)]
    pub carrier: String,
    /// The airport that it left from.
    #[dimension(max_len = 8)]
    pub origin: String,
    /// The airport that it went to.
    #[dimension(max_len = 8)]
    pub dest: String,
    /// Flights that left.
    #[counter]
    pub departures: u64,
    /// Flights that did not.
    #[counter]
    pub cancellations: u64,
    /// Flights that left 15 minutes late or more.
    #[counter]
    pub delayed: u64,
    /// How late they left, together.
    #[counter(unit = "minutes")]
    pub delay_minutes: u64,
    /// How far they flew, together.
    #[counter(unit = "miles")]
    pub miles: u64,
}
