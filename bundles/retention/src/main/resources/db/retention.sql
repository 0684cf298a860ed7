--liquibase formatted sql

--changeset seneschal:retention-1
--comment Policies. Ages count from the named column of the row. The starter is inactive: it can be previewed, and runs once somebody activates it.
CREATE TABLE retention_policies (
    id                    uuid         PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id             text         NOT NULL REFERENCES tenants,
    table_name            varchar(100) NOT NULL,
    time_column           varchar(63)  NOT NULL,
    time_zone             text         NOT NULL DEFAULT 'UTC',
    retention_period_days integer      NOT NULL CHECK (retention_period_days BETWEEN 0 AND 36500),
    archive_after_days    integer      CHECK (archive_after_days BETWEEN 1 AND 36500),
    delete_after_days     integer      CHECK (delete_after_days BETWEEN 1 AND 36500),
    compliance_flags      jsonb        NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(compliance_flags) = 'object'),
    is_active             boolean      NOT NULL DEFAULT false,
    version               integer      NOT NULL DEFAULT 1,
    created_at            timestamptz  NOT NULL DEFAULT now(),
    updated_at            timestamptz  NOT NULL DEFAULT now(),
    CHECK (archive_after_days IS NOT NULL OR delete_after_days IS NOT NULL),
    CHECK (delete_after_days >= retention_period_days),
    CHECK (archive_after_days <= delete_after_days),
    UNIQUE (tenant_id, table_name)
);
INSERT INTO retention_policies (tenant_id, table_name, time_column, retention_period_days, archive_after_days, delete_after_days)
VALUES ('default', 'realtime_events', 'created_at', 90, 30, 90);
CALL seneschal_isolate('retention_policies');
--rollback DROP TABLE retention_policies;

--changeset seneschal:retention-2
--comment Holds. A key of NULL holds the whole table; released keys go, the hold itself stays on record.
CREATE TABLE retention_holds (
    id          uuid         PRIMARY KEY,
    tenant_id   text         NOT NULL REFERENCES tenants,
    table_name  varchar(100) NOT NULL,
    reason      text         NOT NULL,
    placed_by   text         NOT NULL,
    placed_at   timestamptz  NOT NULL DEFAULT now(),
    released_by text,
    released_at timestamptz
);
CALL seneschal_isolate('retention_holds');
CREATE TABLE retention_hold_keys (
    hold_id    uuid         NOT NULL REFERENCES retention_holds,
    tenant_id  text         NOT NULL REFERENCES tenants,
    table_name varchar(100) NOT NULL,
    row_key    text,
    UNIQUE (tenant_id, table_name, row_key, hold_id)
);
CREATE INDEX retention_hold_keys_hold ON retention_hold_keys (hold_id);
CALL seneschal_isolate('retention_hold_keys');
--rollback DROP TABLE retention_hold_keys, retention_holds;

