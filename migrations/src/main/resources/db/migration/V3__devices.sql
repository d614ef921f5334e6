-- What a worker has to run on. `cpu`, or `gpu:` and a number; jobs name the part before the colon.
CREATE TABLE worker_device (
    worker_id    text COLLATE "C" NOT NULL REFERENCES worker ON DELETE CASCADE,
    name         text COLLATE "C" NOT NULL CHECK (name ~ '^(cpu|gpu:[0-9]+)$'),
    type         text             NOT NULL CHECK (type IN ('cpu', 'gpu', 'accelerator')),
    model        text             NOT NULL,
    driver       text             NOT NULL,
    memory_bytes bigint           NOT NULL CHECK (memory_bytes >= 0),
    limit_bytes  bigint           NOT NULL CHECK (limit_bytes >= 0),
    PRIMARY KEY (worker_id, name)
);

-- The device that the attempt trains on; null: of an attempt from before devices had names.
ALTER TABLE job_attempt ADD COLUMN device text;

ALTER TABLE worker DROP COLUMN devices;
