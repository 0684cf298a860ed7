package dev.seneschal.access.account;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Lets callers who ask the same at the same time share one answer, or one failure. Nothing is remembered once it was
 * given. Safe for use by any thread.
 */
final class SharedAnswers<K, V> {

    private final Map<K, CompletableFuture<V>> open = new ConcurrentHashMap<>();

    /** Returns what the first of those who ask now works out; throws what it throws. */
    V get(K question, Supplier<V> work) {
        var mine = new CompletableFuture<V>();
        var others = open.putIfAbsent(question, mine);
        if (others != null) {
            return others.handle(Answer<V>::new).join().get();
        }
        try {
            mine.complete(work.get());
        } catch (RuntimeException | Error e) {
            mine.completeExceptionally(e);
        } finally {
            open.remove(question, mine);
        }
        return mine.handle(Answer<V>::new).join().get();
    }

    private record Answer<V>(V value, Throwable failure) {

        V get() {
            if (failure instanceof RuntimeException e) {
                throw e;
            }
            if (failure instanceof Error e) {
                throw e;
            }
            return value;
        }
    }
}
