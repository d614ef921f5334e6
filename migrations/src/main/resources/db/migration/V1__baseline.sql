-- Gradkeeper's tables, for PostgreSQL 15 and later.
--
-- Ids are the text that the API shows (`job_...`, `ds_...`): they begin with the time of creation, so they sort by age.
-- Leases and transitions are timed by the database (`now()`), the one clock that all replicas share.
-- Each index serves a query of the service or a cascade; what is updated while a job runs is in none of them, so that those updates stay heap-only.

CREATE TABLE project (
    id               text COLLATE "C" PRIMARY KEY,
    name             text        NOT NULL UNIQUE,
    -- Quotas; null: the service's default.
    max_running_jobs integer CHECK (max_running_jobs >= 0),
    max_queued_jobs  integer CHECK (max_queued_jobs >= 0),
    max_stored_bytes bigint CHECK (max_stored_bytes >= 0),
    created_at       timestamptz NOT NULL DEFAULT now(),
    version          bigint      NOT NULL DEFAULT 0
);

INSERT INTO project (id, name) VALUES ('prj_default', 'default');

CREATE TABLE api_key (
    id           text COLLATE "C" PRIMARY KEY,
    project_id   text COLLATE "C" NOT NULL REFERENCES project,
    name         text        NOT NULL,
    -- SHA-256: keys are long random strings, which need no slow hash.
    key_hash     bytea       NOT NULL UNIQUE CHECK (octet_length(key_hash) = 32),
    scopes       text[]      NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz,
    expires_at   timestamptz,
    revoked_at   timestamptz
);
CREATE INDEX api_key_by_project ON api_key (project_id, created_at);

