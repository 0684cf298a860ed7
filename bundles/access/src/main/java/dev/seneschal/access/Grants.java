package dev.seneschal.access;

import dev.seneschal.api.access.Caller;
import dev.seneschal.api.access.Permissions;
import java.util.stream.Stream;

/** What may be granted, and by whom. */
public final class Grants {

    /** The permission that is every permission. */
    public static final String EVERYTHING = "*";

    private Grants() {}

    /**
     * Checks that it is a permission of this release, {@code *}, or {@code area:*} of an existing area.
     *
     * @throws IllegalArgumentException if it is not; the message lists those that are
     */
    public static void check(String permission) {
        if (!all().anyMatch(permission::equals)) {
            throw new IllegalArgumentException(
                    "There is no permission '" + permission + "'; there are " + all().toList() + ".");
        }
    }

    /** Returns every permission and wildcard. */
    public static Stream<String> all() {
        var wildcards = Permissions.ALL.stream()
                .map(permission -> permission.substring(0, permission.indexOf(':') + 1) + EVERYTHING);
        return Stream.of(Stream.of(EVERYTHING), wildcards.distinct(), Permissions.ALL.stream())
                .flatMap(stream -> stream);
    }

    /** Returns whether the caller may give the permission away: nobody gives what they do not have. */
    public static boolean mayGrant(Caller caller, String permission) {
        return permission.equals(EVERYTHING) ? caller.permissions().contains(EVERYTHING) : caller.may(permission);
    }
}
