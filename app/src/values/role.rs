//! The roles, global and within a team.

use super::words;

words! {
    /// The roles that the program defines: what a person may do everywhere.
    GlobalRole {
        /// Sees their own numbers.
        User = "global_user",
        /// Sees whatever the declarations give to administrators.
        Admin = "global_admin",
    }
}

impl GlobalRole {
    /// What people call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::User => "Member",
            Self::Admin => "Administrator",
        }
    }

    /// What it is for.
    #[must_use]
    pub fn description(self) -> &'static str {
        match self {
            Self::User => "What everybody begins with: their own numbers, in their teams.",
            Self::Admin => {
                "Runs the service, and sees what the declarations give to administrators."
            }
        }
    }
}

words! {
    /// What a person is in one team.
    TeamRole {
        /// Sees their own rows in the team.
        User = "team_user",
        /// Sees every member's rows in the team.
        Admin = "team_admin",
    }
}
