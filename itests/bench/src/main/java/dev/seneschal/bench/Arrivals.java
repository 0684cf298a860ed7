package dev.seneschal.bench;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** When each numbered event was published and when it arrived at one client. Safe for use by any thread. */
final class Arrivals {

    private static final Pattern NUMBER = Pattern.compile("\"id\":\\s*\"bench-(\\d+)\"");

    private final Map<Integer, Long> published;
    private final Map<Integer, Long> arrived = new ConcurrentHashMap<>();

    /** @param published the time each event was sent, by its number */
    Arrivals(Map<Integer, Long> published) {
        this.published = published;
    }

    /** Takes what the client received; the events in it have arrived now. */
    void take(CharSequence text) {
        long now = System.nanoTime();
        var numbers = NUMBER.matcher(text);
        while (numbers.find()) {
            arrived.putIfAbsent(Integer.parseInt(numbers.group(1)), now);
        }
    }

    /** Returns how many have arrived. */
    int count() {
        return arrived.size();
    }

    /** Returns the times from publishing to arrival of the events with a number from the first to before the second. */
    long[] times(int from, int to) {
        return arrived.entrySet().stream()
                .filter(entry -> entry.getKey() >= from && entry.getKey() < to)
                .mapToLong(entry -> entry.getValue() - published.get(entry.getKey()))
                .toArray();
    }

    /** Returns the time that so many of 100 did not exceed, by nearest rank. */
    static Duration percentile(long[] nanos, double percent) {
        var sorted = nanos.clone();
        Arrays.sort(sorted);
        return Duration.ofNanos(sorted[(int) Math.ceil(sorted.length * percent / 100) - 1]);
    }
}
