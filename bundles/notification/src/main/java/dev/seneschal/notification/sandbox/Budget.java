package dev.seneschal.notification.sandbox;

/** What one rendering has left. Confined to the thread that renders. */
final class Budget {

    private final Limits limits;
    private final long deadline;
    private int steps;
    private long built;

    Budget(Limits limits) {
        this.limits = limits;
        this.deadline = System.nanoTime() + limits.time().toNanos();
    }

    Limits limits() {
        return limits;
    }

    /** Pays for one iteration, assignment or call. */
    void step() {
        if (++steps > limits.steps()) {
            throw new TemplateFault("The template takes more than " + limits.steps() + " steps.");
        }
        if ((steps & 15) == 0) {
            checkTime();
        }
    }

    /** Pays for characters that are about to be built or kept. */
    void build(long chars) {
        built += chars;
        if (built > limits.builtChars()) {
            throw new TemplateFault("The template builds more than " + limits.builtChars() + " characters.");
        }
    }

    void checkTime() {
        if (System.nanoTime() - deadline > 0) {
            throw TemplateFault.passing(
                    "The template takes longer than " + limits.time().toMillis() + " ms.");
        }
    }
}
