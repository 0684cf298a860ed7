package dev.seneschal.audit.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.seneschal.api.access.Caller;
import dev.seneschal.api.audit.JournalEntry;
import dev.seneschal.api.http.Problem;
import dev.seneschal.api.http.Request;
import dev.seneschal.api.http.Response;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.audit.HeldStorage;
import dev.seneschal.audit.entry.Entries;
import dev.seneschal.audit.journal.PostgresJournal;
import dev.seneschal.audit.online.Verification;
import dev.seneschal.audit.sequence.SequencerComponent;
import dev.seneschal.testkit.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AuditApiTest {

    private static final Caller CALLER = new Caller("user:test", Caller.Kind.ACCOUNT, null, Set.of("*"), null);
    private static final TenantId ACME = new TenantId("acme");

    @TempDir
    static Path directory;

    private static TestDatabase database;
    private static HeldStorage storage;
    private static SequencerComponent sequencer;
    private static AuditApi api;

    private final ObjectMapper json = new ObjectMapper();

    @BeforeAll
    static void start() {
        database = TestDatabase.with("audit");
        storage = new HeldStorage(database.storage());
        storage.system().run(handle -> handle.execute("INSERT INTO tenants (id, title) VALUES ('acme', 'Acme')"));
        var journal = new PostgresJournal(storage, Clock.systemUTC());
        sequencer = new SequencerComponent(
                database.storage(),
                journal,
                directory.resolve("key.pem"),
                directory.resolve("checkpoints"),
                100,
                Clock.systemUTC());
        sequencer.start();
        api = new AuditApi(storage, new Entries(storage), new Verification(storage, sequencer));
        for (int i = 0; i < 5; i++) {
            journal.record(new JournalEntry(ACME, "user:a", "test.act", "x" + i % 2, "because", null, Map.of()));
        }
        journal.record(new JournalEntry(TenantId.DEFAULT, "user:b", "test.act", "x", "because", null, Map.of()));
    }

    @AfterAll
    static void stop() {
        sequencer.close();
        database.close();
    }

    private static Response call(String method, String name, Map<String, List<String>> query, String body)
            throws Exception {
        return call(CALLER, method, name, query, body);
    }

    private static Response call(
            Caller caller, String method, String name, Map<String, List<String>> query, String body) throws Exception {
        var route = api.routes().stream()
                .filter(candidate ->
                        candidate.method().equals(method) && candidate.path().endsWith("/" + name))
                .findFirst()
                .orElseThrow();
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        return route.handler()
                .handle(new Request(method, route.path(), Map.of(), query, Map.of(), bytes, caller, ACME));
    }

    private JsonNode read(Response response) throws Exception {
        return json.readTree(response.body());
    }

    @Test
    void aTenantsEntriesAreServedInPagesNewestFirst() throws Exception {
        var first = call("GET", "entries", Map.of("limit", List.of("3")), "");
        var link = first.headers().get("Link");
        assertThat(link).contains("rel=\"next\"");
        var cursor = link.replaceAll(".*cursor=([0-9a-f-]+).*", "$1");
        var second = call("GET", "entries", Map.of("limit", List.of("3"), "cursor", List.of(cursor)), "");
        assertThat(read(first).path("items")).hasSize(3);
        assertThat(read(second).path("items")).hasSize(2);
        assertThat(read(call("GET", "entries", Map.of("target", List.of("x1")), ""))
                        .path("items"))
                .hasSize(2);
    }

    @Test
    void theCheckpointThatWasKeptIsVerifiedAgainst() throws Exception {
        await().until(() ->
                read(call("POST", "verify", Map.of(), "")).path("signed").asLong() >= 6);
        var note = new String(call("GET", "checkpoint", Map.of(), "").body(), StandardCharsets.UTF_8);
        assertThat(note).startsWith("seneschal/journal/");
        assertThat(read(call("POST", "verify", Map.of(), note)).path("sound").asBoolean())
                .isTrue();
        var forged = note.replaceFirst("\n[0-9]+\n", "\n9999\n");
        assertThat(read(call("POST", "verify", Map.of(), forged)).path("sound").asBoolean())
                .isFalse();
    }

    @Test
    void refusesWhatItDoesNotUnderstand() {
        assertThatThrownBy(() -> call("GET", "entries", Map.of("limit", List.of("0")), ""))
                .isInstanceOf(Problem.class);
        assertThatThrownBy(() -> call("GET", "entries", Map.of("cursor", List.of("' OR 1=1")), ""))
                .isInstanceOf(Problem.class);
        assertThatThrownBy(() -> call("POST", "verify", Map.of(), "a\n\nb\n\n")).isInstanceOf(Problem.class);
    }

    @Test
    void aFilterThatCannotMatchAnythingStoredIsRefused() {
        for (var name : List.of("actor", "action", "target")) {
            var problem = catchThrowableOfType(
                    Problem.class, () -> call("GET", "entries", Map.of(name, List.of("a\0b")), ""));
            assertThat(problem.status()).isEqualTo(400);
            assertThat(problem.violations().get(0).pointer()).isEqualTo(name);
        }
    }

    @Test
    void whoActsForSomeTenantsOnlyCannotVerifyTheJournalOfAll() {
        var clerk = new Caller("user:clerk", Caller.Kind.ACCOUNT, Set.of(ACME), Set.of("audit:read"), null);
        var problem = catchThrowableOfType(Problem.class, () -> call(clerk, "POST", "verify", Map.of(), ""));
        assertThat(problem.status()).isEqualTo(403);
    }

    @Test
    void oneVerificationRunsAtATime() throws Exception {
        var began = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        storage.before(() -> {
            began.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        var thread = Executors.newSingleThreadExecutor();
        try {
            var first = thread.submit(() -> call("POST", "verify", Map.of(), ""));
            began.await();
            var problem = catchThrowableOfType(Problem.class, () -> call("POST", "verify", Map.of(), ""));
            assertThat(problem.status()).isEqualTo(409);
            goOn.countDown();
            assertThat(first.get().status()).isEqualTo(200);
            assertThat(call("POST", "verify", Map.of(), "").status()).isEqualTo(200);
        } finally {
            storage.before(() -> {});
            goOn.countDown();
            thread.shutdown();
        }
    }

    @Test
    void everyRouteIsDescribed() throws Exception {
        var paths = json.readTree(api.openApi()).path("paths");
        for (var route : api.routes()) {
            assertThat(paths.path(route.path()).has(route.method().toLowerCase(Locale.ROOT)))
                    .as(route.path())
                    .isTrue();
        }
    }
}
