package dev.seneschal.audit.sequence;

import dev.seneschal.audit.note.VerifierKey;
import dev.seneschal.audit.tree.Tiles;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** The log's tables, within one transaction. */
public final class LogTables implements Tiles {

    /** Any constant does, as long as every node uses the same. */
    private static final long LOCK = 0x5e4e5ca0d17L;

    private static final String TAKE =
            """
            WITH taken AS (
                DELETE FROM audit_pending
                 WHERE entry_id IN (SELECT p.entry_id
                                      FROM audit_pending p
                                      JOIN audit_entries e ON e.id = p.entry_id
                                     ORDER BY p.entry_id
                                     LIMIT :limit)
                RETURNING entry_id
            )
            SELECT e.id, e.leaf FROM taken JOIN audit_entries e ON e.id = taken.entry_id ORDER BY e.id""";

    private static final String PLACE =
            """
            INSERT INTO audit_sequence (leaf_index, entry_id)
            SELECT :size + place - 1, id FROM unnest(:ids) WITH ORDINALITY AS t(id, place)""";

    private static final String STORE_TILE =
            """
            INSERT INTO audit_tiles (level, position, hashes) VALUES (:level, :position, :hashes)
            ON CONFLICT (level, position) DO UPDATE SET hashes = EXCLUDED.hashes""";

    private final Handle handle;

    /** Works in the transaction, which must be of the system's scope. */
    public LogTables(Handle handle) {
        this.handle = handle;
    }

    /** Returns whether this transaction may now extend the log; until it ends no other one may, on any node. */
    boolean lock() {
        return handle.createQuery("SELECT pg_try_advisory_xact_lock(:lock)")
                .bind("lock", LOCK)
                .mapTo(Boolean.class)
                .one();
    }

    /** Returns the log's name. */
    public String origin() {
        return "seneschal/journal/"
                + handle.createQuery("SELECT id FROM audit_log")
                        .mapTo(UUID.class)
                        .one();
    }

    /** Returns how many entries have a place. */
    public long size() {
        return handle.createQuery("SELECT coalesce(max(leaf_index) + 1, 0) FROM audit_sequence")
                .mapTo(Long.class)
                .one();
    }

    /** Takes entries that wait, as far as this transaction can see them; the order is by their identifiers. */
    List<Waiting> take(int limit) {
        return handle.createQuery(TAKE)
                .bind("limit", limit)
                .map((row, context) -> new Waiting(row.getObject("id", UUID.class), row.getBytes("leaf")))
                .list();
    }

    void place(long size, List<Waiting> entries) {
        handle.createUpdate(PLACE)
                .bind("size", size)
                .bindArray("ids", UUID.class, entries.stream().map(Waiting::id).toList())
                .execute();
    }

    void storeTile(int level, long position, byte[] hashes) {
        handle.createUpdate(STORE_TILE)
                .bind("level", level)
                .bind("position", position)
                .bind("hashes", hashes)
                .execute();
    }

    @Override
    public byte[] tile(int level, long position) {
        return handle.createQuery("SELECT hashes FROM audit_tiles WHERE level = :level AND position = :position")
                .bind("level", level)
                .bind("position", position)
                .mapTo(byte[].class)
                .findOne()
                .orElse(null);
    }

    /** Returns the text of the checkpoint of the largest size. */
    public Optional<String> lastCheckpoint() {
        return handle.createQuery("SELECT note FROM audit_checkpoints ORDER BY tree_size DESC LIMIT 1")
                .mapTo(String.class)
                .findOne();
    }

    void storeCheckpoint(long size, String note) {
        handle.createUpdate("INSERT INTO audit_checkpoints (tree_size, note) VALUES (:size, :note)")
                .bind("size", size)
                .bind("note", note)
                .execute();
    }

    /** Returns the keys, the one in use last. */
    public List<VerifierKey> keys() {
        return handle.createQuery("SELECT verifier_key FROM audit_keys ORDER BY generation")
                .mapTo(String.class)
                .map(VerifierKey::parse)
                .list();
    }

    void storeKey(VerifierKey key, String reason) {
        handle.createUpdate(
                        """
                        INSERT INTO audit_keys (generation, verifier_key, reason)
                        SELECT coalesce(max(generation), 0) + 1, :key, :reason FROM audit_keys""")
                .bind("key", key.toString())
                .bind("reason", reason)
                .execute();
    }

    /** Returns how many entries wait, and for how many seconds the oldest has. */
    Backlog backlog() {
        return handle.createQuery(
                        """
                        SELECT count(*) AS count,
                               coalesce(extract(epoch FROM clock_timestamp() - min(queued_at)), 0) AS seconds
                          FROM audit_pending""")
                .map((row, context) -> new Backlog(row.getLong("count"), row.getDouble("seconds")))
                .one();
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Waiting(UUID id, byte[] leaf) {}

    record Backlog(long count, double oldestSeconds) {}
}
