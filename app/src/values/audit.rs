//! What the audit log tells: who can have done something, and what.

use super::words;

words! {
    /// Who did something.
    ActorKind {
        /// Somebody who was signed in.
        Person = "person",
        /// Somebody who was not.
        Anonymous = "anonymous",
        /// Whoever runs commands beside the service.
        CommandLine = "command_line",
        /// The service by itself.
        Service = "service",
    }
}

words! {
    /// What was done.
    AuditAction {
        /// Somebody signed in.
        SignIn = "sign_in",
        /// Somebody tried to sign in as a person, or as nobody that there is.
        SignInFailed = "sign_in_failed",
        /// Somebody tried too often, and has to wait: told once for each wait.
        SignInThrottled = "sign_in_throttled",
        /// Somebody signed out.
        SignOut = "sign_out",
        /// Sessions of a person were ended otherwise.
        SessionsEnded = "sessions_ended",
        /// A person changed their password.
        PasswordChanged = "password_changed",
        /// A person tried to change their password without knowing it.
        PasswordChangeFailed = "password_change_failed",
        /// Somebody else gave a person a new password.
        PasswordReset = "password_reset",
        /// A person was added.
        UserAdded = "user_added",
        /// A person can no longer sign in.
        UserDisabled = "user_disabled",
        /// A person can sign in again.
        UserEnabled = "user_enabled",
        /// A person was given another role.
        RoleGiven = "role_given",
        /// A role was created.
        RoleCreated = "role_created",
        /// A role was changed.
        RoleChanged = "role_changed",
        /// A role was deleted.
        RoleDeleted = "role_deleted",
        /// A team was added.
        TeamAdded = "team_added",
        /// A person was put into a team, or given another role in it.
        MemberSet = "member_set",
        /// A person was taken out of a team.
        MemberRemoved = "member_removed",
        /// A satellite was given a key.
        KeyAdded = "key_added",
        /// A key was replaced by a new one.
        KeyRotated = "key_rotated",
        /// A key was ended.
        KeyRevoked = "key_revoked",
        /// What is past its retention was deleted by hand.
        MetricCleanedUp = "metric_cleaned_up",
        /// A metric was counted anew.
        MetricRecounted = "metric_recounted",
        /// A job was asked for.
        JobRequested = "job_requested",
        /// A job was tried again by hand.
        JobRetried = "job_retried",
    }
}
