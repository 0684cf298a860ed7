--liquibase formatted sql

--changeset seneschal:jobs-1
--comment Due work only: what has finished leaves for the history, so that claims never wade through the past. Rows change
--comment often and live shortly, hence the fill factor and the eager autovacuum.
CREATE TABLE jobs (
    id           uuid        PRIMARY KEY,
    tenant_id    text        NOT NULL REFERENCES tenants,
    type         text        NOT NULL CHECK (length(type) BETWEEN 1 AND 100),
    payload      json        NOT NULL,
    key          text        CHECK (length(key) BETWEEN 1 AND 500),
    state        text        NOT NULL CHECK (state IN ('waiting', 'ready', 'leased')),
    priority     smallint    NOT NULL CHECK (priority BETWEEN 0 AND 100),
    attempt      smallint    NOT NULL DEFAULT 0 CHECK (attempt >= 0),
    max_attempts smallint    NOT NULL CHECK (max_attempts BETWEEN 1 AND 100),
    due_at       timestamptz NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    detail       text        NOT NULL DEFAULT '',
    lease_token  uuid,
    lease_until  timestamptz,
    leased_by    uuid,
    CHECK ((state = 'leased') = (lease_token IS NOT NULL AND lease_until IS NOT NULL AND leased_by IS NOT NULL))
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000,
        autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02);
CALL seneschal_isolate('jobs');
--rollback DROP TABLE jobs;

--changeset seneschal:jobs-2
--comment One small index per question. Type comes first, so that a million rows of a parked type cost a claim nothing;
--comment rows of the future stand in another index, so that they cost nothing either.
CREATE INDEX jobs_ready   ON jobs (type, priority DESC, due_at, id) WHERE state = 'ready';
CREATE INDEX jobs_waiting ON jobs (due_at)                          WHERE state = 'waiting';
CREATE INDEX jobs_leased  ON jobs (lease_until)                     WHERE state = 'leased';
--rollback DROP INDEX jobs_ready, jobs_waiting, jobs_leased;

--changeset seneschal:jobs-3
--comment Idempotency keys outlive their job.
CREATE TABLE job_keys (
    tenant_id text        NOT NULL REFERENCES tenants,
    type      text        NOT NULL,
    key       text        NOT NULL,
    job_id    uuid        NOT NULL,
    added_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, type, key)
);
CREATE INDEX job_keys_age ON job_keys USING brin (added_at);
CALL seneschal_isolate('job_keys');
--rollback DROP TABLE job_keys;

--changeset seneschal:jobs-4
--comment What has finished, by week; a week is dropped whole. The last partition takes what no week was made for.
CREATE TABLE job_history (
    id           uuid        NOT NULL,
    tenant_id    text        NOT NULL REFERENCES tenants,
    type         text        NOT NULL,
    payload      json        NOT NULL,
    key          text,
    state        text        NOT NULL CHECK (state IN ('done', 'failed', 'cancelled')),
    priority     smallint    NOT NULL,
    attempt      smallint    NOT NULL,
    max_attempts smallint    NOT NULL,
    due_at       timestamptz NOT NULL,
    created_at   timestamptz NOT NULL,
    finished_at  timestamptz NOT NULL DEFAULT now(),
    detail       text        NOT NULL,
    PRIMARY KEY (id, finished_at)
) PARTITION BY RANGE (finished_at);
CREATE INDEX job_history_failed ON job_history (id) WHERE state = 'failed';
CREATE TABLE job_history_rest PARTITION OF job_history DEFAULT;
CALL seneschal_isolate('job_history');
CALL seneschal_isolate('job_history_rest');
--rollback DROP TABLE job_history;

--changeset seneschal:jobs-5 splitStatements:false
--comment The application's role can do no DDL: this makes the partitions of the coming weeks and drops those past keeping.
CREATE FUNCTION job_history_maintain(keep_days integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = seneschal, pg_temp SET lock_timeout = '2s' SET timezone = 'UTC' AS $$
DECLARE
    week    date;
    part    text;
    dropped integer := 0;
BEGIN
    IF keep_days < 1 THEN
        RAISE EXCEPTION 'keep_days is %; it must be at least 1', keep_days;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('seneschal.job_history'));
    FOR ahead IN 0..2 LOOP
        week := date_trunc('week', now())::date + 7 * ahead;
        part := 'job_history_' || to_char(week, 'YYYYMMDD');
        IF to_regclass(part) IS NULL THEN
            EXECUTE format('CREATE TABLE %I PARTITION OF job_history FOR VALUES FROM (%L) TO (%L)', part, week, week + 7);
            CALL seneschal_isolate(part::regclass);
        END IF;
    END LOOP;
    FOR part IN
        SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'job_history'::regclass AND c.relname ~ '^job_history_[0-9]{8}$'
    LOOP
        IF to_date(right(part, 8), 'YYYYMMDD') + 7 < now() - make_interval(days => keep_days) THEN
            EXECUTE format('DROP TABLE %I', part);
            dropped := dropped + 1;
        END IF;
    END LOOP;
    RETURN dropped;
END $$;
--rollback DROP FUNCTION job_history_maintain(integer);

--changeset seneschal:jobs-6
--comment Which types each living node has handlers for: what no living node handles is parked.
CREATE TABLE job_nodes (
    node        uuid        PRIMARY KEY,
    types       text[]      NOT NULL,
    alive_until timestamptz NOT NULL
);
--rollback DROP TABLE job_nodes;

--changeset seneschal:jobs-7
CREATE TABLE job_schedules (
    tenant_id           text        NOT NULL REFERENCES tenants,
    name                text        NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    type                text        NOT NULL CHECK (length(type) BETWEEN 1 AND 100),
    payload             json        NOT NULL,
    cron                text        NOT NULL,
    zone                text        NOT NULL,
    max_lateness_millis bigint      NOT NULL CHECK (max_lateness_millis >= 0),
    next_at             timestamptz NOT NULL,
    last_tick_at        timestamptz,
    note                text        NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, name)
);
CREATE INDEX job_schedules_next ON job_schedules (next_at);
CALL seneschal_isolate('job_schedules');
--rollback DROP TABLE job_schedules;
