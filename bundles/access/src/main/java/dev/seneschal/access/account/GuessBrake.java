package dev.seneschal.access.account;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Slows down who guesses passwords: by account and by address, for a doubling time up to a bound, never for ever.
 *
 * <p>A try counts from its beginning, so that many at once do not slip through together. A try that is refused counts for
 * nothing: when a lock ends, the next try is looked at, whatever happened meanwhile. An address from which the account was
 * used before is not held up by guesses from elsewhere. Memory is bounded: the longest unused entries are forgotten.
 *
 * <p>Safe for use by any thread.
 */
final class GuessBrake {

    private static final int REMEMBERED = 10_000;
    /** Many people share an address, so it may fail more often than an account. */
    private static final int ADDRESS_FACTOR = 4;

    private static final Duration FORGET = Duration.ofHours(1);

    private final int free;
    private final Duration longest;
    private final Clock clock;
    private final Map<String, Tries> accounts = bounded();
    private final Map<String, Tries> addresses = bounded();
    private final Map<Pair, Boolean> known = bounded();

    /**
     * Sets the bounds.
     *
     * @param free how many tries in a row may fail before the first lock
     * @param longest the longest lock
     */
    GuessBrake(int free, Duration longest, Clock clock) {
        this.free = free;
        this.longest = longest;
        this.clock = clock;
    }

    /** Begins a try, or returns how long to wait before the next one. */
    synchronized Optional<Duration> begin(String account, String address) {
        var now = clock.instant();
        var byAddress = fresh(addresses, address, now);
        var byAccount = fresh(accounts, account, now);
        var until = known.containsKey(new Pair(account, address))
                ? byAddress.lockedUntil
                : later(byAddress.lockedUntil, byAccount.lockedUntil);
        if (until.isAfter(now)) {
            return Optional.of(Duration.between(now, until));
        }
        byAccount.count(now, free, longest);
        byAddress.count(now, free * ADDRESS_FACTOR, longest);
        return Optional.empty();
    }

    /** Ends a try that failed. Returns how long further ones are refused, if they are. */
    synchronized Optional<Duration> failed(String account, String address) {
        var now = clock.instant();
        var until = later(fresh(accounts, account, now).lockedUntil, fresh(addresses, address, now).lockedUntil);
        return until.isAfter(now) ? Optional.of(Duration.between(now, until)) : Optional.empty();
    }

    /** Ends a try that succeeded. The address keeps its earlier failures: one good account does not excuse guessing others. */
    synchronized void succeeded(String account, String address) {
        accounts.remove(account);
        fresh(addresses, address, clock.instant()).uncount();
        known.put(new Pair(account, address), true);
    }

    /** Ends a try of which nobody knows whether it was right. */
    synchronized void unanswered(String account, String address) {
        var now = clock.instant();
        fresh(accounts, account, now).uncount();
        fresh(addresses, address, now).uncount();
    }

    private static Tries fresh(Map<String, Tries> tries, String name, Instant now) {
        var entry = tries.computeIfAbsent(name, unused -> new Tries());
        if (entry.last.plus(FORGET).isBefore(now) && !entry.lockedUntil.isAfter(now)) {
            entry.failures = 0;
        }
        return entry;
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private static <K, V> Map<K, V> bounded() {
        return new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > REMEMBERED;
            }
        };
    }

    private record Pair(String account, String address) {}

    private static final class Tries {

        private int failures;
        private Instant last = Instant.EPOCH;
        private Instant lockedUntil = Instant.EPOCH;

        void count(Instant now, int free, Duration longest) {
            failures++;
            last = now;
            if (failures >= free) {
                var seconds = 1L << Math.min(failures - free, 30);
                lockedUntil = now.plus(seconds < longest.toSeconds() ? Duration.ofSeconds(seconds) : longest);
            }
        }

        void uncount() {
            failures = Math.max(0, failures - 1);
            lockedUntil = Instant.EPOCH;
        }
    }
}
