//! The application's own tables, as diesel sees them. The migrations `create_accounts`,
//! `create_jobs`, `secure_accounts` and `create_roles` create them.

#![expect(
    missing_docs,
    reason = "the migration says what each column is; here it only has its type"
)]

diesel::table! {
    /// People.
    users (id) {
        id -> Text,
        email -> Text,
        password_hash -> Text,
        role -> Text,
        created_at -> BigInt,
        disabled_at -> Nullable<BigInt>,
        signed_in_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// What people may do everywhere.
    roles (id) {
        id -> Text,
        name -> Text,
        description -> Text,
        permissions -> Text,
        is_system -> Bool,
        created_at -> BigInt,
    }
}

diesel::table! {
    /// Teams.
    teams (id) {
        id -> Text,
        name -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    /// Who belongs to which team.
    team_members (team_id, user_id) {
        team_id -> Text,
        user_id -> Text,
        role -> Text,
    }
}

diesel::table! {
    /// Who is signed in.
    sessions (token_hash) {
        token_hash -> Binary,
        id -> Text,
        user_id -> Text,
        created_at -> BigInt,
        seen_at -> BigInt,
        expires_at -> BigInt,
        address -> Nullable<Text>,
        user_agent -> Nullable<Text>,
    }
}

diesel::table! {
    /// How often somebody tried to sign in.
    sign_in_attempts (origin) {
        origin -> Binary,
        failures -> BigInt,
        attempted_at -> BigInt,
        wait_until -> BigInt,
        told -> Bool,
        succeeded_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// What was done, by whom.
    audit_log (id) {
        id -> BigInt,
        happened_at -> BigInt,
        actor_kind -> Text,
        actor_id -> Nullable<Text>,
        action -> Text,
        subject -> Nullable<Text>,
        address -> Nullable<Text>,
        detail -> Text,
    }
}

diesel::table! {
    /// The keys that satellites report with.
    satellite_keys (id) {
        id -> Text,
        satellite_id -> Text,
        team_id -> Nullable<Text>,
        secret_hash -> Binary,
        created_at -> BigInt,
        revoked_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// What happens by itself or was asked for.
    jobs (id) {
        id -> Text,
        kind -> Text,
        subject -> Text,
        state -> Text,
        scheduled_for -> Nullable<BigInt>,
        created_at -> BigInt,
        due_at -> BigInt,
        attempts -> BigInt,
        attempts_left -> BigInt,
        lease_expires_at -> Nullable<BigInt>,
        finished_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// How often each of them was tried, and how that went.
    job_attempts (job_id, attempt) {
        job_id -> Text,
        attempt -> BigInt,
        instance -> Text,
        started_at -> BigInt,
        ended_at -> Nullable<BigInt>,
        result -> Nullable<Text>,
        error -> Nullable<Text>,
    }
}

diesel::joinable!(users -> roles (role));
diesel::joinable!(team_members -> teams (team_id));
diesel::joinable!(team_members -> users (user_id));
diesel::joinable!(sessions -> users (user_id));
diesel::joinable!(satellite_keys -> teams (team_id));

diesel::joinable!(job_attempts -> jobs (job_id));

diesel::allow_tables_to_appear_in_same_query!(
    users,
    roles,
    teams,
    team_members,
    sessions,
    satellite_keys,
);
diesel::allow_tables_to_appear_in_same_query!(jobs, job_attempts);
