package dev.seneschal.retention.run;

import dev.seneschal.api.audit.Journal;
import dev.seneschal.api.audit.JournalEntry;
import dev.seneschal.api.storage.Scope;
import dev.seneschal.api.storage.Storage;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Lets the holder of a run's lease, and nobody who held it earlier, change what belongs to the run. Each transaction begins
 * by naming the lease's epoch and ends with an entry in the journal. Not thread safe.
 */
final class Fence {

    private final Scope scope;
    private final Journal journal;
    private final Run run;
    private final long epoch;
    private final Duration lease;

    Fence(Storage storage, Journal journal, Run run, long epoch, Duration lease) {
        this.scope = storage.tenant(run.tenant()).patient();
        this.journal = journal;
        this.run = run;
        this.epoch = epoch;
        this.lease = lease;
    }

    Run run() {
        return run;
    }

    long epoch() {
        return epoch;
    }

    /** Runs work that changes something. */
    void change(Work work) throws Exception {
        scope.run(handle -> {
            if (Thread.interrupted()) {
                throw new InterruptedException("The host asked this run to pause; it is resumed later");
            }
            if (!new RunTable(handle).beat(run.id(), epoch, lease)) {
                throw new LeaseLostException(run.id());
            }
            work.in(handle);
        });
    }

    /** Runs work that changes nothing. */
    <T> T look(Look<T> look) throws Exception {
        return scope.read(look::in);
    }

    /** Writes what is done in this transaction into the journal. */
    void record(Handle handle, String action, String reason, Map<String, String> details) {
        journal.record(handle, entry(run, action, reason, details));
    }

    /** Returns the entry by which the journal says what became of a run. */
    static JournalEntry entry(Run run, String action, String reason, Map<String, String> details) {
        var all = new HashMap<>(details);
        all.put("run", run.id().toString());
        var policy = "policy:" + run.plan().policyId();
        return new JournalEntry(
                run.tenant(), policy, action, "table:" + run.plan().table(), reason, run.policy(), all);
    }

    /** Gives the lease back and says why. */
    void release(String detail) {
        scope.run(handle -> new RunTable(handle).release(run.id(), epoch, detail));
    }

    /** Work that changes something. */
    @FunctionalInterface
    interface Work {
        void in(Handle handle) throws Exception;
    }

    /** Work that changes nothing. */
    @FunctionalInterface
    interface Look<T> {
        T in(Handle handle) throws Exception;
    }

    /** Another node has taken the run over. */
    static final class LeaseLostException extends Exception {

        private static final long serialVersionUID = 1L;

        LeaseLostException(UUID run) {
            super("Run " + run + " has been taken over by another node");
        }
    }
}
