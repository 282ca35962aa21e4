//! Networks, as a setting names them.

use std::fmt::{self, Display};
use std::net::IpAddr;

use ipnet::IpNet;

use super::kinds::Setting;

/// Addresses and networks, such as `10.0.0.0/8,::1`; none by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Networks(Vec<IpNet>);

impl Networks {
    /// Whether an address is in one of them.
    #[must_use]
    pub fn contain(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

impl Setting for Networks {
    fn read(text: &str) -> Result<Self, String> {
        let parts = text.split(',').map(str::trim);
        let networks = parts.filter(|part| !part.is_empty()).map(network);
        let networks = networks.collect::<Option<_>>();
        networks.map(Self).ok_or_else(|| {
            format!("{text:?} is not a list of IP addresses and networks, such as 10.0.0.0/8,::1")
        })
    }
}

fn network(text: &str) -> Option<IpNet> {
    let address = || text.parse::<IpAddr>().ok().map(IpNet::from);
    text.parse().ok().or_else(address)
}

impl Display for Networks {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let networks: Vec<_> = self.0.iter().map(IpNet::to_string).collect();
        formatter.write_str(&networks.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::{Networks, Setting};

    #[test]
    fn an_address_is_a_network_of_its_own() {
        let networks = Networks::read("10.0.0.0/8, ::1").unwrap();
        let contain = |address: &str| networks.contain(address.parse().unwrap());
        assert!(contain("10.1.2.3") && contain("::1"));
        assert!(!contain("11.1.2.3") && !contain("::2"));
        assert_eq!(networks.to_string(), "10.0.0.0/8,::1/128");
    }

    #[test]
    fn none_is_the_default_and_what_is_no_network_is_refused() {
        assert_eq!(Networks::read("").unwrap(), Networks::default());
        for odd in ["localhost", "10.0.0.0/33", "10.0.0.1:80", "10.0.0.0/8 ::1"] {
            assert!(Networks::read(odd).is_err(), "{odd}");
        }
    }
}
