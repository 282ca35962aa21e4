//! What only a server can do to the application: go away, cut connections, make it wait, and serve two of it.

mod cuts;
mod instances;
mod outages;
