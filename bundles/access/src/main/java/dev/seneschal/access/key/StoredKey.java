package dev.seneschal.access.key;

import dev.seneschal.api.access.Access.ApiKey;
import java.security.MessageDigest;

/** A key as it lies in the database. */
@SuppressWarnings("ArrayRecordComponent") // never compared as a record, only by isOf
record StoredKey(ApiKey key, byte[] hash) {

    boolean isOf(Secret secret) {
        return MessageDigest.isEqual(hash, secret.hash());
    }
}
