-- Where a job can go on from. The newest one whose bytes are those of its SHA-256 is what the next attempt begins with.
CREATE TABLE checkpoint (
    job_id      text COLLATE "C" NOT NULL REFERENCES job ON DELETE CASCADE,
    step        bigint      NOT NULL CHECK (step >= 0),
    -- That wrote it; 0: a fork took it over from the job that it was forked from.
    attempt     integer     NOT NULL CHECK (attempt >= 0),
    epoch       integer     NOT NULL CHECK (epoch >= 0),
    -- Micro-batches of that epoch, and of these those of the accumulation window under way.
    batches     integer     NOT NULL CHECK (batches >= 0),
    window_size integer     NOT NULL CHECK (window_size >= 0),
    -- Loss of the step; null at step 0.
    loss        real,
    -- What keep_best compares, less is better; null: not known.
    score       real,
    blob        bytea       NOT NULL REFERENCES blob,
    size        bigint      NOT NULL CHECK (size >= 0),
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (job_id, step)
);
CREATE INDEX checkpoint_by_blob ON checkpoint (blob);

-- What there is to say of an attempt, such as a checkpoint that could not be used.
ALTER TABLE job_attempt ADD COLUMN note text;

ALTER TABLE job
    -- Not claimed before: jobs that lose one worker after the other wait longer each time.
    ADD COLUMN not_before  timestamptz,
    ADD COLUMN forked_from text COLLATE "C" REFERENCES job ON DELETE SET NULL,
    ADD COLUMN forked_step bigint CHECK (forked_step >= 0);
CREATE INDEX job_by_origin ON job (forked_from) WHERE forked_from IS NOT NULL;

UPDATE job SET spec = spec || '{"checkpoint": {"every_seconds": 30, "keep_last": 2, "keep_best": 0}}' WHERE NOT spec ? 'checkpoint';
