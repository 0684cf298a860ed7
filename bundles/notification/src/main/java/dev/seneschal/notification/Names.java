package dev.seneschal.notification;

import java.util.regex.Pattern;

/** The form of a template's and a workflow's name: what operators type and what references carry; it never changes. */
public final class Names {

    private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9._-]{0,99}");

    private Names() {}

    /** Adds a fault if the name is not well formed. An empty one has been reported already. */
    public static void check(String name, Faults faults) {
        if (!name.isEmpty() && !FORM.matcher(name).matches()) {
            faults.add(
                    "/name",
                    "'name' must be 1 to 100 lower-case letters, digits, dots, underscores or hyphens and start with a"
                            + " letter or digit.");
        }
    }
}