-- Content-addressed bytes: a blob is written whole in one transaction and never changed.
CREATE TABLE blob (
    sha256     bytea PRIMARY KEY CHECK (octet_length(sha256) = 32),
    size       bigint      NOT NULL CHECK (size >= 0),
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE blob_chunk (
    sha256 bytea   NOT NULL REFERENCES blob ON DELETE CASCADE,
    seq    integer NOT NULL CHECK (seq >= 0),
    data   bytea   NOT NULL,
    PRIMARY KEY (sha256, seq)
);
-- Images, archives and weights do not compress.
ALTER TABLE blob_chunk ALTER COLUMN data SET STORAGE EXTERNAL;

CREATE TABLE dataset (
    id         text COLLATE "C" PRIMARY KEY,
    project_id text COLLATE "C" NOT NULL REFERENCES project,
    name       text        NOT NULL,
    format     text        NOT NULL,
    blob       bytea       NOT NULL REFERENCES blob,
    size       bigint      NOT NULL CHECK (size >= 0),
    -- What the import found: {"train": {"samples": 5000}, ...}, the shape of a sample, the classes in label order, ...
    splits     jsonb       NOT NULL,
    info       jsonb       NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    version    bigint      NOT NULL DEFAULT 0
);
CREATE INDEX dataset_by_project ON dataset (project_id, created_at DESC, id DESC);
CREATE INDEX dataset_by_blob ON dataset (blob);

CREATE TABLE worker (
    id           text COLLATE "C" PRIMARY KEY,
    host         text        NOT NULL,
    version      text        NOT NULL,
    devices      text[]      NOT NULL,
    slots        integer     NOT NULL CHECK (slots >= 0),
    memory_bytes bigint      NOT NULL CHECK (memory_bytes >= 0),
    started_at   timestamptz NOT NULL DEFAULT now(),
    heartbeat_at timestamptz NOT NULL DEFAULT now(),
    stopped_at   timestamptz
);

CREATE TABLE job (
    id            text COLLATE "C" PRIMARY KEY,
    project_id    text COLLATE "C" NOT NULL REFERENCES project,
    name          text        NOT NULL,
    labels        jsonb       NOT NULL DEFAULT '{}',
    -- The effective spec, every default filled in.
    spec          jsonb       NOT NULL,
    -- Deleting a dataset that an unfinished job needs is refused; the spec of a finished one still names it.
    dataset_id    text COLLATE "C" REFERENCES dataset ON DELETE SET NULL,
    device        text        NOT NULL CHECK (device IN ('cpu', 'gpu')),
    memory_bytes  bigint      NOT NULL CHECK (memory_bytes >= 0),
    priority      smallint    NOT NULL DEFAULT 5 CHECK (priority BETWEEN 0 AND 9),
    state         text        NOT NULL DEFAULT 'queued'
        CHECK (state IN ('queued', 'running', 'pausing', 'paused', 'cancelling', 'succeeded', 'failed', 'cancelled')),
    -- Why it is in this state; the trigger copies it into job_transition.
    state_reason  text,
    -- How often a worker started it. With worker_id it is the fence: who writes must still hold both.
    attempt       integer     NOT NULL DEFAULT 0 CHECK (attempt >= 0),
    worker_id     text COLLATE "C" REFERENCES worker,
    lease_until   timestamptz,
    -- Starts that were nobody's wish: a worker died or lost its lease.
    restarts      integer     NOT NULL DEFAULT 0 CHECK (restarts >= 0),
    max_restarts  integer     NOT NULL DEFAULT 5 CHECK (max_restarts >= 0),
    step          bigint      NOT NULL DEFAULT 0 CHECK (step >= 0),
    total_steps   bigint CHECK (total_steps >= 0),
    epoch         integer     NOT NULL DEFAULT 0 CHECK (epoch >= 0),
    last_loss     real,
    error_code    text,
    error_message text,
    created_at    timestamptz NOT NULL DEFAULT now(),
    queued_at     timestamptz NOT NULL DEFAULT now(),
    -- Of the current or last attempt.
    started_at    timestamptz,
    finished_at   timestamptz,
    -- Counts changes of state and of what a client may edit, not progress.
    version       bigint      NOT NULL DEFAULT 0,
    CONSTRAINT job_held_by_worker CHECK (
        (state IN ('running', 'pausing', 'cancelling')) = (worker_id IS NOT NULL AND lease_until IS NOT NULL)),
    CONSTRAINT job_finished CHECK ((state IN ('succeeded', 'failed', 'cancelled')) = (finished_at IS NOT NULL)),
    CONSTRAINT job_error CHECK ((state = 'failed') = (error_code IS NOT NULL))
) WITH (fillfactor = 70);
CREATE INDEX job_by_project ON job (project_id, created_at DESC, id DESC);
CREATE INDEX job_queued ON job (project_id, priority DESC, queued_at, id) WHERE state = 'queued';
CREATE INDEX job_held ON job (worker_id) WHERE state IN ('running', 'pausing', 'cancelling');
CREATE INDEX job_by_dataset ON job (dataset_id) WHERE dataset_id IS NOT NULL;

-- Written by the trigger below alone. Its CHECK is the table of transitions: a change of state that is not in it is refused.
CREATE TABLE job_transition (
    job_id     text COLLATE "C" NOT NULL REFERENCES job ON DELETE CASCADE,
    seq        bigint GENERATED ALWAYS AS IDENTITY,
    -- Null: the job was created.
    from_state text,
    to_state   text        NOT NULL,
    reason     text,
    attempt    integer     NOT NULL,
    at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (job_id, seq),
    CONSTRAINT job_transition_allowed CHECK (
        CASE
            WHEN from_state IS NULL THEN to_state = 'queued'
            WHEN from_state = 'queued' THEN to_state IN ('running', 'cancelled', 'paused', 'failed')
            WHEN from_state = 'running' THEN to_state IN ('succeeded', 'failed', 'pausing', 'cancelling', 'queued')
            WHEN from_state = 'pausing' THEN to_state IN ('paused', 'succeeded', 'failed', 'cancelling', 'queued')
            WHEN from_state = 'paused' THEN to_state IN ('queued', 'cancelled')
            WHEN from_state = 'cancelling' THEN to_state IN ('cancelled', 'succeeded', 'failed')
            ELSE false
        END)
);

CREATE FUNCTION record_job_transition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO job_transition (job_id, from_state, to_state, reason, attempt)
    VALUES (NEW.id, CASE TG_OP WHEN 'UPDATE' THEN OLD.state END, NEW.state, NEW.state_reason, NEW.attempt);
    RETURN NULL;
END $$;

CREATE TRIGGER job_created AFTER INSERT ON job
    FOR EACH ROW EXECUTE FUNCTION record_job_transition();
CREATE TRIGGER job_state_changed AFTER UPDATE OF state ON job
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION record_job_transition();

CREATE TABLE idempotency_key (
    project_id     text COLLATE "C" NOT NULL REFERENCES project,
    key            text        NOT NULL,
    request_sha256 bytea       NOT NULL CHECK (octet_length(request_sha256) = 32),
    job_id         text COLLATE "C" NOT NULL REFERENCES job ON DELETE CASCADE,
    created_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (project_id, key)
);
CREATE INDEX idempotency_key_by_job ON idempotency_key (job_id);

CREATE TABLE job_attempt (
    job_id     text COLLATE "C" NOT NULL REFERENCES job ON DELETE CASCADE,
    attempt    integer     NOT NULL CHECK (attempt > 0),
    -- The step of the checkpoint it went on from, or 0.
    from_step  bigint      NOT NULL CHECK (from_step >= 0),
    worker_id  text COLLATE "C" NOT NULL REFERENCES worker,
    started_at timestamptz NOT NULL DEFAULT now(),
    ended_at   timestamptz,
    -- The state that the job left it for, or why it was taken away.
    outcome    text,
    PRIMARY KEY (job_id, attempt),
    CONSTRAINT job_attempt_ended CHECK ((ended_at IS NULL) = (outcome IS NULL))
);

-- Steps first_step .. first_step + n - 1 of one attempt. An array of one element stands for a value that all n steps share.
CREATE TABLE metric_chunk (
    job_id            text COLLATE "C" NOT NULL,
    attempt           integer            NOT NULL,
    first_step        bigint             NOT NULL CHECK (first_step > 0),
    n                 integer            NOT NULL CHECK (n > 0),
    t_min             timestamptz        NOT NULL,
    t_max             timestamptz        NOT NULL,
    -- Microseconds since t_min.
    dt                integer[]          NOT NULL CHECK (cardinality(dt) = n),
    loss              real[]             NOT NULL CHECK (cardinality(loss) = n),
    grad_norm         real[]             NOT NULL CHECK (cardinality(grad_norm) = n),
    epoch             integer[]          NOT NULL CHECK (cardinality(epoch) IN (1, n)),
    lr                double precision[] NOT NULL CHECK (cardinality(lr) IN (1, n)),
    -- Null where the job does not clip.
    grad_norm_clipped real[] CHECK (cardinality(grad_norm_clipped) = n),
    PRIMARY KEY (job_id, attempt, first_step),
    FOREIGN KEY (job_id, attempt) REFERENCES job_attempt ON DELETE CASCADE
);

-- Every other series: eval_loss, eval_accuracy, grad_norm/0.weight, param/0.weight.0, ...
CREATE TABLE metric_series_chunk (
    job_id     text COLLATE "C" NOT NULL,
    attempt    integer  NOT NULL,
    series     text COLLATE "C" NOT NULL,
    first_step bigint   NOT NULL CHECK (first_step >= 0),
    last_step  bigint   NOT NULL CHECK (last_step >= first_step),
    -- Null: every step from first_step to last_step.
    steps      bigint[],
    value      real[]   NOT NULL CHECK (cardinality(value) = COALESCE(cardinality(steps), last_step - first_step + 1)),
    PRIMARY KEY (job_id, attempt, series, first_step),
    FOREIGN KEY (job_id, attempt) REFERENCES job_attempt ON DELETE CASCADE
);

CREATE TABLE artifact (
    job_id     text COLLATE "C" NOT NULL REFERENCES job ON DELETE CASCADE,
    name       text        NOT NULL,
    media_type text        NOT NULL,
    blob       bytea       NOT NULL REFERENCES blob,
    size       bigint      NOT NULL CHECK (size >= 0),
    attempt    integer     NOT NULL,
    step       bigint      NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (job_id, name)
);
CREATE INDEX artifact_by_blob ON artifact (blob);

-- The effective series: a step counts if and only if no later attempt went on from before it. cut_step is the last step that counts; null: all do.
CREATE VIEW effective_attempt AS
SELECT a.job_id, a.attempt, a.from_step,
       (SELECT min(later.from_step) FROM job_attempt later WHERE later.job_id = a.job_id AND later.attempt > a.attempt) AS cut_step
FROM job_attempt a;

-- One row a step of the effective series.
CREATE VIEW training_step AS
SELECT j.id AS job_id,
       j.name AS job_name,
       p.name AS project,
       c.attempt,
       c.first_step + s.i - 1 AS step,
       COALESCE(s.epoch, c.epoch[1]) AS epoch,
       c.t_min + s.dt * interval '1 microsecond' AS at,
       s.loss,
       s.grad_norm,
       s.grad_norm_clipped,
       COALESCE(s.lr, c.lr[1]) AS lr
FROM metric_chunk c
JOIN effective_attempt e ON e.job_id = c.job_id AND e.attempt = c.attempt
JOIN job j ON j.id = c.job_id
JOIN project p ON p.id = j.project_id
CROSS JOIN LATERAL unnest(c.dt, c.loss, c.grad_norm, c.grad_norm_clipped, c.epoch, c.lr) WITH ORDINALITY
    AS s (dt, loss, grad_norm, grad_norm_clipped, epoch, lr, i)
WHERE e.cut_step IS NULL OR c.first_step + s.i - 1 <= e.cut_step;

-- One row a point of every other series.
CREATE VIEW training_series AS
SELECT j.id AS job_id,
       j.name AS job_name,
       p.name AS project,
       c.attempt,
       c.series,
       COALESCE(s.step, c.first_step + s.i - 1) AS step,
       s.value
FROM metric_series_chunk c
JOIN effective_attempt e ON e.job_id = c.job_id AND e.attempt = c.attempt
JOIN job j ON j.id = c.job_id
JOIN project p ON p.id = j.project_id
CROSS JOIN LATERAL unnest(c.steps, c.value) WITH ORDINALITY AS s (step, value, i)
WHERE e.cut_step IS NULL OR COALESCE(s.step, c.first_step + s.i - 1) <= e.cut_step;
