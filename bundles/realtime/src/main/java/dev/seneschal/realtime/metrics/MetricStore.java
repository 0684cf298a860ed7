package dev.seneschal.realtime.metrics;

import dev.seneschal.api.storage.Storage;
import dev.seneschal.api.tenant.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;

/** The table {@code live_metrics}: the newest value of every metric. */
public final class MetricStore {

    /** The newest values are worth no wait for the disk: after a crash the next second brings new ones. */
    private static final String WITHOUT_WAITING = "SET LOCAL synchronous_commit = off";

    private static final String PUT =
            """
            INSERT INTO live_metrics (tenant_id, metric_key, metric_value, last_updated)
            SELECT :tenant, key, jsonb_build_object('value', to_jsonb(CAST(value AS double precision)), 'unit', unit), :at
              FROM unnest(:keys, :values, :units) AS sample (key, value, unit)
             ORDER BY key
            ON CONFLICT (tenant_id, metric_key)
            DO UPDATE SET metric_value = excluded.metric_value, last_updated = excluded.last_updated
            """;

    /** A meter that has gone leaves no value that looks like a new one. */
    private static final String FORGET =
            """
            DELETE FROM live_metrics
             WHERE last_updated < :before
            """;

    /** Twice the longest time between two samples. */
    private static final Duration LIFE = Duration.ofMinutes(2);

    private static final String LIST =
            """
            SELECT metric_key, metric_value::text AS metric_value, last_updated
              FROM live_metrics
             ORDER BY metric_key COLLATE "C"
            """;

    private final Storage storage;

    /** Uses this storage. */
    public MetricStore(Storage storage) {
        this.storage = storage;
    }

    /** Writes the readings in one statement, and removes what no sample has brought for two minutes. */
    void put(TenantId tenant, Instant at, List<Reading> readings) {
        var keys = readings.stream().map(Reading::key).toArray(String[]::new);
        var values = readings.stream()
                .map(reading -> Double.toString(reading.value()))
                .toArray(String[]::new);
        var units = readings.stream().map(Reading::unit).toArray(String[]::new);
        storage.tenant(tenant).run(handle -> {
            handle.execute(WITHOUT_WAITING);
            handle.createUpdate(PUT)
                    .bind("tenant", tenant.value())
                    .bind("at", utc(at))
                    .bind("keys", keys)
                    .bind("values", values)
                    .bind("units", units)
                    .execute();
            handle.createUpdate(FORGET).bind("before", utc(at.minus(LIFE))).execute();
        });
    }

    private static OffsetDateTime utc(Instant instant) {
        return OffsetDateTime.ofInstant(instant, ZoneOffset.UTC);
    }

    /** Returns the metrics by key. */
    public List<LiveMetric> list(TenantId tenant) {
        return storage.tenant(tenant).read(handle -> handle.createQuery(LIST)
                .map((row, context) -> new LiveMetric(
                        row.getString("metric_key"),
                        row.getString("metric_value"),
                        row.getObject("last_updated", OffsetDateTime.class).toInstant()))
                .list());
    }

    /**
     * A row.
     *
     * @param key the metric's name
     * @param value the newest value, as JSON
     * @param updatedAt when it was measured
     */
    public record LiveMetric(String key, String value, Instant updatedAt) {}
}
