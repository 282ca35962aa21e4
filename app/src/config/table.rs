//! What one line of the table of settings becomes: a field, a flag, and a place where the value is read.

/// Declares the settings, as `name: Kind = default, "what it is";`.
macro_rules! settings {
    ($($name:ident: $kind:ty = $default:expr, $about:literal;)+) => {
        /// The settings that hold.
        #[derive(Debug, Clone)]
        pub struct Config {
            $(#[doc = $about] pub $name: $kind,)+
        }

        /// The settings as flags, each to be given to any command.
        #[derive(Debug, Clone, Default, clap::Args)]
        pub struct Flags {
            $(
                #[doc = $about]
                #[arg(
                    long,
                    global = true,
                    value_name = "VALUE",
                    help_heading = "Settings",
                    hide_short_help = true,
                    help = $crate::config::sources::help(stringify!($name), $about, &$default.to_string()),
                )]
                pub $name: Option<String>,
            )+
        }

        impl Flags {
            /// What was given for a setting.
            #[must_use]
            pub fn given(&self, name: &str) -> Option<&str> {
                match name {
                    $(stringify!($name) => self.$name.as_deref(),)+
                    _ => None,
                }
            }
        }

        impl Config {
            /// The names of all settings, in the order of the table.
            pub const NAMES: &[&str] = &[$(stringify!($name)),+];

            /// Reads every setting from the first source that has it, and tells which one that was.
            ///
            /// # Errors
            ///
            /// When a value is not valid: settings are never ignored.
            pub fn read(sources: &Sources<'_>) -> Result<(Self, Vec<Entry>), ConfigError> {
                let mut entries = Vec::new();
                let config = Self {
                    $($name: sources.read(stringify!($name), &$default.to_string(), &mut entries)?,)+
                };
                Ok((config, entries))
            }
        }
    };
}
