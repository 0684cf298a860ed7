package dev.seneschal.access.account;

import java.util.Optional;
import java.util.Set;

/** Knows the local accounts. Called by many threads at once. */
@FunctionalInterface
public interface Realm {

    /** Returns the account's roles and groups if the password is right, or nothing. */
    Optional<Set<String>> login(String account, String password);
}
