-- gradkeeper_reader sees what Grafana and SQL users may see: all projects' jobs and series, no keys and no uploaded bytes.
-- An owner that may not create roles skips this; the grants follow at the next start after somebody has created the role.
DO $$
DECLARE
    readable text;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'gradkeeper_reader') THEN
        IF NOT (SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user) THEN
            RETURN;
        END IF;
        BEGIN
            CREATE ROLE gradkeeper_reader NOLOGIN;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL; -- another database of this server was faster
        END;
    END IF;
    IF NOT has_schema_privilege('gradkeeper_reader', current_schema(), 'USAGE') THEN
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO gradkeeper_reader', current_schema());
    END IF;
    FOREACH readable IN ARRAY ARRAY['project', 'worker', 'dataset', 'job', 'job_transition', 'job_attempt', 'metric_chunk',
        'metric_series_chunk', 'artifact', 'checkpoint', 'effective_attempt', 'training_step', 'training_series']
    LOOP
        IF NOT has_table_privilege('gradkeeper_reader', readable, 'SELECT') THEN
            EXECUTE format('GRANT SELECT ON %I TO gradkeeper_reader', readable);
        END IF;
    END LOOP;
END $$;
