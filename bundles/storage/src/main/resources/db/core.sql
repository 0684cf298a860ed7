--liquibase formatted sql

--changeset seneschal:core-1
--comment Tenants: every other table refers to them.
CREATE TABLE tenants (
    id         text        PRIMARY KEY CHECK (id ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    title      text        NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    created_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO tenants (id, title) VALUES ('default', 'Default');
--rollback DROP TABLE tenants;

--changeset seneschal:core-2 splitStatements:false
--comment One definition of whose rows a transaction sees: those of its tenant, or all in the system's scope ('*').
CREATE FUNCTION seneschal_sees(tenant text) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN tenant = current_setting('seneschal.tenant', true) OR current_setting('seneschal.tenant', true) = '*';
--rollback DROP FUNCTION seneschal_sees(text);

--changeset seneschal:core-3 splitStatements:false
--comment Puts row-level security on a table, also for its owner, so that no role can forget its scope.
CREATE PROCEDURE seneschal_isolate(target regclass)
    LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
    EXECUTE format('CREATE POLICY tenant ON %s USING (seneschal_sees(tenant_id))', target);
END $$;
--rollback DROP PROCEDURE seneschal_isolate(regclass);
