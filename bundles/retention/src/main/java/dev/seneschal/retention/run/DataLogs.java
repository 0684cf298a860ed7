package dev.seneschal.retention.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.uuid.Generators;
import dev.seneschal.retention.segment.KeyLine;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** The logs of archived and deleted rows, within one transaction. */
final class DataLogs {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static final String ARCHIVED =
            """
            INSERT INTO data_archive_log (id, tenant_id, table_name, record_ids, archive_location, retention_policy_id,
                                          segment_id)
            VALUES (:id, :tenant, :table, CAST(:keys AS jsonb), :location, :policy, :segment)""";

    private static final String DELETED =
            """
            INSERT INTO data_deletion_log (id, tenant_id, table_name, record_ids, deletion_reason, compliance_reference,
                                           retention_policy_id, segment_id)
            VALUES (:id, :tenant, :table, CAST(:keys AS jsonb), :reason, :reference, :policy, :segment)""";

    private static final String DESTROYED =
            """
            INSERT INTO data_deletion_log (id, tenant_id, table_name, record_ids, deletion_reason, compliance_reference,
                                           retention_policy_id, segment_id)
            SELECT gen_random_uuid(), tenant_id, table_name, record_ids, 'archive expired', :reference,
                   retention_policy_id, segment_id
              FROM data_archive_log
             WHERE segment_id = :segment""";

    private final Handle handle;
    private final Run run;

    DataLogs(Handle handle, Run run) {
        this.handle = handle;
        this.run = run;
    }

    void archived(UUID segment, String location, List<KeyLine> keys) {
        handle.createUpdate(ARCHIVED)
                .bind("id", Generators.timeBasedEpochGenerator().generate())
                .bind("tenant", run.tenant().value())
                .bind("table", run.plan().table())
                .bind("keys", json(keys.stream().map(KeyLine::key).toList()))
                .bind("location", location)
                .bind("policy", UUID.fromString(run.plan().policyId()))
                .bind("segment", segment)
                .execute();
    }

    /** Returns the identifier of the entry. */
    UUID deleted(UUID segment, List<List<String>> keys) {
        var id = Generators.timeBasedEpochGenerator().generate();
        handle.createUpdate(DELETED)
                .bind("id", id)
                .bind("tenant", run.tenant().value())
                .bind("table", run.plan().table())
                .bind("keys", json(keys))
                .bind("reason", run.plan().isArchiving() ? "archived" : "expired")
                .bind("reference", run.policy())
                .bind("policy", UUID.fromString(run.plan().policyId()))
                .bind("segment", segment)
                .execute();
        return id;
    }

    void destroyed(UUID segment) {
        handle.createUpdate(DESTROYED)
                .bind("segment", segment)
                .bind("reference", run.policy())
                .execute();
    }

    static String json(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Lists of texts always have a JSON form", e);
        }
    }
}
