package dev.seneschal.notification;

import dev.seneschal.api.http.Problem;
import dev.seneschal.api.http.Problem.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Collects every fault of a request, so that its sender mends them all at once. Confined to one thread. */
public final class Faults {

    private final List<Violation> violations = new ArrayList<>();

    /** Adds a fault at a JSON pointer. */
    public void add(String pointer, String detail) {
        violations.add(new Violation(pointer, detail));
    }

    /** Returns whether there is none yet. */
    public boolean none() {
        return violations.isEmpty();
    }

    /** Throws a 400 with all of them, if there is one. */
    public void check() {
        if (violations.isEmpty()) {
            return;
        }
        var detail = violations.size() == 1
                ? violations.get(0).detail()
                : violations.size() + " fields are not valid; see the violations.";
        throw new Problem(400, detail, violations, Map.of());
    }
}
