package dev.seneschal.access.account;

import dev.seneschal.api.storage.StorageUnavailableException;
import java.util.Optional;
import java.util.Set;

/** Knows the local accounts. Called by many threads at once. */
@FunctionalInterface
public interface Realm {

    /**
     * Returns the account's roles and groups if the password is right, or nothing. How long nothing takes does not tell
     * whether there is such an account.
     *
     * @throws StorageUnavailableException if it cannot tell
     */
    Optional<Set<String>> login(String account, String password);
}
