package dev.seneschal.retention.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.seneschal.api.http.Problem;
import dev.seneschal.retention.Host;
import dev.seneschal.retention.policy.Policy;
import dev.seneschal.retention.segment.ArchiveDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RunEngineTest {

    /** One a day, so 35 of them are older than thirty days, in segments of ten deleted by four. */
    private static final int SAMPLES = 65;

    private static final int KEPT = 30;

    private static Host host;

    @TempDir
    Path directory;

    private Archive archive;

    @BeforeAll
    static void startHost() {
        host = new Host();
    }

    @AfterAll
    static void stopHost() {
        host.close();
    }

    @BeforeEach
    void start() throws Exception {
        host.clean();
        host.samples(SAMPLES);
        archive = new Archive(host, directory);
    }

    private RunEngine engine(Consumer<Step> steps) {
        return engine(Duration.ZERO, steps);
    }

    private RunEngine engine(Duration lease, Consumer<Step> steps) {
        return new RunEngine(
                host.database.storage(),
                host.journal,
                new ArchiveDirectory(directory),
                new RunEngine.Settings(10, 4, lease),
                Clock.systemUTC(),
                steps);
    }

    private Run carryOut(Run run, Consumer<Step> steps) throws Exception {
        assertThat(engine(steps).execute(Host.TENANT, run.id())).isTrue();
        return host.run(run.id());
    }

    private Policy archiving() {
        return host.policy("samples", "created_at", 30, null);
    }

    private static List<Integer> range(int from, int to) {
        return IntStream.rangeClosed(from, to).boxed().toList();
    }

    /** Does something the first time a step is reached. */
    private static Consumer<Step> at(Step wanted, Act act) {
        var done = EnumSet.noneOf(Step.class);
        return step -> {
            if (step == wanted && done.add(step)) {
                try {
                    act.run();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }
        };
    }

    @FunctionalInterface
    private interface Act {
        void run() throws Exception;
    }

    /** The process is gone: nothing after it runs, nothing is tidied up. */
    private static final class Crash extends Error {
        private static final long serialVersionUID = 1L;
    }

    @Test
    void aRunDoesWhatItsPreviewPromised() throws Exception {
        var preview = host.preview(archiving());
        assertThat(preview.plan().dueRows()).isEqualTo(SAMPLES - KEPT);
        assertThat(preview.sample()).hasSize(5).first().asString().contains("65");
        var run = host.runs.start(Host.TENANT, preview.id(), preview.planHash(), "user:test");
        var done = carryOut(run, step -> {});
        assertThat(done.state()).isEqualTo(State.DONE);
        assertThat(done.deleted()).isEqualTo(SAMPLES - KEPT);
        assertThat(done.survivors()).isZero();
        assertThat(host.sampleIds()).isEqualTo(range(1, KEPT));
        assertThat(archive.sampleIds()).containsExactlyInAnyOrderElementsOf(range(KEPT + 1, SAMPLES));
        assertThat(host.number("SELECT sum(jsonb_array_length(record_ids)) FROM data_archive_log"))
                .isEqualTo(SAMPLES - KEPT);
        assertThat(host.number("SELECT sum(jsonb_array_length(record_ids)) FROM data_deletion_log"
                        + " WHERE deletion_reason = 'archived'"))
                .isEqualTo(SAMPLES - KEPT);
        assertThat(host.number("SELECT sum(CAST(details ->> 'deleted' AS integer)) FROM audit_entries"
                        + " WHERE action = 'retention.delete'"))
                .isEqualTo(SAMPLES - KEPT);
    }

    @Test
    void theManifestsNameEachOther() throws Exception {
        carryOut(host.approve(archiving()), step -> {});
        var contents = archive.verified();
        assertThat(contents).hasSize(4);
        for (int i = 1; i < contents.size(); i++) {
            assertThat(contents.get(i).previousManifest())
                    .isEqualTo(dev.seneschal.retention.segment.SegmentWriter.hash(contents.get(i - 1)));
        }
        assertThat(archive.files()).hasSize(12);
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"DESTRUCTION_BEGUN", "FILES_DESTROYED", "DESTROYED", "RUN_STOPPED"})
    void goesOnAfterACrashAtAnyStep(Step step) throws Exception {
        var run = host.approve(archiving());
        crash(run, step);
        nothingIsNowhere();
        assertThat(carryOut(run, s -> {}).state()).isEqualTo(State.DONE);
        allIsWhereItBelongs(run);
    }

    private void crash(Run run, Step step) {
        assertThatThrownBy(() -> engine(at(step, () -> {
                            throw new Crash();
                        }))
                        .execute(Host.TENANT, run.id()))
                .isInstanceOf(Crash.class);
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"DESTRUCTION_BEGUN", "FILES_DESTROYED", "DESTROYED", "RUN_STOPPED"})
    void aRunWithoutAnArchiveLeavesNoFileAlsoAfterACrash(Step step) throws Exception {
        var run = host.approve(host.policy("samples", "created_at", null, 30));
        crash(run, step);
        assertThat(carryOut(run, s -> {}).deleted()).isEqualTo(SAMPLES - KEPT);
        assertThat(archive.names()).isEmpty();
    }

    @Test
    void aFileOfAnExportThatBrokeOffIsRemoved() throws Exception {
        var run = host.approve(archiving());
        crash(run, Step.FILES_STORED);
        Files.move(archive.files().get(0), Path.of(archive.files().get(0) + ".part"));
        carryOut(run, step -> {});
        allIsWhereItBelongs(run);
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"FILES_STORED", "SEALED", "VERIFIED", "RUN_STOPPED"})
    void aRunThatStopsLeavesNoFileAlsoAfterACrash(Step step) throws Exception {
        var run = host.approve(archiving());
        crash(run, step == Step.RUN_STOPPED ? Step.SEALED : step);
        insertOld(1_000);
        if (step == Step.RUN_STOPPED) {
            crash(run, step);
        }
        assertThat(carryOut(run, s -> {}).state()).isEqualTo(State.STOPPED);
        assertThat(archive.names()).isEmpty();
        assertThat(host.number("SELECT count(*) FROM data_archive_log"))
                .as("nothing is said to be archived")
                .isZero();
    }

    @Test
    void theNextRunRemovesWhatAnEarlierOneCouldNot() throws Exception {
        var run = host.approve(archiving());
        insertOld(1_000);
        crash(run, Step.RUN_STOPPED);
        var left = directory.resolve(Host.TENANT + "/" + run.plan().policyId() + "/" + run.id() + "/1-1.copy.zst");
        Files.createDirectories(left.getParent());
        Files.createFile(left);
        carryOut(again(run), step -> {});
        assertThat(left).doesNotExist();
        assertThat(archive.names()).isEqualTo(archive.verifiedNames());
    }

    private static Run again(Run run) {
        var preview =
                host.previews.create(Host.TENANT, UUID.fromString(run.plan().policyId()), "user:test");
        return host.runs.start(Host.TENANT, preview.id(), preview.planHash(), "user:test");
    }

    @Test
    void aNodeThatLostItsLeaseTakesItsOwnFilesAwayAndNoOthers() throws Exception {
        var run = host.approve(archiving());
        var other = engine(Duration.ofMinutes(1), step -> {});
        assertThatThrownBy(() -> engine(at(Step.FILES_STORED, () -> other.execute(Host.TENANT, run.id())))
                        .execute(Host.TENANT, run.id()))
                .isInstanceOf(Fence.LeaseLostException.class);
        allIsWhereItBelongs(run);
    }

    @Test
    void aRunThatStopsWhileItDeletesKeepsWhatIsNowhereElseAndAbandonsTheRest() throws Exception {
        var done = carryOut(host.approve(archiving()), at(Step.SEGMENT_DONE, () -> archive.files().stream()
                .filter(file -> file.getFileName().toString().startsWith("2-")
                        && file.toString().endsWith(".copy.zst"))
                .forEach(RunEngineTest::flip)));
        assertThat(done.state()).isEqualTo(State.STOPPED);
        assertThat(done.deleted()).isEqualTo(10);
        nothingIsNowhere();
        assertThat(archive.names()).isEqualTo(archive.verifiedNames()).hasSize(3);
        assertThat(host.number("SELECT sum(jsonb_array_length(record_ids)) FROM data_archive_log"))
                .isEqualTo(10);
    }

    private static void flip(Path file) {
        try {
            Archive.flipBit(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void anAttemptThatFailsSaysWhyAndTheNextOneGoesOn() throws Exception {
        var run = host.approve(archiving());
        assertThatThrownBy(() -> engine(at(Step.FILES_STORED, () -> {
                            throw new IOException("No space left on device");
                        }))
                        .execute(Host.TENANT, run.id()))
                .isInstanceOf(UncheckedIOException.class);
        assertThat(host.run(run.id()).detail()).contains("No space left on device");
        assertThat(carryOut(run, step -> {}).detail()).isEmpty();
        allIsWhereItBelongs(run);
    }

    @Test
    void goesOnAfterACrashAtEveryStepOneAfterTheOther() throws Exception {
        var run = host.approve(archiving());
        int crashes = 0;
        while (!host.run(run.id()).isFinished()) {
            int survive = crashes;
            var steps = new int[1];
            try {
                engine(step -> {
                            if (++steps[0] > 3 + survive % 5) {
                                throw new Crash();
                            }
                        })
                        .execute(Host.TENANT, run.id());
            } catch (Crash e) {
                crashes++;
                nothingIsNowhere();
            }
        }
        assertThat(crashes).isGreaterThan(5);
        allIsWhereItBelongs(run);
    }

    private void nothingIsNowhere() throws Exception {
        var somewhere = new ArrayList<>(host.sampleIds());
        somewhere.addAll(archive.sampleIds());
        assertThat(somewhere).containsAll(range(1, SAMPLES));
    }

    private void allIsWhereItBelongs(Run run) throws Exception {
        assertThat(host.sampleIds()).isEqualTo(range(1, KEPT));
        assertThat(archive.sampleIds()).containsExactlyInAnyOrderElementsOf(range(KEPT + 1, SAMPLES));
        assertThat(archive.names()).as("every file is one of a segment").isEqualTo(archive.verifiedNames());
        assertThat(host.number("SELECT sum(jsonb_array_length(record_ids)) FROM data_archive_log"))
                .isEqualTo(SAMPLES - KEPT);
        assertThat(host.run(run.id()).deleted()).isEqualTo(SAMPLES - KEPT);
        assertThat(host.number("SELECT sum(jsonb_array_length(record_ids)) FROM data_deletion_log"))
                .isEqualTo(SAMPLES - KEPT);
        assertThat(host.number("SELECT sum(CAST(details ->> 'deleted' AS integer)) FROM audit_entries"
                        + " WHERE action = 'retention.delete'"))
                .isEqualTo(SAMPLES - KEPT);
    }

    @Test
    void aRowThatChangesBetweenExportAndDeletionStays() throws Exception {
        var done = carryOut(host.approve(archiving()), at(Step.DELETE_BEGUN, () -> update(60)));
        assertThat(done.state()).isEqualTo(State.DONE);
        assertThat(done.survivors()).isOne();
        assertThat(host.sampleIds()).containsExactlyElementsOf(with(range(1, KEPT), 60));
        assertThat(survivors()).isEqualTo("changed");
    }

    @Test
    void inAnotherClusterARowIsRecognisedByItsTextInsteadOfItsVersion() throws Exception {
        var run = host.approve(archiving());
        var done = carryOut(run, at(Step.EXPORT_FINISHED, () -> {
            host.superuser("UPDATE retention_segments SET content = jsonb_set(content, '{systemIdentifier}', '\"1\"')");
            update(60);
            host.scope().run(handle -> handle.execute("UPDATE samples SET created_at = created_at WHERE id = 59"));
        }));
        assertThat(done.state()).isEqualTo(State.DONE);
        assertThat(host.sampleIds()).containsExactlyElementsOf(with(range(1, KEPT), 60));
        assertThat(survivors()).isEqualTo("changed");
    }

    private static void update(int id) {
        host.scope()
                .run(handle -> handle.execute(
                        "UPDATE samples SET created_at = created_at + interval '1 second' WHERE id = ?", id));
    }

    private static List<Integer> with(List<Integer> ids, int more) {
        var all = new ArrayList<>(ids);
        all.add(more);
        return all;
    }

    private static String survivors() {
        return host.scope().read(handle -> handle.createQuery("SELECT string_agg(s ->> 'reason', ',')"
                        + " FROM retention_segments, jsonb_array_elements(survivors) s")
                .mapTo(String.class)
                .one());
    }

    private static void hold(int id) {
        host.holds.place(
                Host.TENANT,
                "samples",
                List.of(List.of("default", String.valueOf(id), "note\t\\" + id)),
                "lawsuit",
                "user:test");
    }

    @Test
    void aHeldRowIsNotDue() throws Exception {
        hold(50);
        var preview = host.preview(archiving());
        assertThat(preview.plan().dueRows()).isEqualTo(SAMPLES - KEPT - 1);
        assertThat(preview.plan().heldRows()).isOne();
        var run = host.runs.start(Host.TENANT, preview.id(), preview.planHash(), "user:test");
        carryOut(run, step -> {});
        assertThat(host.sampleIds()).containsExactlyElementsOf(with(range(1, KEPT), 50));
    }

    private static void need(int id) {
        host.scope().run(handle -> handle.execute("INSERT INTO samples_wanted VALUES ('default', ?)", id));
    }

    @Test
    void aRowThatAnotherPartOfTheHostNeedsIsNotDue() throws Exception {
        need(50);
        need(3);
        var preview = host.preview(archiving());
        assertThat(preview.plan().dueRows()).isEqualTo(SAMPLES - KEPT - 1);
        assertThat(preview.plan().neededRows()).isOne();
        assertThat(preview.findings())
                .anyMatch(finding -> !finding.isError() && finding.detail().contains("1 rows are old enough and stay"));
        var run = host.runs.start(Host.TENANT, preview.id(), preview.planHash(), "user:test");
        carryOut(run, step -> {});
        assertThat(host.sampleIds()).containsExactlyElementsOf(with(range(1, KEPT), 50));
    }

    @Test
    void aRowThatIsNeededOnceItIsExportedStays() throws Exception {
        carryOut(host.approve(archiving()), at(Step.DELETE_BEGUN, () -> need(50)));
        assertThat(host.sampleIds()).containsExactlyElementsOf(with(range(1, KEPT), 50));
        assertThat(survivors()).isEqualTo("needed");
    }

    @Test
    void aHoldPlacedBeforeADeletionWins() throws Exception {
        var done = carryOut(host.approve(archiving()), at(Step.DELETE_BEGUN, () -> hold(50)));
        assertThat(done.state()).isEqualTo(State.DONE);
        assertThat(host.sampleIds()).containsExactlyElementsOf(with(range(1, KEPT), 50));
        assertThat(survivors()).isEqualTo("held");
    }

    @Test
    void aHoldOnTheTableStopsEveryDeletion() throws Exception {
        var done = carryOut(
                host.approve(archiving()),
                at(
                        Step.DELETE_BEGUN,
                        () -> host.holds.place(Host.TENANT, "samples", List.of(), "lawsuit", "user:test")));
        assertThat(done.deleted()).isZero();
        assertThat(host.sampleIds()).isEqualTo(range(1, SAMPLES));
    }

    @Test
    void aHoldPlacedDuringADeletionReturnsOnlyWhenThatIsOver() throws Exception {
        var placing = new AtomicReference<CompletableFuture<Void>>();
        carryOut(host.approve(archiving()), at(Step.ROWS_DELETED, () -> {
            placing.set(CompletableFuture.runAsync(() -> hold(65)));
            await().until(() -> waitingForAdvisoryLocks() > 0);
            assertThat(placing.get()).isNotDone();
        }));
        placing.get().join();
        assertThat(host.sampleIds())
                .as("it went before, and the hold's owner can see that")
                .doesNotContain(65);
    }

    private static long waitingForAdvisoryLocks() {
        return host.number("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted");
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"FILES_STORED", "VERIFIED", "EXPORT_FINISHED"})
    void aBitThatFlipsInTheArchiveStopsTheRun(Step step) throws Exception {
        var done = carryOut(
                host.approve(archiving()),
                at(
                        step,
                        () -> Archive.flipBit(archive.files().stream()
                                .filter(file -> file.toString().endsWith(".copy.zst"))
                                .findFirst()
                                .orElseThrow())));
        assertThat(done.state()).isEqualTo(State.STOPPED);
        assertThat(done.detail()).contains("is not what was written");
        assertThat(host.sampleIds()).isEqualTo(range(1, SAMPLES));
        assertThat(archive.names()).as("copies of rows that stay are not kept").isEmpty();
        assertThat(host.number("SELECT count(*) FROM data_archive_log")).isZero();
    }

    @Test
    void aRunStopsIfMoreIsDueThanWasPromised() throws Exception {
        var run = host.approve(archiving());
        insertOld(1_000);
        var done = carryOut(run, step -> {});
        assertThat(done.state()).isEqualTo(State.STOPPED);
        assertThat(done.detail()).contains("35 rows were due").contains("now 36 are due");
        assertThat(host.sampleIds()).hasSize(SAMPLES + 1);
    }

    @Test
    void aRunStopsIfOtherRowsBecomeDueWhileItExports() throws Exception {
        var done = carryOut(host.approve(archiving()), at(Step.SEALED, () -> {
            insertOld(1_000);
            host.scope().run(handle -> handle.execute("DELETE FROM samples WHERE id = 40"));
        }));
        assertThat(done.state()).isEqualTo(State.STOPPED);
        assertThat(host.sampleIds()).hasSize(SAMPLES);
        assertThat(archive.files()).as("copies of rows that stay are not kept").isEmpty();
    }

    private static void insertOld(int id) {
        host.scope()
                .run(handle -> handle.execute(
                        "INSERT INTO samples VALUES ('default', ?, 'late', '2020-01-01T00:00:00Z')", id));
    }

    @Test
    void aPolicyThatIsPreviewedThenActivatedThenRunDoesWhatWasPromised() throws Exception {
        var policy = host.policies
                .activate(Host.TENANT, archiving().id(), false, "user:test")
                .policy();
        var preview = host.preview(policy);
        host.policies.activate(Host.TENANT, policy.id(), true, "user:test");
        var run = host.runs.start(Host.TENANT, preview.id(), preview.planHash(), "user:test");
        assertThat(carryOut(run, step -> {}).state()).isEqualTo(State.DONE);
    }

    @Test
    void aPreviewOfAPolicyThatChangedIsNotApproved() {
        var policy = archiving();
        var preview = host.preview(policy);
        host.policies.update(Host.TENANT, policy.id(), 1, changed(policy), "user:test");
        assertThatThrownBy(() -> host.runs.start(Host.TENANT, preview.id(), preview.planHash(), "user:test"))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.status()).isEqualTo(409))
                .hasMessageContaining("Preview again");
    }

    private static Policy.Rule changed(Policy policy) {
        return new Policy.Rule(policy.rule().tableName(), "created_at", "UTC", 1, 30, null, "{}", true);
    }

    @Test
    void theJournalNamesTheKeysOfEachDeletionByTheirTreesRoot() throws Exception {
        carryOut(host.approve(archiving()), step -> {});
        assertThat(
                        host.number(
                                """
                        SELECT count(*) FROM audit_entries e
                          JOIN data_deletion_log l ON l.id = CAST(e.details ->> 'deletionLogEntry' AS uuid)
                         WHERE e.action = 'retention.delete' AND length(e.details ->> 'keysRoot') = 64"""))
                .as("three each for ten, ten and ten, two for five")
                .isEqualTo(11);
        var three = List.of(List.of("a"), List.of("b", "\u00e9"), List.of("c"));
        assertThat(KeyTree.root(three))
                .isEqualTo(node(node(leaf("[\"a\"]"), leaf("[\"b\",\"\u00e9\"]")), leaf("[\"c\"]")));
    }

    private static String leaf(String text) {
        return sha256("00" + HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static String node(String left, String right) {
        return sha256("01" + left + right);
    }

    private static String sha256(String hex) {
        return host.scope().read(handle -> handle.createQuery("SELECT encode(sha256(decode(:hex, 'hex')), 'hex')")
                .bind("hex", hex)
                .mapTo(String.class)
                .one());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE data_deletion_log SET deletion_reason = 'x'",
                "DELETE FROM data_deletion_log",
                "UPDATE data_archive_log SET archive_location = 'x'",
                "DELETE FROM data_archive_log"
            })
    void theLogsRefuseEveryChange(String statement) throws Exception {
        carryOut(host.approve(archiving()), step -> {});
        assertThatThrownBy(() -> host.scope().run(handle -> handle.execute(statement)))
                .hasMessageContaining("permission denied");
        assertThatThrownBy(() -> host.superuser(statement)).hasMessageContaining("never changed or removed");
    }

    @Test
    void aRunStopsIfThePolicyChanged() throws Exception {
        var policy = archiving();
        var run = host.approve(policy);
        host.policies.update(Host.TENANT, policy.id(), 1, changed(policy), "user:test");
        assertThat(carryOut(run, step -> {}).detail()).contains("policy has changed");
    }

    @Test
    void aRunStopsIfTheTableChangesItsShape() throws Exception {
        var run = host.approve(archiving());
        try {
            var done = carryOut(
                    run,
                    at(Step.EXPORT_FINISHED, () -> host.superuser("ALTER TABLE samples ADD extra integer DEFAULT 7")));
            assertThat(done.state()).isEqualTo(State.STOPPED);
            assertThat(host.sampleIds()).isEqualTo(range(1, SAMPLES));
        } finally {
            host.superuser("ALTER TABLE samples DROP extra");
        }
    }

    @Test
    void onlyTheShownPlanCanBeApprovedAndOnlyOneRunIsUnderWay() {
        var preview = host.preview(archiving());
        assertThatThrownBy(() -> host.runs.start(Host.TENANT, preview.id(), "0".repeat(64), "user:test"))
                .isInstanceOf(Problem.class);
        host.runs.start(Host.TENANT, preview.id(), preview.planHash(), "user:test");
        assertThatThrownBy(() -> host.runs.start(Host.TENANT, preview.id(), preview.planHash(), "user:test"))
                .hasMessageContaining("under way");
    }

    @Test
    void anInactivePolicyIsPreviewedOnly() {
        var rule = new Policy.Rule("samples", "created_at", "UTC", 0, 30, null, "{}", false);
        var preview = host.preview(
                host.policies.create(Host.TENANT, rule, "user:test").policy());
        assertThat(preview.plan().dueRows()).isEqualTo(SAMPLES - KEPT);
        assertThatThrownBy(() -> host.runs.start(Host.TENANT, preview.id(), preview.planHash(), "user:test"))
                .hasMessageContaining("not active");
    }

    @Test
    void aNodeThatLostItsLeaseChangesNothingMore() {
        var run = host.approve(archiving());
        var other = engine(Duration.ofMinutes(1), step -> {});
        assertThatThrownBy(() -> engine(at(Step.DELETE_BEGUN, () -> other.execute(Host.TENANT, run.id())))
                        .execute(Host.TENANT, run.id()))
                .isInstanceOf(Fence.LeaseLostException.class);
        assertThat(host.run(run.id()).deleted()).isEqualTo(SAMPLES - KEPT);
        assertThat(host.number("SELECT sum(jsonb_array_length(record_ids)) FROM data_deletion_log"))
                .isEqualTo(SAMPLES - KEPT);
    }

    @Test
    void aRunAnotherNodeHoldsIsLeftToIt() throws Exception {
        var run = host.approve(archiving());
        var tried = new AtomicReference<Boolean>();
        engine(
                        Duration.ofMinutes(1),
                        at(Step.SEALED, () -> tried.set(engine(step -> {}).execute(Host.TENANT, run.id()))))
                .execute(Host.TENANT, run.id());
        assertThat(tried.get()).isFalse();
    }

    @Test
    void withoutAnArchiveRowsAreDeletedAndTheirKeysAreOnRecord() throws Exception {
        var done = carryOut(host.approve(host.policy("samples", "created_at", null, 30)), step -> {});
        assertThat(done.deleted()).isEqualTo(SAMPLES - KEPT);
        assertThat(host.sampleIds()).isEqualTo(range(1, KEPT));
        assertThat(archive.files()).isEmpty();
        assertThat(host.number("SELECT sum(jsonb_array_length(record_ids)) FROM data_deletion_log"
                        + " WHERE deletion_reason = 'expired'"))
                .isEqualTo(SAMPLES - KEPT);
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"LEASED", "DESTRUCTION_BEGUN", "FILES_DESTROYED", "DESTROYED"})
    void whatTheArchiveNeedNotKeepAnyMoreIsDestroyedAlsoAfterACrash(Step step) throws Exception {
        var policy = host.policy("samples", "created_at", 30, 45);
        carryOut(host.approve(policy), s -> {});
        var preview = host.preview(policy);
        assertThat(preview.plan().destroySegments()).as("65 to 56, 55 to 46").hasSize(2);
        assertThat(preview.plan().destroyRows()).isEqualTo(20);
        var run = host.runs.start(Host.TENANT, preview.id(), preview.planHash(), "user:test");
        assertThatThrownBy(() -> engine(at(step, () -> {
                            throw new Crash();
                        }))
                        .execute(Host.TENANT, run.id()))
                .isInstanceOf(Crash.class);
        assertThat(carryOut(run, s -> {}).destroyed()).isEqualTo(20);
        assertThat(archive.sampleIds()).containsExactlyInAnyOrderElementsOf(range(KEPT + 1, 45));
        assertThat(archive.files()).hasSize(6);
        assertThat(host.number("SELECT sum(jsonb_array_length(record_ids)) FROM data_deletion_log"
                        + " WHERE deletion_reason = 'archive expired'"))
                .isEqualTo(20);
    }

    @Test
    void anArchivedRowUnderAHoldKeepsItsSegment() throws Exception {
        var policy = host.policy("samples", "created_at", 30, 45);
        carryOut(host.approve(policy), s -> {});
        hold(65);
        var preview = host.preview(policy);
        assertThat(preview.plan().destroySegments()).hasSize(1);
        assertThat(preview.plan().heldSegments()).isOne();
        var run = host.runs.start(Host.TENANT, preview.id(), preview.planHash(), "user:test");
        carryOut(run, at(Step.LEASED, () -> {}));
        assertThat(archive.sampleIds()).contains(65).doesNotContain(55);
    }

    @Test
    void aPartitionedTableIsArchivedLikeAnyOther() throws Exception {
        host.scope()
                .run(
                        handle -> handle.execute(
                                """
                INSERT INTO measures (tenant_id, value, created_at)
                SELECT 'default', i, CAST('2026-01-10' AS timestamptz) - i * interval '1 day' FROM generate_series(1, 40) i"""));
        var done = carryOut(host.approve(host.policy("measures", "created_at", 160, null)), step -> {});
        assertThat(done.state()).isEqualTo(State.DONE);
        assertThat(done.deleted()).isEqualTo(37).isEqualTo(40 - host.number("SELECT count(*) FROM measures"));
    }
}
