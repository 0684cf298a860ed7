--liquibase formatted sql

--changeset seneschal:orchard-1
CREATE TABLE harvests (
    id        bigint GENERATED ALWAYS AS IDENTITY,
    tenant_id text   NOT NULL REFERENCES tenants
);
CALL seneschal_isolate('harvests');
--rollback DROP TABLE harvests;

--changeset seneschal:orchard-2
SELECT set_config('seneschal.tenant', 'default', true);
INSERT INTO harvests (tenant_id) VALUES ('default');
--rollback DELETE FROM harvests;
