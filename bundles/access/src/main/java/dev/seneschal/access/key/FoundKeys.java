package dev.seneschal.access.key;

import dev.seneschal.api.access.Access.ApiKey;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Keys that were found a moment ago, by their hash. Unknown secrets are not remembered: nobody fills this with guesses.
 * Safe for use by any thread.
 */
final class FoundKeys {

    /** Even if no notice of a revocation arrives, it takes effect after this. */
    private static final Duration LIFE = Duration.ofSeconds(1);

    private static final int REMEMBERED = 10_000;

    private final Clock clock;
    private final Map<ByteBuffer, Found> byHash = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Found> eldest) {
            return size() > REMEMBERED;
        }
    };
    private long generation;

    FoundKeys(Clock clock) {
        this.clock = clock;
    }

    Optional<ApiKey> get(Secret secret, Function<Secret, Optional<StoredKey>> reader) {
        var hash = ByteBuffer.wrap(secret.hash());
        long before;
        synchronized (this) {
            var found = byHash.get(hash);
            if (found != null && found.until.isAfter(clock.instant())) {
                return Optional.of(found.key);
            }
            before = generation;
        }
        var until = clock.instant().plus(LIFE);
        var stored = reader.apply(secret).filter(key -> key.isOf(secret));
        stored.ifPresent(key -> remember(hash, new Found(key.key(), until), before));
        return stored.map(StoredKey::key);
    }

    /** What was read before a change is not kept after it. */
    private synchronized void remember(ByteBuffer hash, Found found, long before) {
        if (before == generation) {
            byHash.put(hash, found);
        }
    }

    synchronized void clear() {
        generation++;
        byHash.clear();
    }

    private record Found(ApiKey key, Instant until) {}
}
