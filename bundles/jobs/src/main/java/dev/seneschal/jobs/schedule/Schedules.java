package dev.seneschal.jobs.schedule;

import dev.seneschal.api.audit.Journal;
import dev.seneschal.api.audit.JournalEntry;
import dev.seneschal.api.job.JobSchedule;
import dev.seneschal.api.storage.Storage;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.jobs.queue.JobTable;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jdbi.v3.core.Handle;

/** Keeps the schedules. Safe for use by any thread. */
public final class Schedules {

    /** A bundle sets its schedules at each start: while expression and zone stay, so does the next tick, also a missed one. */
    private static final String PUT =
            """
            INSERT INTO job_schedules AS s (tenant_id, name, type, payload, cron, zone, max_lateness_millis, next_at)
            VALUES (:tenant, :name, :type, CAST(:payload AS json), :cron, :zone, :lateness, :next)
            ON CONFLICT (tenant_id, name) DO UPDATE SET
                type = excluded.type, payload = excluded.payload, cron = excluded.cron, zone = excluded.zone,
                max_lateness_millis = excluded.max_lateness_millis,
                next_at = CASE WHEN s.cron = excluded.cron AND s.zone = excluded.zone
                               THEN s.next_at ELSE excluded.next_at END
            WHERE (s.type, s.payload::text, s.cron, s.zone, s.max_lateness_millis)
               <> (excluded.type, excluded.payload::text, excluded.cron, excluded.zone, excluded.max_lateness_millis)
            """;

    private static final String REMOVE = "DELETE FROM job_schedules WHERE tenant_id = :tenant AND name = :name";

    private static final String LIST =
            """
            SELECT tenant_id, name, type, payload, cron, zone, max_lateness_millis, next_at, last_tick_at, note
            FROM job_schedules WHERE tenant_id = :tenant ORDER BY name
            """;

    private static final int NAME_LENGTH = 100;
    private static final Duration SHORTEST_LATENESS = Duration.ofSeconds(1);
    private static final Duration LONGEST_LATENESS = Duration.ofDays(366);
    private static final String ACTOR = "system";

    private final Storage storage;
    private final Journal journal;
    private final JobTable jobs;
    private final Clock clock;

    /** Writes changes into the journal. */
    public Schedules(Storage storage, Journal journal, JobTable jobs, Clock clock) {
        this.storage = storage;
        this.journal = journal;
        this.jobs = jobs;
        this.clock = clock;
    }

    /** Adds or replaces a schedule. */
    public void put(JobSchedule schedule) {
        check(schedule);
        var next = Cron.parse(schedule.cron(), schedule.zone()).after(clock.instant());
        storage.tenant(schedule.tenant()).run(handle -> {
            var changed = handle.createUpdate(PUT)
                    .bind("tenant", schedule.tenant().value())
                    .bind("name", schedule.name())
                    .bind("type", schedule.type())
                    .bind("payload", schedule.payload())
                    .bind("cron", schedule.cron())
                    .bind("zone", schedule.zone().getId())
                    .bind("lateness", schedule.maxLateness().toMillis())
                    .bind("next", next)
                    .execute();
            if (changed > 0) {
                note(
                        handle,
                        schedule.tenant(),
                        "job.schedule",
                        schedule.name(),
                        "a schedule was set",
                        Map.of("cron", schedule.cron(), "zone", schedule.zone().getId(), "type", schedule.type()));
            }
        });
    }

    private void check(JobSchedule schedule) {
        Objects.requireNonNull(schedule.tenant(), "tenant");
        Objects.requireNonNull(schedule.zone(), "zone");
        Objects.requireNonNull(schedule.maxLateness(), "maxLateness");
        var name = schedule.name();
        if (name == null
                || name.isBlank()
                || name.length() > NAME_LENGTH
                || name.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "The name of a schedule must be 1 to " + NAME_LENGTH + " characters without control characters.");
        }
        if (!ZoneId.getAvailableZoneIds().contains(schedule.zone().getId())) {
            throw new IllegalArgumentException(
                    "The zone of a schedule must be an IANA name such as Europe/Berlin, not '"
                            + schedule.zone().getId() + "'.");
        }
        var lateness = schedule.maxLateness();
        if (lateness.compareTo(SHORTEST_LATENESS) < 0 || lateness.compareTo(LONGEST_LATENESS) > 0) {
            throw new IllegalArgumentException(
                    "maxLateness must be 1 second to 366 days, not " + lateness + "; a tick is always a little late.");
        }
        JobTable.checkType(schedule.type());
        jobs.checkPayload(schedule.payload());
    }

    /** Removes a schedule; returns whether there was one. */
    public boolean remove(TenantId tenant, String name) {
        return storage.tenant(tenant).write(handle -> {
            var removed = handle.createUpdate(REMOVE)
                            .bind("tenant", tenant.value())
                            .bind("name", name)
                            .execute()
                    > 0;
            if (removed) {
                note(handle, tenant, "job.unschedule", name, "a schedule was removed", Map.of());
            }
            return removed;
        });
    }

    private void note(
            Handle handle, TenantId tenant, String action, String name, String reason, Map<String, String> details) {
        journal.record(handle, new JournalEntry(tenant, ACTOR, action, "schedule:" + name, reason, null, details));
    }

    /** Returns the tenant's schedules, by name. */
    public List<JobSchedule> list(TenantId tenant) {
        return storage.tenant(tenant).read(handle -> handle.createQuery(LIST)
                .bind("tenant", tenant.value())
                .map((row, context) -> schedule(row))
                .list());
    }

    static JobSchedule schedule(ResultSet row) throws SQLException {
        return new JobSchedule(
                new TenantId(row.getString("tenant_id")),
                row.getString("name"),
                row.getString("type"),
                row.getString("payload"),
                row.getString("cron"),
                ZoneId.of(row.getString("zone")),
                Duration.ofMillis(row.getLong("max_lateness_millis")),
                row.getObject("next_at", OffsetDateTime.class).toInstant());
    }
}
