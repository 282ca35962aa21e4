//! What only a server can do to the application: go away, cut connections, make it wait, follow
//! another server, and serve two of it.

mod cuts;
mod instances;
mod outages;
mod standby;
