package dev.seneschal.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.seneschal.access.key.ApiKeys;
import dev.seneschal.api.access.Access.CreatedKey;
import dev.seneschal.api.access.AuthenticationException;
import dev.seneschal.api.access.Caller;
import dev.seneschal.api.access.Permissions;
import dev.seneschal.api.audit.JournalEntry;
import dev.seneschal.api.storage.StorageUnavailableException;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.testkit.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AccessComponentTest {

    private static final TenantId ACME = new TenantId("acme");
    private static final String HERE = "192.0.2.1";
    private static final String THERE = "192.0.2.2";
    private static final String WRONG = basic("ann", "wrong");

    private static TestDatabase database;

    private final Map<String, Set<String>> accounts = new HashMap<>(Map.of("ann", Set.of("admin")));
    private final AtomicInteger asked = new AtomicInteger();
    private final RecordingJournal journal = new RecordingJournal();
    private final MovableClock clock = new MovableClock();
    private volatile Runnable realm = () -> {};
    private AccessComponent access;

    @BeforeAll
    static void startDatabase() {
        database = TestDatabase.with("access");
        database.storage()
                .system()
                .run(handle -> handle.execute("INSERT INTO tenants (id, title) VALUES ('acme', 'Acme')"));
    }

    @AfterAll
    static void stopDatabase() {
        database.close();
    }

    @BeforeEach
    void start() {
        database.storage().system().run(handle -> handle.execute("DELETE FROM admin_sessions"));
        access = open(Settings.with(Map.of()));
    }

    @AfterEach
    void stop() {
        access.close();
    }

    private AccessComponent open(AccessComponent.Config config) {
        var component = new AccessComponent(database.storage(), journal, this::login, config, clock);
        component.start();
        return component;
    }

    private Optional<Set<String>> login(String account, String password) {
        asked.incrementAndGet();
        realm.run();
        return password.equals("right") ? Optional.ofNullable(accounts.get(account)) : Optional.empty();
    }

    private static String basic(String account, String password) {
        var pair = (account + ":" + password).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    private static String bearer(CreatedKey key) {
        return "Bearer " + key.secret();
    }

    private CreatedKey key(TenantId tenant, Instant expiresAt) {
        return access.createKey(
                tenant, "ci " + UUID.randomUUID(), Set.of(Permissions.EVENTS_PUBLISH), expiresAt, "user:ann");
    }

    private static long openSessions() {
        return database.storage().system().read(handle -> handle.createQuery(
                        "SELECT count(*) FROM admin_sessions WHERE ended_at IS NULL")
                .mapTo(Long.class)
                .one());
    }

    @Test
    void anAdministratorMayDoEverythingForEveryTenant() {
        var caller = access.authenticate(basic("ann", "right"), HERE);
        assertThat(caller.name()).isEqualTo("user:ann");
        assertThat(caller.kind()).isEqualTo(Caller.Kind.ACCOUNT);
        assertThat(caller.mayActFor(ACME)).isTrue();
        assertThat(Permissions.ALL).allMatch(caller::may);
    }

    @Test
    void rolesGiveWhatTheConfigurationSaysAndForTheirTenantsOnly() {
        accounts.put("vic", Set.of("seneschal-publisher", "seneschal-tenant-acme", "seneschal-tenant-NOT VALID"));
        var caller = access.authenticate(basic("vic", "right"), HERE);
        assertThat(caller.permissions()).containsExactly(Permissions.EVENTS_PUBLISH);
        assertThat(caller.tenants()).containsExactly(ACME);
    }

    @Test
    void anAccountWhoseTenantRolesNameNoPossibleTenantActsForNone() {
        accounts.put("vic", Set.of("seneschal-viewer", "seneschal-tenant-ACME"));
        var caller = access.authenticate(basic("vic", "right"), HERE);
        assertThat(caller.tenants()).isEmpty();
        assertThat(caller.mayActFor(TenantId.DEFAULT)).isFalse();
    }

    @Test
    void requestsThatComeTogetherAskTheRealmOnceAndAreNoGuesses() throws Exception {
        var goOn = new CountDownLatch(1);
        realm = () -> {
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        };
        var threads = Executors.newFixedThreadPool(30);
        try {
            var callers = new ArrayList<Future<Caller>>();
            for (int i = 0; i < 30; i++) {
                callers.add(threads.submit(() -> access.authenticate(basic("ann", "right"), HERE)));
            }
            await().until(() -> asked.get() == 1);
            goOn.countDown();
            for (var caller : callers) {
                assertThat(caller.get().name()).isEqualTo("user:ann");
            }
            assertThat(asked).hasValue(1);
        } finally {
            goOn.countDown();
            threads.shutdown();
        }
    }

    @Test
    void aRealmThatCannotAnswerIsNoFailedLogin() {
        realm = () -> {
            throw new StorageUnavailableException("The accounts cannot be looked at at present.", null);
        };
        for (int i = 0; i < 20; i++) {
            assertThatThrownBy(() -> access.authenticate(basic("ann", "right"), HERE))
                    .isInstanceOf(StorageUnavailableException.class);
        }
        assertThat(journal.actions()).isEmpty();
        realm = () -> {};
        assertThat(access.authenticate(basic("ann", "right"), HERE).name()).isEqualTo("user:ann");
    }

    @Test
    void anAccountWithoutATenantRoleActsForTheDefaultTenant() {
        accounts.put("vic", Set.of("seneschal-viewer"));
        assertThat(access.authenticate(basic("vic", "right"), HERE).tenants()).containsExactly(TenantId.DEFAULT);
    }

    @Test
    void manyRequestsAreOneSessionAndOneJournalEntry() {
        var first = access.authenticate(basic("ann", "right"), HERE).sessionId();
        clock.advance(Duration.ofMinutes(5));
        var later = access.authenticate(basic("ann", "right"), HERE).sessionId();
        assertThat(later).isEqualTo(first).isNotNull();
        assertThat(openSessions()).isEqualTo(1);
        assertThat(journal.actions()).containsExactly("access.login");
    }

    @Test
    void anIdleSessionEndsAndTheNextLoginBeginsAnother() {
        var first = access.authenticate(basic("ann", "right"), HERE).sessionId();
        database.storage()
                .system()
                .run(handle -> handle.execute("UPDATE admin_sessions SET created_at = created_at - interval '2 hours',"
                        + " last_seen_at = last_seen_at - interval '1 hour'"));
        clock.advance(Duration.ofHours(1));
        var second = access.authenticate(basic("ann", "right"), HERE).sessionId();
        assertThat(second).isNotEqualTo(first);
        assertThat(openSessions()).isEqualTo(1);
    }

    @Test
    void theRealmIsNotAskedAgainForAMoment() {
        access.authenticate(basic("ann", "right"), HERE);
        access.authenticate(basic("ann", "right"), THERE);
        assertThat(asked).hasValue(1);
        clock.advance(Duration.ofSeconds(2));
        access.authenticate(basic("ann", "right"), HERE);
        assertThat(asked).hasValue(2);
    }

    @Test
    void aRememberedPasswordDoesNotExcuseAWrongOne() {
        access.authenticate(basic("ann", "right"), HERE);
        assertThatThrownBy(() -> access.authenticate(WRONG, HERE)).isInstanceOf(AuthenticationException.class);
    }

    @Test
    void aWrongPasswordAndAnUnknownAccountLookTheSame() {
        var wrong = refusal(WRONG, HERE);
        var unknown = refusal(basic("nobody", "wrong"), HERE);
        assertThat(wrong.getMessage()).isEqualTo(unknown.getMessage()).doesNotContain("ann");
        assertThat(wrong.retryAfter()).isNull();
    }

    @Test
    void repeatedFailuresLockForAWhileAndNeverForEver() {
        failTimes(5);
        var locked = refusal(basic("ann", "right"), HERE);
        assertThat(locked.retryAfter()).isPositive();
        assertThat(journal.actions()).containsExactly("access.lock");
        clock.advance(Duration.ofMinutes(15));
        assertThat(access.authenticate(basic("ann", "right"), HERE).name()).isEqualTo("user:ann");
    }

    @Test
    void whoLoggedInFromElsewhereBeforeIsNotHeldUpByGuesses() {
        access.authenticate(basic("ann", "right"), THERE);
        clock.advance(Duration.ofSeconds(2));
        failTimes(5);
        assertThat(access.authenticate(basic("ann", "right"), THERE).name()).isEqualTo("user:ann");
    }

    private void failTimes(int times) {
        for (int i = 0; i < times; i++) {
            refusal(WRONG, HERE);
        }
    }

    private AuthenticationException refusal(String authorization, String address) {
        return catchThrowableOfType(AuthenticationException.class, () -> access.authenticate(authorization, address));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "Basic",
                "Basic !!!",
                "Basic Og==",
                "Digest x",
                "Bearer",
                "Bearer x",
                "Bearer snk_'; DROP TABLE api_keys; --",
                "Basic YW5uOnJpZ2h0DQo="
            })
    void whatIsNoCredentialIsRefused(String header) {
        assertThatThrownBy(() -> access.authenticate(header, HERE)).isInstanceOf(AuthenticationException.class);
    }

    @Test
    void withoutAHeaderNobodyIsAuthenticated() {
        assertThatThrownBy(() -> access.authenticate(null, HERE)).isInstanceOf(AuthenticationException.class);
    }

    @Test
    void aKeyActsForItsTenantWithItsPermissions() {
        var created = key(ACME, null);
        var caller = access.authenticate(bearer(created), HERE);
        assertThat(caller.name()).isEqualTo("key:" + created.key().name());
        assertThat(caller.tenants()).containsExactly(ACME);
        assertThat(caller.permissions()).containsExactly(Permissions.EVENTS_PUBLISH);
        assertThat(caller.sessionId()).isNull();
    }

    @Test
    void theDatabaseHoldsNoSecret() {
        var secret = key(ACME, null).secret();
        var rows = database.storage().system().read(handle -> handle.createQuery(
                        "SELECT string_agg(api_keys::text, ' ') FROM api_keys")
                .mapTo(String.class)
                .one());
        assertThat(rows).doesNotContain(secret).contains(secret.substring(0, 12));
    }

    @Test
    void aRevokedKeyIsRefusedAtOnceAndOnOtherNodesSoon() {
        var created = key(ACME, null);
        try (var other = open(Settings.with(Map.of()))) {
            other.authenticate(bearer(created), HERE);
            assertThat(access.revokeKey(ACME, created.key().id(), "user:ann")).isTrue();
            assertThatThrownBy(() -> access.authenticate(bearer(created), HERE))
                    .isInstanceOf(AuthenticationException.class);
            // The other node's clock stands still: only the database's notice can make it forget.
            await().untilAsserted(() -> assertThatThrownBy(() -> other.authenticate(bearer(created), HERE))
                    .isInstanceOf(AuthenticationException.class));
        }
        assertThat(access.revokeKey(ACME, created.key().id(), "user:ann")).isFalse();
        assertThat(journal.actions()).containsExactly("access.key-create", "access.key-revoke");
    }

    @Test
    void anotherTenantCannotRevokeAKey() {
        var created = key(ACME, null);
        assertThat(access.revokeKey(TenantId.DEFAULT, created.key().id(), "user:eve"))
                .isFalse();
        assertThat(access.authenticate(bearer(created), HERE).mayActFor(ACME)).isTrue();
    }

    @Test
    void anExpiredKeyIsRefused() {
        var created = key(ACME, clock.instant().plusSeconds(60));
        assertThat(access.authenticate(bearer(created), HERE).mayActFor(ACME)).isTrue();
        clock.advance(Duration.ofSeconds(61));
        assertThatThrownBy(() -> access.authenticate(bearer(created), HERE))
                .isInstanceOf(AuthenticationException.class);
    }

    @Test
    void aKeyNeedsAFreeNameAndKnownPermissions() {
        var name = key(ACME, null).key().name();
        var some = Set.of(Permissions.EVENTS_READ);
        assertThatThrownBy(() -> access.createKey(ACME, name, some, null, "system"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("revoke it first");
        assertThatThrownBy(() -> access.createKey(ACME, "x", Set.of("events:eat"), null, "system"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("events:publish");
        assertThatThrownBy(() -> access.createKey(ACME, "x", Set.of(), null, "system"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> access.createKey(ACME, "x\r\ny", some, null, "system"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> access.createKey(ACME, "x", some, clock.instant(), "system"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> access.createKey(ACME, "x", some, Instant.MAX, "system"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("9999");
        assertThatThrownBy(() -> access.createKey(new TenantId("nosuch"), "x", some, null, "system"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("There is no tenant 'nosuch'.");
    }

    @Test
    void ofTwoKeysOfOneNameCreatedTogetherOneIsRefused() throws Exception {
        var held = new CountDownLatch(1);
        var second = new ApiKeys(
                database.storage(),
                new RecordingJournal() {
                    @Override
                    public UUID record(JournalEntry entry) {
                        held.countDown();
                        awaitWaitingTransaction();
                        return super.record(entry);
                    }
                },
                clock);
        second.start();
        var thread = Executors.newSingleThreadExecutor();
        try {
            var some = Set.of(Permissions.EVENTS_READ);
            var name = "twice " + UUID.randomUUID();
            var created = thread.submit(() -> second.create(ACME, name, some, null, "system"));
            held.await();
            assertThatThrownBy(() -> access.createKey(ACME, name, some, null, "system"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("revoke it first");
            assertThat(created.get().key().name()).isEqualTo(name);
        } finally {
            thread.shutdown();
            second.close();
        }
    }

    /** The other transaction has inserted nothing yet and waits for this one's end. */
    private static void awaitWaitingTransaction() {
        await().until(() -> database.storage().system().read(handle -> handle.createQuery(
                        """
                        SELECT EXISTS (SELECT FROM pg_stat_activity
                                        WHERE datname = current_database() AND wait_event_type = 'Lock'
                                          AND query LIKE '%INSERT INTO api_keys%')""")
                .mapTo(Boolean.class)
                .one()));
    }

    @Test
    void aSettingOutOfRangeIsNamedWithItsRange() {
        var settings = Settings.with(Map.of("freeFailures", 0));
        assertThatThrownBy(() -> open(settings))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("dev.seneschal.access: freeFailures is 0; it must be 1 to 100.");
    }

    @Test
    void anUnknownPermissionInTheConfigurationIsNamed() {
        var settings = Settings.with(Map.of("rolePermissions", new String[] {"clerk=events:eat"}));
        assertThatThrownBy(() -> open(settings))
                .hasMessageContaining("rolePermissions")
                .hasMessageContaining("events:eat");
    }
}
