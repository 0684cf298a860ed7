--liquibase formatted sql

--changeset seneschal:audit-1
--comment What was done. A row carries its salted commitment (leaf); its place in the tree stands in audit_sequence, so that rows are only ever added.
CREATE TABLE audit_entries (
    id          uuid        PRIMARY KEY,
    tenant_id   text        NOT NULL REFERENCES tenants,
    recorded_at timestamptz NOT NULL,
    actor       text        NOT NULL,
    action      text        NOT NULL,
    target      text        NOT NULL,
    reason      text        NOT NULL,
    policy      text,
    details     jsonb       NOT NULL CHECK (jsonb_typeof(details) = 'object'),
    format      smallint    NOT NULL,
    salt        bytea       NOT NULL CHECK (length(salt) >= 16),
    leaf        bytea       NOT NULL CHECK (length(leaf) = 32)
);
CREATE INDEX audit_entries_by_tenant ON audit_entries (tenant_id, id DESC);
CALL seneschal_isolate('audit_entries');
--rollback DROP TABLE audit_entries;

--changeset seneschal:audit-2
--comment Entries that wait for their place in the tree. The sequencer takes what it can see; a late commit is seen later, never skipped.
CREATE TABLE audit_pending (
    entry_id  uuid        PRIMARY KEY,
    queued_at timestamptz NOT NULL DEFAULT now()
);
--rollback DROP TABLE audit_pending;

--changeset seneschal:audit-3
--comment The log: its identity, the order of its entries, the hashes of its tree in tiles of 256, its signed sizes, its keys.
CREATE TABLE audit_log (
    id         uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX audit_log_is_one ON audit_log ((true));
INSERT INTO audit_log DEFAULT VALUES;

CREATE TABLE audit_sequence (
    leaf_index bigint PRIMARY KEY CHECK (leaf_index >= 0),
    entry_id   uuid   NOT NULL UNIQUE
);

CREATE TABLE audit_tiles (
    level    smallint NOT NULL CHECK (level BETWEEN 0 AND 7),
    position bigint   NOT NULL CHECK (position >= 0),
    hashes   bytea    NOT NULL CHECK (length(hashes) BETWEEN 32 AND 8192 AND length(hashes) % 32 = 0),
    PRIMARY KEY (level, position)
);
ALTER TABLE audit_tiles ALTER COLUMN hashes SET STORAGE EXTERNAL;

CREATE TABLE audit_checkpoints (
    tree_size bigint      PRIMARY KEY CHECK (tree_size > 0),
    note      text        NOT NULL,
    signed_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE audit_keys (
    generation   integer     PRIMARY KEY CHECK (generation > 0),
    verifier_key text        NOT NULL UNIQUE,
    adopted_at   timestamptz NOT NULL DEFAULT now(),
    reason       text        NOT NULL
);
--rollback DROP TABLE audit_keys, audit_checkpoints, audit_tiles, audit_sequence, audit_log;

--changeset seneschal:audit-4 splitStatements:false
--comment Whoever the pool's role is, it may add to these tables and read them, nothing else; the trigger says the same to their owner.
CREATE FUNCTION audit_refuse() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Rows of % are never changed or removed', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

DO $$
DECLARE
    kept    text;
    grantee text;
BEGIN
    FOREACH kept IN ARRAY ARRAY['audit_entries', 'audit_log', 'audit_sequence', 'audit_checkpoints', 'audit_keys'] LOOP
        EXECUTE format('CREATE TRIGGER refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON %I
                        FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()', kept);
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
--rollback DROP TRIGGER refuse ON audit_entries; DROP TRIGGER refuse ON audit_log; DROP TRIGGER refuse ON audit_sequence; DROP TRIGGER refuse ON audit_checkpoints; DROP TRIGGER refuse ON audit_keys; DROP FUNCTION audit_refuse();
