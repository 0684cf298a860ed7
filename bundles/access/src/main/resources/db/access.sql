--liquibase formatted sql

--changeset seneschal:access-1
--comment Who was logged in, from where, from when to when. One open row per account and address.
CREATE TABLE admin_sessions (
    id             uuid        PRIMARY KEY,
    tenant_id      text        NOT NULL REFERENCES tenants,
    account        text        NOT NULL CHECK (length(account) BETWEEN 1 AND 255),
    remote_address text        NOT NULL CHECK (length(remote_address) BETWEEN 1 AND 100),
    created_at     timestamptz NOT NULL DEFAULT now(),
    last_seen_at   timestamptz NOT NULL DEFAULT now(),
    ended_at       timestamptz CHECK (ended_at >= created_at)
);
CREATE UNIQUE INDEX admin_sessions_open ON admin_sessions (tenant_id, account, remote_address) WHERE ended_at IS NULL;
CREATE INDEX admin_sessions_idle ON admin_sessions (last_seen_at) WHERE ended_at IS NULL;
CREATE INDEX admin_sessions_created ON admin_sessions (tenant_id, created_at);
CALL seneschal_isolate('admin_sessions');
--rollback DROP TABLE admin_sessions;

--changeset seneschal:access-2
--comment API keys. The secret is 256 random bits, so a plain SHA-256 of it is as hard to invert as the secret is to guess.
CREATE TABLE api_keys (
    id            uuid        PRIMARY KEY,
    tenant_id     text        NOT NULL REFERENCES tenants,
    name          text        NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    prefix        text        NOT NULL,
    secret_sha256 bytea       NOT NULL UNIQUE CHECK (length(secret_sha256) = 32),
    permissions   text[]      NOT NULL CHECK (cardinality(permissions) > 0),
    created_at    timestamptz NOT NULL DEFAULT now(),
    created_by    text        NOT NULL,
    expires_at    timestamptz,
    revoked_at    timestamptz,
    revoked_by    text
);
CREATE UNIQUE INDEX api_keys_name ON api_keys (tenant_id, name) WHERE revoked_at IS NULL;
CALL seneschal_isolate('api_keys');
--rollback DROP TABLE api_keys;

--changeset seneschal:access-3 splitStatements:false
--comment Every node forgets what it remembers of keys and tenants as soon as one changes, whoever changes it.
CREATE FUNCTION seneschal_access_changed() RETURNS trigger
    LANGUAGE plpgsql SET search_path = seneschal, pg_temp AS $$
BEGIN
    PERFORM pg_notify('access_changed', TG_TABLE_NAME);
    RETURN NULL;
END $$;
CREATE TRIGGER access_changed AFTER INSERT OR UPDATE OR DELETE ON tenants
    FOR EACH STATEMENT EXECUTE FUNCTION seneschal_access_changed();
CREATE TRIGGER access_changed AFTER UPDATE OR DELETE ON api_keys
    FOR EACH STATEMENT EXECUTE FUNCTION seneschal_access_changed();
--rollback DROP TRIGGER access_changed ON tenants; DROP TRIGGER access_changed ON api_keys; DROP FUNCTION seneschal_access_changed();
