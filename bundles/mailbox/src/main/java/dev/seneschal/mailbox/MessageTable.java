package dev.seneschal.mailbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import dev.seneschal.api.mail.MailMessage;
import dev.seneschal.api.mail.MailMessage.Mailbox;
import dev.seneschal.mailbox.KeptMessage.Envelope;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** The kept messages. Each method is part of the caller's transaction. Safe for use by any thread. */
final class MessageTable {

    private static final String INSERT =
            """
            INSERT INTO mailbox_messages (id, tenant_id, message_id, from_address, from_name, to_address, to_name,
                                          subject, headers, body_text, body_html)
            VALUES (:id, :tenant, :messageId, :fromAddress, :fromName, :toAddress, :toName,
                    :subject, CAST(:headers AS json), :text, :html)
            """;

    private static final String ENVELOPE =
            """
            SELECT m.id, message_id, from_address, from_name, to_address, to_name, subject, kept_at,
                   (SELECT count(*) FROM mailbox_messages s
                    WHERE s.tenant_id = m.tenant_id AND s.message_id = m.message_id) AS copies
            """;

    private static final String LIST = ENVELOPE
            + """
              FROM mailbox_messages m
              WHERE tenant_id = :tenant
                AND (CAST(:to AS text) IS NULL OR lower(to_address) = :to)
                AND (CAST(:before AS uuid) IS NULL OR m.id < CAST(:before AS uuid))
              ORDER BY m.id DESC LIMIT :limit
              """;

    private static final String FIND = ENVELOPE
            + ", headers, body_text, body_html FROM mailbox_messages m WHERE tenant_id = :tenant AND m.id = :id";

    private static final String CLEAR = "DELETE FROM mailbox_messages WHERE tenant_id = :tenant";

    private static final String PRUNE =
            """
            DELETE FROM mailbox_messages WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM mailbox_messages
                WHERE kept_at < now() - make_interval(days => :days) LIMIT 5000))
            """;

    private final ObjectMapper json = new ObjectMapper();
    private final TimeBasedEpochGenerator ids = Generators.timeBasedEpochGenerator();

    UUID insert(Handle handle, MailMessage message) {
        var id = ids.generate();
        handle.createUpdate(INSERT)
                .bind("id", id)
                .bind("tenant", message.tenant().value())
                .bind("messageId", message.messageId())
                .bind("fromAddress", message.from().address())
                .bind("fromName", message.from().name())
                .bind("toAddress", message.to().address())
                .bind("toName", message.to().name())
                .bind("subject", message.subject())
                .bind("headers", headers(message.headers()))
                .bind("text", storable(message.text()))
                .bind("html", storable(message.html()))
                .execute();
        return id;
    }

    /** PostgreSQL's text holds no U+0000, and no mail may have one either (RFC 5322 section 4); it shows as U+FFFD. */
    private static String storable(String body) {
        return body == null ? null : body.replace('\0', '\uFFFD');
    }

    /**
     * Returns messages, newest first.
     *
     * @param to only those to this address, whatever its case, or null for all
     * @param before only those older than this one, or null for all
     */
    List<Envelope> list(Handle handle, String tenant, String to, UUID before, int limit) {
        return handle.createQuery(LIST)
                .bind("tenant", tenant)
                .bind("to", to == null ? null : to.toLowerCase(Locale.ROOT))
                .bind("before", before == null ? null : before.toString())
                .bind("limit", limit)
                .map((row, context) -> envelope(row))
                .list();
    }

    Optional<KeptMessage> find(Handle handle, String tenant, UUID id) {
        return handle.createQuery(FIND)
                .bind("tenant", tenant)
                .bind("id", id)
                .map((row, context) -> new KeptMessage(
                        envelope(row),
                        headers(row.getString("headers")),
                        row.getString("body_text"),
                        row.getString("body_html")))
                .findOne();
    }

    /** Deletes all messages of the tenant; returns how many there were. */
    int clear(Handle handle, String tenant) {
        return handle.createUpdate(CLEAR).bind("tenant", tenant).execute();
    }

    /** Deletes some of the messages that are older; returns how many, zero when none is left. */
    int prune(Handle handle, int days) {
        return handle.createUpdate(PRUNE).bind("days", days).execute();
    }

    private static Envelope envelope(ResultSet row) throws SQLException {
        return new Envelope(
                row.getObject("id", UUID.class),
                row.getString("message_id"),
                new Mailbox(row.getString("from_address"), row.getString("from_name")),
                new Mailbox(row.getString("to_address"), row.getString("to_name")),
                row.getString("subject"),
                row.getObject("kept_at", OffsetDateTime.class).toInstant(),
                row.getInt("copies"));
    }

    private String headers(Map<String, String> headers) {
        try {
            return json.writeValueAsString(headers);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A map of texts can always be written as JSON", e);
        }
    }

    private Map<String, String> headers(String text) {
        try {
            return json.readValue(text, new TypeReference<LinkedHashMap<String, String>>() {});
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The headers of a kept message are not the JSON they were written as", e);
        }
    }
}
