package dev.seneschal.notification.workflow;

import dev.seneschal.notification.Faults;
import java.util.regex.Pattern;

/**
 * Which events a workflow looks at: one type, or with a trailing {@code *} every type that begins so.
 *
 * @param pattern 1 to 100 characters
 */
record Trigger(String pattern) {

    /** Events of notification itself never trigger, or a workflow could feed itself for ever. */
    private static final String OWN = "dev.seneschal.notification.";

    private static final Pattern FORM = Pattern.compile("[^\\s*\\p{Cntrl}]{0,99}(\\*|[^\\s*\\p{Cntrl}])");

    static void check(String pattern, Faults faults) {
        if (pattern.isEmpty()) {
            return;
        }
        if (!FORM.matcher(pattern).matches()) {
            faults.add(
                    "/triggerEvent",
                    "'triggerEvent' must be an event type without spaces, or the beginning of one followed by '*'.");
        } else if (pattern.startsWith(OWN)) {
            faults.add("/triggerEvent", "Events of notification itself cannot trigger a workflow.");
        }
    }

    boolean matches(String type) {
        if (type.startsWith(OWN)) {
            return false;
        }
        return pattern.endsWith("*")
                ? type.startsWith(pattern.substring(0, pattern.length() - 1))
                : type.equals(pattern);
    }
}
