package dev.seneschal.api.tenant;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * The name of a tenant: 1 to 63 characters, lower-case letters, digits and hyphens, starting with a letter or digit.
 *
 * <p>The name is what operators type, what rows carry in {@code tenant_id} and what URLs show. It never changes.
 * A value of this type is well formed; whether such a tenant exists is for {@link Tenants} to say.
 *
 * @param value the name, never null
 */
public record TenantId(String value) implements Comparable<TenantId> {

    private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

    /** The tenant every installation has. */
    public static final TenantId DEFAULT = new TenantId("default");

    /** @throws IllegalArgumentException if the value is not well formed */
    public TenantId {
        Objects.requireNonNull(value, "tenant");
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("Not a tenant name: it must be 1 to 63 lower-case letters, digits or"
                    + " hyphens and start with a letter or digit.");
        }
    }

    @Override
    public int compareTo(TenantId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
