package dev.seneschal.jobs.work;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** What this node has a lease on: from the claim until the ending is written. Safe for use by any thread. */
final class Held {

    private final Map<UUID, Execution> executions = new ConcurrentHashMap<>();

    void add(Execution execution) {
        executions.put(execution.job().id(), execution);
    }

    /** Removes this execution; a later one of the same job stays. */
    void remove(Execution execution) {
        executions.remove(execution.job().id(), execution);
    }

    List<Execution> list() {
        return List.copyOf(executions.values());
    }
}
