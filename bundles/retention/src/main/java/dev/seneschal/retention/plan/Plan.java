package dev.seneschal.retention.plan;

import dev.seneschal.retention.json.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;

/**
 * What a run would do, exactly. Two plans that would do the same have the same hash.
 *
 * @param policyId the policy
 * @param policyVersion the version in which what it says last changed
 * @param tenant whose rows
 * @param table the table
 * @param fingerprint its shape
 * @param timeColumn the column a row's age counts from
 * @param isArchiving whether rows are archived before they leave the table
 * @param cutoff the instant before which rows are due
 * @param dueRows how many rows leave the table
 * @param dueDigest which ones: a digest over their keys in any order
 * @param dueBytes how large they are
 * @param heldRows how many stay although they are old enough, because of a hold
 * @param neededRows how many stay although they are old enough, because another part of the host needs them
 * @param destroyBefore the instant before which archived rows are destroyed, or null
 * @param destroySegments which segments that concerns
 * @param destroyRows how many rows are in them
 * @param heldSegments how many segments stay because of a hold
 */
public record Plan(
        String policyId,
        int policyVersion,
        String tenant,
        String table,
        String fingerprint,
        String timeColumn,
        boolean isArchiving,
        String cutoff,
        long dueRows,
        String dueDigest,
        long dueBytes,
        long heldRows,
        long neededRows,
        String destroyBefore,
        List<String> destroySegments,
        long destroyRows,
        long heldSegments) {

    /** Returns the plan as JSON text. */
    public String json() {
        return Json.write(this);
    }

    /** Reads a plan that was kept. */
    public static Plan parse(String json) {
        return Json.read(json, Plan.class);
    }

    /** Returns the hash that names it. */
    public String hash() {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(json().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    /** Returns the cutoff as an instant. */
    public Instant cutoffInstant() {
        return Instant.parse(cutoff);
    }
}
