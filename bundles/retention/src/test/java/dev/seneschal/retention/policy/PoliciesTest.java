package dev.seneschal.retention.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seneschal.api.http.Problem;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.retention.Host;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PoliciesTest {

    private static Host host;

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
    }

    private static Policy.Rule rule(String table, String time, Integer archive, Integer delete) {
        return new Policy.Rule(table, time, "UTC", 0, archive, delete, "{\"gdpr\": true}", true);
    }

    private static Policies.Checked create(Policy.Rule rule) {
        return host.policies.create(Host.TENANT, rule, "user:test");
    }

    @ParameterizedTest
    @CsvSource({
        "nowhere, created_at, /tableName, no table",
        "seen, created_at, /tableName, a view",
        "measures_old, created_at, /tableName, a partition",
        "samples, nothing, /timeColumn, no column",
        "samples, id, /timeColumn, no column",
        "parents, created_at, /tableName, children",
        "keyless, created_at, /tableName, no primary key",
        "shared, created_at, /tableName, tenant_id",
        "audit_entries, recorded_at, /tableName, proves",
        "retention_runs, created_at, /tableName, proves",
        "data_deletion_log, deleted_at, /tableName, proves",
        "jobs, created_at, /tableName, in use",
        "job_history, created_at, /tableName, in use",
        "job_keys, created_at, /tableName, in use",
        "event_keys, created_at, /tableName, in use",
        "event_cursors, position_at, /tableName, in use",
        "api_keys, created_at, /tableName, in use",
        "notification_deliveries, created_at, /tableName, in use",
        "'samples\"; DROP TABLE samples; --', created_at, /tableName, no table",
        "pg_class, oid, /tableName, no table",
    })
    void refusesAPolicyThatCannotWork(String table, String time, String pointer, String detail) {
        assertThatThrownBy(() -> create(rule(table, time, 30, null)))
                .isInstanceOfSatisfying(Problem.class, problem -> assertThat(problem.violations())
                        .anyMatch(violation -> violation.pointer().equals(pointer)
                                && violation.detail().contains(detail)));
    }

    @Test
    void refusesDaysThatContradictEachOther() {
        assertThatThrownBy(() -> create(rule("samples", "created_at", null, null)))
                .hasMessageContaining("Say after");
        assertThatThrownBy(() -> create(rule("samples", "created_at", 60, 30))).hasMessageContaining("archived after");
        var kept = new Policy.Rule("samples", "created_at", "UTC", 365, null, 30, "{}", true);
        assertThatThrownBy(() -> create(kept)).hasMessageContaining("must be kept for 365");
        var zone = new Policy.Rule("samples", "created_at", "Mars/Base", 0, 30, null, "{}", true);
        assertThatThrownBy(() -> create(zone)).hasMessageContaining("IANA");
    }

    @Test
    void saysWhenAPolicyWillReadTheWholeTable() {
        assertThat(create(rule("everything", "created_on", 30, null)).findings())
                .anyMatch(finding -> !finding.isError() && finding.detail().contains("No index"));
        assertThat(create(rule("samples", "created_at", 30, null)).findings()).isEmpty();
    }

    @Test
    void oneTenantNeitherSeesNorChangesThePoliciesOfAnother() {
        var policy = create(rule("samples", "created_at", 30, null)).policy();
        var other = new TenantId("other");
        host.database
                .storage()
                .system()
                .run(handle -> handle.execute(
                        "INSERT INTO tenants (id, title) VALUES ('other', 'Other') ON CONFLICT DO NOTHING"));
        assertThat(host.policies.list(other)).isEmpty();
        assertThatThrownBy(() -> host.policies.delete(other, policy.id(), 1, "user:eve"))
                .isInstanceOf(Problem.class);
        assertThatThrownBy(() -> host.previews.create(other, policy.id(), "user:eve"))
                .isInstanceOf(Problem.class);
    }

    @Test
    void aTenantsPolicyConcernsItsOwnRowsOnly() {
        host.samples(40);
        host.database.storage().system().run(handle -> {
            handle.execute("INSERT INTO tenants (id, title) VALUES ('other', 'Other') ON CONFLICT DO NOTHING");
            handle.execute("INSERT INTO samples VALUES ('other', 1, 'x', '2020-01-01T00:00:00Z')");
        });
        assertThat(host.preview(create(rule("samples", "created_at", 30, null)).policy())
                        .plan()
                        .dueRows())
                .isEqualTo(10);
    }

    @Test
    void aChangeNeedsTheVersionItIsBasedOnAndGoesIntoTheJournal() {
        var policy = create(rule("samples", "created_at", 30, null)).policy();
        var changed =
                host.policies.update(Host.TENANT, policy.id(), 1, rule("samples", "created_at", 40, null), "user:test");
        assertThat(changed.policy().version()).isEqualTo(2);
        assertThatThrownBy(() -> host.policies.update(Host.TENANT, policy.id(), 1, policy.rule(), "user:test"))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.status()).isEqualTo(412));
        assertThat(host.number("SELECT count(*) FROM audit_entries WHERE action LIKE 'retention.%-policy'"))
                .isEqualTo(2);
    }

    @Test
    void activationLeavesWhatThePolicySaysAndIsNothingIfItIsSoAlready() {
        var policy = create(rule("samples", "created_at", 30, null)).policy();
        var same = host.policies.activate(Host.TENANT, policy.id(), true, "user:test");
        assertThat(same.policy()).isEqualTo(policy);
        var off = host.policies
                .activate(Host.TENANT, policy.id(), false, "user:test")
                .policy();
        assertThat(off.rule().isActive()).isFalse();
        assertThat(off.version()).as("whoever changes it must have seen this").isEqualTo(2);
        assertThat(off.ruleVersion()).isOne();
    }

    @Test
    void aPolicyOnATableThatIsGoneCanStillBeSwitchedOff() throws Exception {
        var policy = create(rule("samples", "created_at", 30, null)).policy();
        host.superuser("ALTER TABLE samples RENAME TO elsewhere");
        try {
            assertThat(host.policies
                            .activate(Host.TENANT, policy.id(), false, "user:test")
                            .policy()
                            .rule()
                            .isActive())
                    .isFalse();
            assertThatThrownBy(() -> host.policies.activate(Host.TENANT, policy.id(), true, "user:test"))
                    .hasMessageContaining("no table");
        } finally {
            host.superuser("ALTER TABLE elsewhere RENAME TO samples");
        }
    }

    @Test
    void daysAreCountedInThePolicysZoneAlsoWhenTheClocksChange() {
        var rule = new Policy.Rule("samples", "created_at", "Europe/Berlin", 0, 1, null, "{}", true);
        var policy = create(rule).policy();
        assertThat(policy.cutoff(Instant.parse("2026-03-29T10:00:00Z"))).isEqualTo("2026-03-28T11:00:00Z");
    }

    @Test
    void theStarterPolicyIsThereAndInactive() {
        try (var fresh = new Host()) {
            assertThat(fresh.policies.list(Host.TENANT))
                    .singleElement()
                    .satisfies(policy -> assertThat(policy.rule().tableName()).isEqualTo("realtime_events"))
                    .satisfies(policy -> assertThat(policy.rule().isActive()).isFalse());
        }
    }
}
