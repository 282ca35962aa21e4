-- What happens by itself or was asked for, and how it went. Every time is UTC epoch seconds.

CREATE TABLE jobs (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    -- What it is about, such as a metric; '' for kinds that are about nothing in particular.
    subject TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'succeeded', 'failed')),
    -- The time of its schedule; NULL when somebody asked for it.
    scheduled_for BIGINT,
    created_at BIGINT NOT NULL,
    -- When it may be taken: after a failure, later.
    due_at BIGINT NOT NULL,
    -- The number of the latest attempt. Whoever runs another one has lost the job.
    attempts BIGINT NOT NULL,
    attempts_left BIGINT NOT NULL,
    -- While it runs: who runs it has to say so again before then.
    lease_expires_at BIGINT,
    finished_at BIGINT
);

-- However many instances there are, each time of a schedule becomes one job.
CREATE UNIQUE INDEX jobs_scheduled_for ON jobs (kind, subject, scheduled_for);

-- Nothing is done twice at once, and what was missed does not pile up.
CREATE UNIQUE INDEX jobs_unfinished ON jobs (kind, subject) WHERE state IN ('waiting', 'running');

CREATE INDEX jobs_state ON jobs (state);
CREATE INDEX jobs_created_at ON jobs (created_at);

CREATE TABLE job_attempts (
    job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    attempt BIGINT NOT NULL,
    -- The process that made it.
    instance TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    ended_at BIGINT,
    -- As JSON, when it succeeded.
    result TEXT,
    -- A sentence, when it did not.
    error TEXT,
    PRIMARY KEY (job_id, attempt)
);
