package dev.seneschal.storage.schema;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seneschal.testkit.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class MigrationLockTest {

    private static TestDatabase database;

    @BeforeAll
    static void start() {
        database = TestDatabase.with();
    }

    @AfterAll
    static void stop() {
        database.close();
    }

    @Test
    void oneHasItAtATimeAndTheNextNeedNotWaitForTheConnectionToEnd() throws Exception {
        try (var one = database.connections().openAsOwner();
                var other = database.connections().openAsOwner()) {
            var lock = MigrationLock.take(one);
            assertThatThrownBy(() -> MigrationLock.take(other))
                    .isInstanceOf(NotYetException.class)
                    .hasMessageContaining("another node migrates");

            lock.close();

            assertThatCode(() -> MigrationLock.take(other).close()).doesNotThrowAnyException();
        }
    }
}
