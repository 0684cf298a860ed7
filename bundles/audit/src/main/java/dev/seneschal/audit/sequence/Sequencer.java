package dev.seneschal.audit.sequence;

import dev.seneschal.api.storage.Storage;
import dev.seneschal.audit.note.Checkpoint;
import dev.seneschal.audit.note.SignedNote;
import dev.seneschal.audit.note.SignerKey;
import dev.seneschal.audit.tree.TreeBuilder;
import java.util.Arrays;
import java.util.Optional;

/**
 * Gives waiting entries their places and signs what stands. Any number may run: a lock that vanishes with its transaction
 * lets one at a time do either. Not thread safe itself.
 *
 * <p>Placing and signing are two transactions, so that only a committed tree is ever signed, and a tree that contradicts an
 * earlier signature never is.
 */
final class Sequencer {

    private final Storage storage;
    private final SigningKeys keys;
    private final Witness witness;
    private final int batch;

    Sequencer(Storage storage, SigningKeys keys, Witness witness, int batch) {
        this.storage = storage;
        this.keys = keys;
        this.witness = witness;
        this.batch = batch;
    }

    /** Places everything that waits, in batches; nothing while another node does. Returns how many it placed. */
    long placeAll() {
        long all = 0;
        while (true) {
            int placed = storage.system().write(handle -> place(new LogTables(handle)));
            all += placed;
            if (placed < batch) {
                return all;
            }
        }
    }

    private int place(LogTables log) {
        if (!log.lock()) {
            return 0;
        }
        var waiting = log.take(batch);
        if (waiting.isEmpty()) {
            return 0;
        }
        long size = log.size();
        var tree = TreeBuilder.resume(size, log, log::storeTile);
        waiting.forEach(entry -> tree.append(entry.leaf()));
        tree.flush();
        log.place(size, waiting);
        return waiting.size();
    }

    /**
     * Signs the tree if it has grown, and keeps every new checkpoint, whoever signed it, in this node's second place.
     *
     * @throws Trouble if it cannot or must not be signed
     */
    void sign() throws Trouble {
        storage.system().run(handle -> {
            var log = new LogTables(handle);
            if (log.lock()) {
                sign(log, keys.open(handle));
            }
        });
        publish();
    }

    private void sign(LogTables log, SignerKey key) throws Trouble {
        long size = log.size();
        var last = log.lastCheckpoint().map(SignedNote::parse);
        if (size == last.map(note -> note.checkpoint().size()).orElse(0L)) {
            return;
        }
        var origin = log.origin();
        witness.check(origin, size, log);
        checkExtends(log, last, size);
        var root =
                TreeBuilder.resume(size, log, (level, position, hashes) -> {}).root();
        log.storeCheckpoint(size, key.sign(new Checkpoint(origin, size, root)));
    }

    private static void checkExtends(LogTables log, Optional<SignedNote> last, long size) throws Trouble {
        if (last.isEmpty()) {
            return;
        }
        var checkpoint = last.get().checkpoint();
        if (!last.get().isSignedBy(log.keys())) {
            throw new Trouble(
                    "The journal's last checkpoint is not signed by a key of its own; audit:verify says more.");
        }
        if (checkpoint.size() > size
                || !Arrays.equals(
                        TreeBuilder.resume(checkpoint.size(), log, (level, position, hashes) -> {})
                                .root(),
                        checkpoint.root())) {
            throw new Trouble("The journal no longer has the root it was signed with at " + checkpoint.size()
                    + " entries; it was tampered with. audit:verify says more.");
        }
    }

    private void publish() throws Trouble {
        var note = storage.system().read(handle -> {
            var log = new LogTables(handle);
            var last = log.lastCheckpoint().map(SignedNote::parse);
            if (!witness.isLast(last)) {
                witness.check(log.origin(), log.size(), log);
            }
            return last;
        });
        if (note.isPresent()) {
            witness.append(note.get());
        }
    }
}
