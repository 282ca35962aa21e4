//! From where somebody asks.

use std::net::IpAddr;

/// The longest name of a program that is kept.
const USER_AGENT: usize = 200;

/// From where somebody asks, and with what.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Client {
    /// Their address, as far as it is known.
    pub address: Option<IpAddr>,
    user_agent: Option<String>,
}

impl Client {
    /// Somebody at an address, with a program that says its name.
    #[must_use]
    pub fn new(address: Option<IpAddr>, user_agent: Option<&str>) -> Self {
        let user_agent = user_agent.map(|name| name.chars().take(USER_AGENT).collect());
        Self {
            address,
            user_agent,
        }
    }

    /// The address as text.
    #[must_use]
    pub fn address_text(&self) -> Option<String> {
        self.address.map(|address| address.to_string())
    }

    /// What their program calls itself.
    #[must_use]
    pub fn user_agent(&self) -> Option<&str> {
        self.user_agent.as_deref()
    }
}
