package dev.seneschal.retention.plan;

import dev.seneschal.retention.policy.Finding;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A plan somebody looked at.
 *
 * @param id its identifier
 * @param plan what a run would do
 * @param planHash the hash that a run must be asked for by
 * @param createdAt when it was worked out
 * @param sample the keys of the first rows, each a JSON array
 * @param findings what there is to say about the policy
 */
public record Preview(
        UUID id, Plan plan, String planHash, Instant createdAt, List<String> sample, List<Finding> findings) {}
