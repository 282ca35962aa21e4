//! The roles, global and within a team.

use super::words;

words! {
    /// What a person may do everywhere.
    GlobalRole {
        /// Sees their own numbers.
        User = "global_user",
        /// Sees whatever the declarations give to administrators.
        Admin = "global_admin",
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