--changeset seneschal:retention-3
--comment What a run would do, frozen, and the hash of it.
CREATE TABLE retention_previews (
    id         uuid        PRIMARY KEY,
    tenant_id  text        NOT NULL REFERENCES tenants,
    policy_id  uuid        NOT NULL REFERENCES retention_policies ON DELETE CASCADE,
    plan       jsonb       NOT NULL,
    plan_hash  text        NOT NULL,
    created_by text        NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX retention_previews_policy ON retention_previews (policy_id);
CALL seneschal_isolate('retention_previews');
--rollback DROP TABLE retention_previews;

--changeset seneschal:retention-4
--comment Runs. The lease's epoch fences: every change of a run's state names the epoch under which it is made.
CREATE TABLE retention_runs (
    id             uuid         PRIMARY KEY,
    tenant_id      text         NOT NULL REFERENCES tenants,
    policy_id      uuid         NOT NULL REFERENCES retention_policies,
    policy_version integer      NOT NULL,
    table_name     varchar(100) NOT NULL,
    plan           jsonb        NOT NULL,
    plan_hash      text         NOT NULL,
    state          text         NOT NULL CHECK (state IN ('APPROVED', 'EXPORTING', 'DELETING', 'DONE', 'STOPPED')),
    detail         text         NOT NULL DEFAULT '',
    requested_by   text         NOT NULL,
    exported_rows  bigint       NOT NULL DEFAULT 0,
    deleted_rows   bigint       NOT NULL DEFAULT 0,
    survivor_rows  bigint       NOT NULL DEFAULT 0,
    destroyed_rows bigint       NOT NULL DEFAULT 0,
    lease_epoch    bigint       NOT NULL DEFAULT 0,
    lease_until    timestamptz,
    created_at     timestamptz  NOT NULL DEFAULT now(),
    started_at     timestamptz,
    finished_at    timestamptz
);
CREATE UNIQUE INDEX retention_runs_one_per_table ON retention_runs (tenant_id, table_name)
    WHERE state IN ('APPROVED', 'EXPORTING', 'DELETING');
CREATE INDEX retention_runs_by_tenant ON retention_runs (tenant_id, id DESC);
CREATE INDEX retention_runs_policy ON retention_runs (policy_id);
CALL seneschal_isolate('retention_runs');

CREATE TABLE retention_segments (
    id                uuid         PRIMARY KEY,
    tenant_id         text         NOT NULL REFERENCES tenants,
    run_id            uuid         NOT NULL REFERENCES retention_runs,
    policy_id         uuid         NOT NULL REFERENCES retention_policies,
    ordinal           integer      NOT NULL,
    state             text         NOT NULL CHECK (state IN ('PLANNED', 'EXPORTING', 'SEALED', 'VERIFIED', 'DELETING', 'DONE',
                                                             'DONE_WITH_SURVIVORS', 'ABANDONED', 'DESTROYING', 'DESTROYED')),
    table_name        varchar(100) NOT NULL,
    row_count         bigint       NOT NULL DEFAULT 0,
    content           jsonb,
    newest            timestamptz,
    delete_cursor     bigint       NOT NULL DEFAULT 0,
    deleted_rows      bigint       NOT NULL DEFAULT 0,
    survivors         jsonb        NOT NULL DEFAULT '[]',
    sealed_at         timestamptz,
    verified_at       timestamptz,
    UNIQUE (run_id, ordinal)
);
CREATE INDEX retention_segments_by_policy ON retention_segments (policy_id, state, newest);
CALL seneschal_isolate('retention_segments');
--rollback DROP TABLE retention_segments, retention_runs;

--changeset seneschal:retention-5
--comment What was archived and what was deleted, key by key.
CREATE TABLE data_archive_log (
    id                  uuid         PRIMARY KEY,
    tenant_id           text         NOT NULL REFERENCES tenants,
    table_name          varchar(100) NOT NULL,
    record_ids          jsonb        NOT NULL,
    archived_at         timestamptz  NOT NULL DEFAULT now(),
    archive_location    varchar(500) NOT NULL,
    retention_policy_id uuid         NOT NULL REFERENCES retention_policies,
    segment_id          uuid         NOT NULL REFERENCES retention_segments
);
CREATE INDEX data_archive_log_segment ON data_archive_log (segment_id);
CREATE INDEX data_archive_log_policy ON data_archive_log (retention_policy_id);
CALL seneschal_isolate('data_archive_log');

CREATE TABLE data_deletion_log (
    id                   uuid         PRIMARY KEY,
    tenant_id            text         NOT NULL REFERENCES tenants,
    table_name           varchar(100) NOT NULL,
    record_ids           jsonb        NOT NULL,
    deleted_at           timestamptz  NOT NULL DEFAULT now(),
    deletion_reason      varchar(100) NOT NULL,
    compliance_reference varchar(100),
    retention_policy_id  uuid         NOT NULL REFERENCES retention_policies,
    segment_id           uuid         NOT NULL REFERENCES retention_segments
);
CREATE INDEX data_deletion_log_segment ON data_deletion_log (segment_id);
CREATE INDEX data_deletion_log_policy ON data_deletion_log (retention_policy_id);
CALL seneschal_isolate('data_deletion_log');
--rollback DROP TABLE data_deletion_log, data_archive_log;

--changeset seneschal:retention-6
--comment Which job carries a run out, and whether somebody made sure, after its end, that it left no file behind.
ALTER TABLE retention_runs
    ADD COLUMN job_id  uuid,
    ADD COLUMN is_tidy boolean NOT NULL DEFAULT false;
CREATE INDEX retention_runs_untidy ON retention_runs (tenant_id) WHERE state IN ('DONE', 'STOPPED') AND NOT is_tidy;
--rollback DROP INDEX retention_runs_untidy; ALTER TABLE retention_runs DROP COLUMN job_id, DROP COLUMN is_tidy;

--changeset seneschal:retention-7
--comment The version in which what a policy says last changed: a preview holds for that one, whether runs are allowed or not.
ALTER TABLE retention_policies ADD COLUMN rule_version integer NOT NULL DEFAULT 1;
--rollback ALTER TABLE retention_policies DROP COLUMN rule_version;

--changeset seneschal:retention-8 splitStatements:false
--comment Whoever the pool's role is, it may add to the logs and read them, nothing else; the trigger says the same to their owner.
CREATE FUNCTION retention_refuse() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Rows of % are never changed or removed', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

DO $$
DECLARE
    kept    text;
    grantee text;
BEGIN
    FOREACH kept IN ARRAY ARRAY['data_archive_log', 'data_deletion_log'] LOOP
        EXECUTE format('CREATE TRIGGER refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON %I
                        FOR EACH STATEMENT EXECUTE FUNCTION retention_refuse()', kept);
        FOR grantee IN
            SELECT DISTINCT r.rolname
              FROM pg_class c, aclexplode(c.relacl) a
              JOIN pg_roles r ON r.oid = a.grantee
             WHERE c.oid = kept::regclass AND a.grantee <> c.relowner
        LOOP
            EXECUTE format('REVOKE ALL ON %I FROM %I', kept, grantee);
            EXECUTE format('GRANT SELECT, INSERT ON %I TO %I', kept, grantee);
        END LOOP;
    END LOOP;
END $$;
--rollback DROP TRIGGER refuse ON data_archive_log; DROP TRIGGER refuse ON data_deletion_log; DROP FUNCTION retention_refuse();
