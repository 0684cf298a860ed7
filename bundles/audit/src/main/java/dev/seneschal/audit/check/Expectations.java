package dev.seneschal.audit.check;

import dev.seneschal.audit.check.Finding.Kind;
import dev.seneschal.audit.note.Checkpoint;
import dev.seneschal.audit.note.SignedNote;
import dev.seneschal.audit.tree.TreeBuilder;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;

/** The checkpoints a log must agree with, met in the order of their sizes. Not thread safe. */
final class Expectations {

    private final LogSource source;
    private final Findings findings;
    private final PriorityQueue<Expected> due = new PriorityQueue<>(Comparator.comparingLong(Expected::size));
    private long covered;
    private long compared;
    private long contradicted;

    Expectations(LogSource source, List<SignedNote> given, Iterator<String> witnessed, Findings findings) {
        this.source = source;
        this.findings = findings;
        // These may come in any order, so they are all queued at once.
        given.forEach(note -> queue(new Feed("kept elsewhere", Collections.emptyIterator()), note));
        queueNext(new Feed("kept by this node", witnessed));
        queueNext(new Feed("of the log", source.checkpoints()));
    }

    private void queueNext(Feed feed) {
        var isQueued = false;
        while (!isQueued && feed.texts().hasNext()) {
            try {
                isQueued = queue(feed, SignedNote.parse(feed.texts().next()));
            } catch (IllegalArgumentException e) {
                fault("a checkpoint " + feed.whose() + " cannot be read: " + e.getMessage());
            }
        }
    }

    private boolean queue(Feed feed, SignedNote note) {
        Checkpoint checkpoint;
        try {
            checkpoint = note.checkpoint();
        } catch (IllegalArgumentException e) {
            fault("a checkpoint " + feed.whose() + " cannot be read: " + e.getMessage());
            return false;
        }
        var which = "the checkpoint of size " + checkpoint.size() + " " + feed.whose();
        if (!checkpoint.origin().equals(source.origin())) {
            fault(which + " is of the log " + checkpoint.origin() + ", this one is " + source.origin());
            return false;
        }
        if (!note.isSignedBy(source.keys())) {
            fault(which + " is not signed by a trusted key");
            return false;
        }
        // That a log was once empty says nothing about it.
        return checkpoint.size() > 0 && due.add(new Expected(checkpoint, feed));
    }

    private void fault(String detail) {
        findings.add(Kind.CHECKPOINT, -1, "", detail);
    }

    private Expected next() {
        var expected = due.remove();
        queueNext(expected.feed);
        return expected;
    }

    /** Compares the tree as it is now with the checkpoints of its size. */
    void compare(TreeBuilder tree) {
        long size = tree.size();
        while (!due.isEmpty() && due.peek().size() <= size) {
            var expected = next();
            compared++;
            if (expected.size() < size) {
                fault("checkpoint of size " + expected.size() + " " + expected.feed.whose() + " is out of order");
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
            fault("the log does not have the root of the checkpoint of size " + expected.size() + " "
                    + expected.feed.whose() + ": the hashes of entries " + covered + " to " + (expected.size() - 1)
                    + " were rewritten after it was signed");
        }
    }

    void finish(long size) {
        while (!due.isEmpty()) {
            var expected = next();
            if (expected.size() > size) {
                findings.add(
                        Kind.TRUNCATED,
                        -1,
                        "",
                        "the checkpoint of size " + expected.size() + " " + expected.feed.whose() + " covers entries "
                                + size + " to " + (expected.size() - 1) + ", which are gone");
            }
        }
        if (source.endsWithCheckpoint() && (covered == 0 || covered < size)) {
            findings.add(
                    Kind.UNSIGNED,
                    -1,
                    "",
                    covered == 0
                            ? "no valid checkpoint vouches for any of it"
                            : "no valid checkpoint covers the entries " + covered + " to " + (size - 1));
        }
    }

    /** Returns how many entries the last checkpoint covers that the log agrees with. */
    long covered() {
        return covered;
    }

    long compared() {
        return compared;
    }

    private record Expected(Checkpoint checkpoint, Feed feed) {

        long size() {
            return checkpoint.size();
        }
    }
}
