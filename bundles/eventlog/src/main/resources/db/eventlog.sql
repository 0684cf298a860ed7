--liquibase formatted sql

--changeset seneschal:eventlog-1
--comment The log's epoch: it names this history, also for channels that have no event yet.
CREATE TABLE event_log (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    epoch    text    NOT NULL DEFAULT left(replace(gen_random_uuid()::text, '-', ''), 12)
);
INSERT INTO event_log DEFAULT VALUES;
--rollback DROP TABLE event_log;

--changeset seneschal:eventlog-2
--comment The head of each channel. Its row lock is what serialises offsets, so it is updated once per group: leave room in the page.
CREATE TABLE event_channels (
    id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id  text        NOT NULL REFERENCES tenants,
    channel    text        NOT NULL CHECK (length(channel) BETWEEN 1 AND 262),
    epoch      text        NOT NULL,
    "offset"   bigint      NOT NULL DEFAULT 0 CHECK ("offset" >= 0),
    last_at    timestamptz NOT NULL DEFAULT '-infinity',
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (tenant_id, channel)
) WITH (fillfactor = 50);
CALL seneschal_isolate('event_channels');
--rollback DROP TABLE event_channels;

--changeset seneschal:eventlog-3
--comment The events. The tenant is checked by the channel's row, which every append locks; a foreign key here would cost a look-up per event.
CREATE TABLE realtime_events (
    id                uuid         NOT NULL,
    tenant_id         text         NOT NULL,
    channel_id        bigint       NOT NULL,
    channel           text         NOT NULL,
    "offset"          bigint       NOT NULL,
    event_type        varchar(255) NOT NULL,
    event_data        jsonb,
    admin_id          uuid         REFERENCES admin_sessions (id) ON DELETE SET NULL,
    created_at        timestamptz  NOT NULL,
    source            varchar(255) NOT NULL,
    event_id          varchar(255) NOT NULL,
    subject           varchar(255),
    event_time        timestamptz,
    data_content_type varchar(255),
    data_schema       varchar(1024),
    "binary"          boolean      NOT NULL DEFAULT false,
    extensions        jsonb,
    PRIMARY KEY (id, created_at)
) PARTITION BY RANGE (created_at);
CREATE INDEX realtime_events_order ON realtime_events (channel_id, "offset");
CREATE INDEX realtime_events_admin ON realtime_events (admin_id) WHERE admin_id IS NOT NULL;
CALL seneschal_isolate('realtime_events');
--rollback DROP TABLE realtime_events;

