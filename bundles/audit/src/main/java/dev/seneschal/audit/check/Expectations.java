package dev.seneschal.audit.check;

import dev.seneschal.audit.check.Finding.Kind;
import dev.seneschal.audit.note.Checkpoint;
import dev.seneschal.audit.note.SignedNote;
import dev.seneschal.audit.tree.TreeBuilder;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;

/** The checkpoints a log must agree with, met in the order of their sizes. Not thread safe. */
final class Expectations {

    private final LogSource source;
    private final Findings findings;
    private final Iterator<String> own;
    private final PriorityQueue<Expected> due = new PriorityQueue<>(Comparator.comparingLong(Expected::size));
    private boolean ownIsQueued;
    private long covered;
    private long compared;
    private long contradicted;

    Expectations(LogSource source, List<SignedNote> kept, Findings findings) {
        this.source = source;
        this.findings = findings;
        this.own = source.checkpoints();
        kept.forEach(note -> queue(note, false));
        queueOwn();
    }

    /** One of the log's own is queued at a time: there may be millions. */
    private void queueOwn() {
        ownIsQueued = false;
        while (own.hasNext() && !ownIsQueued) {
            try {
                ownIsQueued = queue(SignedNote.parse(own.next()), true);
            } catch (IllegalArgumentException e) {
                findings.add(Kind.CHECKPOINT, -1, "", "a checkpoint of the log cannot be read: " + e.getMessage());
            }
        }
    }

    private boolean queue(SignedNote note, boolean isOwn) {
        var whose = whose(isOwn);
        Checkpoint checkpoint;
        try {
            checkpoint = note.checkpoint();
        } catch (IllegalArgumentException e) {
            findings.add(Kind.CHECKPOINT, -1, "", "a checkpoint " + whose + " cannot be read: " + e.getMessage());
            return false;
        }
        if (!checkpoint.origin().equals(source.origin())) {
            findings.add(
                    Kind.CHECKPOINT,
                    -1,
                    "",
                    "the checkpoint of size " + checkpoint.size() + " " + whose + " is of the log "
                            + checkpoint.origin() + ", this one is " + source.origin());
            return false;
        }
        if (!note.isSignedBy(source.keys())) {
            findings.add(
                    Kind.CHECKPOINT,
                    -1,
                    "",
                    "the checkpoint of size " + checkpoint.size() + " " + whose + " is not signed by a trusted key");
            return false;
        }
        // That a log was once empty says nothing about it.
        return checkpoint.size() > 0 && due.add(new Expected(checkpoint, isOwn));
    }

    private static String whose(boolean isOwn) {
        return isOwn ? "of the log" : "kept elsewhere";
    }

    /** Compares the tree as it is now with the checkpoints of its size. */
    void compare(TreeBuilder tree) {
        long size = tree.size();
        while (!due.isEmpty() && due.peek().size() <= size) {
            var expected = due.remove();
            if (expected.isOwn) {
                queueOwn();
            }
            compared++;
            if (expected.size() < size) {
                findings.add(Kind.CHECKPOINT, -1, "", "checkpoint of size " + expected.size() + " is out of order");
            } else if (Arrays.equals(expected.checkpoint.root(), tree.root())) {
                covered = contradicted == 0 ? size : covered;
            } else {
                contradict(expected);
            }
        }
    }

    /** After the first contradiction every later one follows from it. */
    private void contradict(Expected expected) {
        if (contradicted++ == 0) {
            findings.add(
                    Kind.CHECKPOINT,
                    -1,
                    "",
                    "the log does not have the root of the checkpoint of size " + expected.size() + " "
                            + whose(expected.isOwn)
                            + ": the hashes of entries " + covered + " to " + (expected.size() - 1)
                            + " were rewritten after it was signed");
        }
    }

    void finish(long size) {
        while (!due.isEmpty()) {
            var expected = due.remove();
            if (expected.isOwn) {
                queueOwn();
            }
            if (expected.size() > size) {
                findings.add(
                        Kind.TRUNCATED,
                        -1,
                        "",
                        "the checkpoint of size " + expected.size() + " " + whose(expected.isOwn) + " covers entries "
                                + size + " to " + (expected.size() - 1) + ", which are gone");
            }
        }
    }

    /** Returns how many entries the last checkpoint covers that the log agrees with. */
    long covered() {
        return covered;
    }

    long compared() {
        return compared;
    }

    private record Expected(Checkpoint checkpoint, boolean isOwn) {

        long size() {
            return checkpoint.size();
        }
    }
}
