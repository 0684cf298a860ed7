package dev.seneschal.audit.online;

import dev.seneschal.api.storage.Storage;
import dev.seneschal.audit.check.Finding.Kind;
import dev.seneschal.audit.check.Findings;
import dev.seneschal.audit.check.LogCheck;
import dev.seneschal.audit.check.Report;
import dev.seneschal.audit.note.SignedNote;
import dev.seneschal.audit.sequence.SequencerComponent;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Verifies the log in the database and exports it for others to verify. Safe for use by any thread. */
@Component(service = Verification.class)
public final class Verification {

    private static final String UNPLACED =
            """
            SELECT e.id
              FROM audit_entries e
             WHERE NOT EXISTS (SELECT FROM audit_sequence s WHERE s.entry_id = e.id)
               AND NOT EXISTS (SELECT FROM audit_pending p WHERE p.entry_id = e.id)
             ORDER BY e.id""";

    private static final String LOST =
            """
            SELECT p.entry_id
              FROM audit_pending p
             WHERE NOT EXISTS (SELECT FROM audit_entries e WHERE e.id = p.entry_id)
             ORDER BY p.entry_id""";

    private final Storage storage;
    private final SequencerComponent sequencer;
    private final AtomicBoolean running = new AtomicBoolean();

    @Activate
    public Verification(
            @Reference(target = "(schema=audit)") Storage storage, @Reference SequencerComponent sequencer) {
        this.storage = storage;
        this.sequencer = sequencer;
    }

    /**
     * Recomputes everything and compares it with every checkpoint: those in the database, those this node keeps outside
     * it, and those given. One at a time: it reads the whole log. It ends soon after its thread is interrupted.
     *
     * @param given checkpoints someone kept, possibly none
     * @throws IOException if this node's kept checkpoints cannot be read
     * @throws VerificationRunningException if another one runs on this node
     * @throws CancellationException if the thread was interrupted
     */
    public Report verify(List<SignedNote> given) throws IOException, VerificationRunningException {
        if (!running.compareAndSet(false, true)) {
            throw new VerificationRunningException();
        }
        // In this order: a checkpoint must never be newer than what it is compared with.
        try (var witnessed = sequencer.keptCheckpoints()) {
            var findings = new Findings();
            if (!sequencer.trouble().isEmpty()) {
                findings.add(Kind.CHECKPOINT, -1, "", sequencer.trouble());
            }
            unplaced(findings);
            return LogCheck.run(new DatabaseLog(storage), given, witnessed, findings);
        } finally {
            running.set(false);
        }
    }

    private void unplaced(Findings findings) {
        storage.system().run(handle -> {
            handle.createQuery(UNPLACED)
                    .mapTo(UUID.class)
                    .forEach(id -> findings.add(
                            Kind.ADDED,
                            -1,
                            id.toString(),
                            "it has no place and waits for none: it was put in, or" + " its place was taken away"));
            handle.createQuery(LOST)
                    .mapTo(UUID.class)
                    .forEach(id -> findings.add(Kind.REMOVED, -1, id.toString(), "it is gone before it had a place"));
        });
    }
}
