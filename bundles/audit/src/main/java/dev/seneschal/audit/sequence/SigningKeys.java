package dev.seneschal.audit.sequence;

import dev.seneschal.api.audit.Journal;
import dev.seneschal.api.audit.JournalEntry;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.audit.note.SignerKey;
import java.io.IOException;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the key in the file and the key the log knows together. Made once, at the log's first start; after that a missing
 * or different key is a trouble for a person, never a reason to make another.
 */
final class SigningKeys {

    private static final Logger LOG = LoggerFactory.getLogger(SigningKeys.class);

    private final KeyFile file;
    private final Journal journal;

    SigningKeys(KeyFile file, Journal journal) {
        this.file = file;
        this.journal = journal;
    }

    /**
     * Returns the key to sign with.
     *
     * @param transaction holds the log's lock
     * @throws Trouble if there is none, saying what to do
     */
    SignerKey open(Handle transaction) throws Trouble {
        var log = new LogTables(transaction);
        var known = log.keys();
        try {
            var pair = file.read();
            if (pair.isPresent()) {
                var key = new SignerKey(log.origin(), pair.get());
                if (known.isEmpty()) {
                    adopt(transaction, key, "first start, key found", "system");
                } else if (!key.verifier().equals(known.get(known.size() - 1))) {
                    throw new Trouble("The key in " + file.path() + " is not the one this journal is signed with."
                            + " Put the right file back, on every node the same; if it is lost, state so with"
                            + " audit:key --replace <reason>.");
                }
                warnIfOpen();
                return key;
            }
            if (!known.isEmpty()) {
                throw new Trouble("The journal's signing key is not at " + file.path() + ". Put the file back (on a"
                        + " further node: copy it there); if it is lost, state so with audit:key --replace <reason>.");
            }
            return create(transaction, "first start", "system");
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** Makes the key in the file, or a new one if there is no file, the one the log is signed with from now on. */
    SignerKey replace(Handle transaction, String reason, String actor) throws Trouble {
        var log = new LogTables(transaction);
        try {
            var pair = file.read();
            if (pair.isEmpty()) {
                return create(transaction, reason, actor);
            }
            var key = new SignerKey(log.origin(), pair.get());
            if (log.keys().contains(key.verifier())) {
                throw new Trouble("The key in " + file.path() + " is or was the journal's. Move the file away to get a"
                        + " new key, or put another one there.");
            }
            return adopt(transaction, key, reason, actor);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private SignerKey create(Handle transaction, String reason, String actor) throws IOException {
        var key = new SignerKey(new LogTables(transaction).origin(), file.create());
        LOG.info("Made the journal's signing key file={} verifierKey={}", file.path(), key.verifier());
        return adopt(transaction, key, reason, actor);
    }

    private SignerKey adopt(Handle transaction, SignerKey key, String reason, String actor) {
        new LogTables(transaction).storeKey(key.verifier(), reason);
        journal.record(
                transaction,
                new JournalEntry(
                        TenantId.DEFAULT,
                        actor,
                        "audit.adopt-key",
                        "journal:" + key.verifier().name(),
                        reason,
                        null,
                        Map.of("verifierKey", key.verifier().toString())));
        return key;
    }

    private void warnIfOpen() throws IOException {
        if (file.isOpenToOthers()) {
            LOG.warn("Others may read the journal's signing key; chmod 600 file={}", file.path());
        }
    }

    private Trouble unreadable(IOException e) {
        return new Trouble("The journal's signing key cannot be used at " + file.path() + ": " + e.getMessage());
    }
}
