package dev.seneschal.audit.check;

import java.util.List;

/**
 * What a verification found.
 *
 * @param origin the log's name
 * @param entries how many entries have a place
 * @param signed how many of them a valid checkpoint covers
 * @param checkpoints how many checkpoints were compared
 * @param faults how many faults there are
 * @param findings the faults, the first thousand
 */
public record Report(String origin, long entries, long signed, long checkpoints, long faults, List<Finding> findings) {

    /** Returns whether nothing is wrong. */
    public boolean isSound() {
        return faults == 0;
    }
}
