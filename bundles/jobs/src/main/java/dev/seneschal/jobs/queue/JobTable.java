package dev.seneschal.jobs.queue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import dev.seneschal.api.job.Job;
import dev.seneschal.api.job.JobRequest;
import dev.seneschal.api.tenant.TenantId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Puts work into the table of due work, as part of the caller's transaction. Safe for use by any thread. */
public final class JobTable {

    /** The channel on which other threads and nodes hear that work was added. */
    public static final String CHANNEL = "seneschal_jobs";

    private static final int PAYLOAD_BYTES = 256 * 1024;
    private static final int TYPE_LENGTH = 100;
    private static final int KEY_LENGTH = 500;

    /** A key that was used before adds nothing; if its first user has not committed yet, this waits for it. */
    private static final String TAKE_KEY =
            """
            INSERT INTO job_keys (tenant_id, type, key, job_id)
            VALUES (:tenant, :type, :key, :id)
            ON CONFLICT DO NOTHING
            """;

    private static final String EARLIER =
            """
            SELECT job_id FROM job_keys
            WHERE tenant_id = :tenant AND type = :type AND key = :key
            """;

    private static final String ADD =
            """
            INSERT INTO jobs (id, tenant_id, type, payload, key, state, priority, max_attempts, due_at)
            SELECT :id, :tenant, :type, CAST(:payload AS json), :key,
                   CASE WHEN due.at > now() THEN 'waiting' ELSE 'ready' END,
                   :priority, :maxAttempts, due.at
            FROM (SELECT coalesce(CAST(:dueAt AS timestamptz), now()) AS at) due
            """;

    private final JsonFactory json = new JsonFactory();
    private final TimeBasedEpochGenerator ids = Generators.timeBasedEpochGenerator();

    /** Adds the work, or finds the job that took the same key before; returns its identifier. */
    public UUID add(Handle transaction, JobRequest request) {
        check(request);
        var id = ids.generate();
        if (request.key() != null && !takesKey(transaction, request, id)) {
            return earlier(transaction, request);
        }
        transaction
                .createUpdate(ADD)
                .bind("id", id)
                .bind("tenant", request.tenant().value())
                .bind("type", request.type())
                .bind("payload", request.payload())
                .bind("key", request.key())
                .bind("priority", request.priority())
                .bind("maxAttempts", request.maxAttempts())
                .bind("dueAt", request.dueAt())
                .execute();
        wake(transaction);
        return id;
    }

    /** Tells every node, when the transaction commits, that there is something to do. */
    public static void wake(Handle transaction) {
        transaction
                .createQuery("SELECT pg_notify('" + CHANNEL + "', '')")
                .mapTo(String.class)
                .one();
    }

    /** Reads a job from a row that has its columns. */
    public static Job job(ResultSet row) throws SQLException {
        return new Job(
                row.getObject("id", UUID.class),
                new TenantId(row.getString("tenant_id")),
                row.getString("type"),
                row.getString("payload"),
                row.getInt("attempt"),
                row.getObject("due_at", OffsetDateTime.class).toInstant());
    }

    private static boolean takesKey(Handle transaction, JobRequest request, UUID id) {
        return transaction
                        .createUpdate(TAKE_KEY)
                        .bind("tenant", request.tenant().value())
                        .bind("type", request.type())
                        .bind("key", request.key())
                        .bind("id", id)
                        .execute()
                == 1;
    }

    private static UUID earlier(Handle transaction, JobRequest request) {
        return transaction
                .createQuery(EARLIER)
                .bind("tenant", request.tenant().value())
                .bind("type", request.type())
                .bind("key", request.key())
                .mapTo(UUID.class)
                .one();
    }

    private void check(JobRequest request) {
        checkType(request.type());
        checkPayload(request.payload());
        var key = request.key();
        if (key != null && (key.isEmpty() || key.length() > KEY_LENGTH || key.indexOf('\0') >= 0)) {
            throw new IllegalArgumentException(
                    "The key of a job must be 1 to " + KEY_LENGTH + " characters without U+0000.");
        }
    }

    /** Refuses a type that is empty, too long, or not printable. */
    public static void checkType(String type) {
        if (type.isBlank() || type.length() > TYPE_LENGTH || type.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "The type of a job must be 1 to " + TYPE_LENGTH + " characters without control characters.");
        }
    }

    /** Refuses a payload that is too big or not one JSON value; found here, the caller's transaction goes on. */
    public void checkPayload(String payload) {
        var bytes = payload.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > PAYLOAD_BYTES) {
            throw new IllegalArgumentException("The payload of a job may have " + PAYLOAD_BYTES + " bytes, not " + bytes
                    + "; pass an identifier instead of a document.");
        }
        try (var parser = json.createParser(payload)) {
            JsonToken first = parser.nextToken();
            parser.skipChildren();
            if (first == null || parser.nextToken() != null) {
                throw new IllegalArgumentException("The payload of a job must be exactly one JSON value.");
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("The payload of a job is not JSON: " + e.getMessage(), e);
        }
    }
}
