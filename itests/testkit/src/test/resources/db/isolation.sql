--liquibase formatted sql

--changeset seneschal:isolation-1
CREATE TABLE notes (
    tenant_id text NOT NULL REFERENCES tenants,
    note      text NOT NULL
);
CALL seneschal_isolate('notes');
--rollback DROP TABLE notes;