--changeset seneschal:eventlog-4
--comment What makes an append idempotent: a 128-bit hash of tenant, source and id, and the place of the first event that had it.
CREATE TABLE event_keys (
    key        uuid        PRIMARY KEY,
    tenant_id  text        NOT NULL,
    channel_id bigint      NOT NULL,
    "offset"   bigint      NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX event_keys_age ON event_keys USING brin (created_at);
CALL seneschal_isolate('event_keys');
--rollback DROP TABLE event_keys;

--changeset seneschal:eventlog-5
--comment Durable consumers, how far each has come in each channel, and what it could not process.
CREATE TABLE event_consumers (
    name       text        PRIMARY KEY CHECK (name ~ '^[a-z0-9.-]{1,100}$'),
    start      text        NOT NULL CHECK (start IN ('earliest', 'latest')),
    last_error text        NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE event_cursors (
    consumer      text        NOT NULL REFERENCES event_consumers ON DELETE CASCADE,
    channel_id    bigint      NOT NULL REFERENCES event_channels,
    tenant_id     text        NOT NULL REFERENCES tenants,
    "offset"      bigint      NOT NULL DEFAULT 0,
    position_at   timestamptz NOT NULL DEFAULT '-infinity',
    isolate_until bigint      NOT NULL DEFAULT 0,
    failures      integer     NOT NULL DEFAULT 0,
    retry_at      timestamptz NOT NULL DEFAULT '-infinity',
    PRIMARY KEY (consumer, channel_id)
) WITH (fillfactor = 50);
CALL seneschal_isolate('event_cursors');
CREATE TABLE event_dead_letters (
    id         uuid        PRIMARY KEY,
    consumer   text        NOT NULL REFERENCES event_consumers ON DELETE CASCADE,
    tenant_id  text        NOT NULL REFERENCES tenants,
    channel_id bigint      NOT NULL REFERENCES event_channels,
    "offset"   bigint      NOT NULL,
    event      jsonb       NOT NULL,
    error      text        NOT NULL,
    attempts   integer     NOT NULL,
    failed_at  timestamptz NOT NULL DEFAULT now(),
    redeliver  boolean     NOT NULL DEFAULT false
);
CREATE INDEX event_dead_letters_consumer ON event_dead_letters (consumer, id);
CREATE INDEX event_dead_letters_redeliver ON event_dead_letters (consumer) WHERE redeliver;
CALL seneschal_isolate('event_dead_letters');
--rollback DROP TABLE event_dead_letters; DROP TABLE event_cursors; DROP TABLE event_consumers;

--changeset seneschal:eventlog-6 splitStatements:false
--comment Makes the partitions of the given days (UTC). ATTACH lets appends go on, CREATE ... PARTITION OF would stop them. A partition has its own row-level security, for whoever names it directly.
CREATE FUNCTION event_partitions_ensure(first_day date, last_day date) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = seneschal, pg_temp
    SET timezone = 'UTC'
    SET lock_timeout = '5s'
    AS $$
DECLARE
    day  date;
    name text;
    made integer := 0;
BEGIN
    IF last_day - first_day NOT BETWEEN 0 AND 366 THEN
        RAISE EXCEPTION 'Partitions can be made for 1 to 367 days at once, not from % to %', first_day, last_day;
    END IF;
    FOR day IN SELECT first_day + n FROM generate_series(0, last_day - first_day) AS n LOOP
        name := 'realtime_events_' || to_char(day, 'YYYYMMDD');
        CONTINUE WHEN to_regclass(name) IS NOT NULL;
        PERFORM pg_advisory_xact_lock(hashtext('seneschal.event_partitions'));
        -- The catalogue itself: to_regclass may still remember that there was none before the lock.
        CONTINUE WHEN EXISTS (
            SELECT FROM pg_class c WHERE c.relname = name AND c.relnamespace = 'seneschal'::regnamespace);
        EXECUTE format('CREATE TABLE %I (LIKE realtime_events INCLUDING ALL)', name);
        EXECUTE format('CALL seneschal_isolate(%L)', name);
        EXECUTE format('ALTER TABLE realtime_events ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
            name, day::timestamptz, (day + 1)::timestamptz);
        made := made + 1;
    END LOOP;
    RETURN made;
END $$;
SELECT event_partitions_ensure((now() AT TIME ZONE 'UTC')::date, (now() AT TIME ZONE 'UTC')::date + 7);
--rollback DROP FUNCTION event_partitions_ensure(date, date);

--changeset seneschal:eventlog-7 splitStatements:false
--comment Drops partitions of days before the given one that hold nothing any more. Never waits long: it tries again later.
CREATE FUNCTION event_partitions_drop_empty(before date) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = seneschal, pg_temp
    SET timezone = 'UTC'
    SET lock_timeout = '200ms'
    AS $$
DECLARE
    name    text;
    holds   boolean;
    dropped integer := 0;
BEGIN
    IF current_setting('seneschal.tenant', true) IS DISTINCT FROM '*' THEN
        RAISE EXCEPTION 'Only the system scope sees whether a partition is empty';
    END IF;
    FOR name IN
        SELECT c.relname
          FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
         WHERE i.inhparent = 'realtime_events'::regclass
           AND c.relname ~ '^realtime_events_[0-9]{8}$'
           AND to_date(right(c.relname, 8), 'YYYYMMDD') < before
           AND before <= (now() AT TIME ZONE 'UTC')::date
         ORDER BY c.relname
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', name) INTO holds;
        CONTINUE WHEN holds;
        EXECUTE 'LOCK TABLE realtime_events IN ACCESS EXCLUSIVE MODE';
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', name) INTO holds;
        CONTINUE WHEN holds;
        EXECUTE format('DROP TABLE %I', name);
        dropped := dropped + 1;
    END LOOP;
    RETURN dropped;
END $$;
--rollback DROP FUNCTION event_partitions_drop_empty(date);

--changeset seneschal:eventlog-8
--comment The events that some consumer has yet to see: retention leaves the rows of <table>_needed alone. It runs with the rights of its owner, on whom row-level security is forced, so it too shows what the transaction's scope sees.
CREATE VIEW realtime_events_needed AS
SELECT e.id, e.created_at
  FROM event_consumers k
 CROSS JOIN event_channels c
  LEFT JOIN event_cursors u ON u.consumer = k.name AND u.channel_id = c.id
  JOIN realtime_events e ON e.channel_id = c.id AND e."offset" > coalesce(u."offset", 0)
 WHERE c."offset" > coalesce(u."offset", 0);
--rollback DROP VIEW realtime_events_needed;
