--liquibase formatted sql

--changeset seneschal:realtime-1
--comment The newest value of every metric. Half of each page stays free, so that an update finds room beside the old row.
CREATE TABLE live_metrics (
    tenant_id    text         NOT NULL REFERENCES tenants,
    metric_key   varchar(100) NOT NULL,
    metric_value jsonb        NOT NULL,
    last_updated timestamptz  NOT NULL,
    PRIMARY KEY (tenant_id, metric_key)
) WITH (fillfactor = 50);
CALL seneschal_isolate('live_metrics');
--rollback DROP TABLE live_metrics;
