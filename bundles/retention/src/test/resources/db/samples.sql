--liquibase formatted sql

--changeset test:samples-1
CREATE TABLE samples (
    tenant_id  text        NOT NULL REFERENCES tenants,
    id         integer     NOT NULL,
    "odd name" text        NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id, "odd name")
);
CREATE INDEX samples_age ON samples (tenant_id, created_at);
CALL seneschal_isolate('samples');
--rollback DROP TABLE samples;

--changeset test:samples-2
CREATE TABLE measures (
    id         uuid        NOT NULL DEFAULT gen_random_uuid(),
    tenant_id  text        NOT NULL,
    value      integer     NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (id, created_at)
) PARTITION BY RANGE (created_at);
CREATE TABLE measures_old PARTITION OF measures FOR VALUES FROM (MINVALUE) TO ('2026-01-01');
CREATE TABLE measures_new PARTITION OF measures FOR VALUES FROM ('2026-01-01') TO (MAXVALUE);
CALL seneschal_isolate('measures');
--rollback DROP TABLE measures;

--changeset test:samples-3
CREATE TYPE mood AS ENUM ('sad', 'it''s "fine"', 'happy');
CREATE TYPE pair AS (a integer, b text);
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE TABLE everything (
    tenant_id  text NOT NULL,
    id         bigint GENERATED ALWAYS AS IDENTITY,
    created_on date NOT NULL,
    b          boolean, i2 smallint, i4 integer, i8 bigint, n numeric, n2 numeric(20, 5), f4 real, f8 double precision,
    m          money, c char(5), vc varchar(20), t text, by bytea, ts timestamp, tz timestamptz, ti time, tt timetz,
    iv         interval, u uuid, j json, jb jsonb, x xml, ip inet, ci cidr, mac macaddr, bt bit(3), vb bit varying,
    tsv        tsvector, tsq tsquery, pt point, pg polygon, cl circle, ir int4range, mr int4multirange, tr tstzrange,
    ai         integer[], at text[][], mo mood, pr pair, po positive, lsn pg_lsn, cc "char", nm name, jp jsonpath,
    twice      integer GENERATED ALWAYS AS (i4 * 2) STORED,
    UNIQUE (id)
);
ALTER TABLE everything ALTER COLUMN id SET NOT NULL;
CALL seneschal_isolate('everything');
--rollback DROP TABLE everything; DROP DOMAIN positive; DROP TYPE pair; DROP TYPE mood;

--changeset test:samples-4
CREATE TABLE parents (tenant_id text NOT NULL, id integer PRIMARY KEY, created_at timestamptz NOT NULL);
CREATE TABLE children (id integer PRIMARY KEY, parent integer REFERENCES parents ON DELETE CASCADE);
CREATE TABLE keyless (tenant_id text NOT NULL, created_at timestamptz NOT NULL);
CREATE TABLE shared (id integer PRIMARY KEY, created_at timestamptz);
CREATE VIEW seen AS SELECT * FROM samples;
--rollback DROP VIEW seen; DROP TABLE shared, keyless, children, parents;

--changeset test:samples-5
CREATE TABLE samples_wanted (tenant_id text NOT NULL, id integer NOT NULL);
CREATE VIEW samples_needed AS
SELECT s.tenant_id, s.id, s."odd name" FROM samples s JOIN samples_wanted USING (tenant_id, id);
--rollback DROP VIEW samples_needed; DROP TABLE samples_wanted;
