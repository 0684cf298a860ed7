package dev.seneschal.retention.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.seneschal.api.http.Response;
import dev.seneschal.retention.plan.Plan;
import dev.seneschal.retention.plan.Preview;
import dev.seneschal.retention.policy.Finding;
import dev.seneschal.retention.policy.Policies.Checked;
import dev.seneschal.retention.policy.Policy;
import dev.seneschal.retention.run.Run;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the routes answer with. Safe for use by any thread. */
final class Answers {

    private final ObjectMapper mapper = new ObjectMapper();

    Response json(int status, Object value) throws JsonProcessingException {
        return Response.json(status, mapper.writeValueAsString(value));
    }

    static String tag(Policy policy) {
        return "\"v" + policy.version() + "\"";
    }

    static Map<String, Object> policy(Policy policy) {
        var rule = policy.rule();
        var members = new LinkedHashMap<String, Object>();
        members.put("id", policy.id().toString());
        members.put("version", policy.version());
        members.put("tableName", rule.tableName());
        members.put("timeColumn", rule.timeColumn());
        members.put("timeZone", rule.timeZone());
        members.put("retentionPeriodDays", rule.retentionPeriodDays());
        members.put("archiveAfterDays", rule.archiveAfterDays());
        members.put("deleteAfterDays", rule.deleteAfterDays());
        members.put("complianceFlags", new RawValue(rule.complianceFlags()));
        members.put("isActive", rule.isActive());
        members.put("createdAt", policy.createdAt().toString());
        return members;
    }

    static Map<String, Object> checked(Checked checked) {
        var members = policy(checked.policy());
        members.put("findings", findings(checked.findings()));
        return members;
    }

    private static List<Map<String, Object>> findings(List<Finding> findings) {
        return findings.stream()
                .map(finding -> Map.<String, Object>of(
                        "severity", finding.isError() ? "error" : "warning",
                        "pointer", finding.field(),
                        "detail", finding.detail()))
                .toList();
    }

    Map<String, Object> preview(Preview preview) throws JsonProcessingException {
        var members = plan(preview.plan());
        members.put("id", preview.id().toString());
        members.put("planHash", preview.planHash());
        members.put("createdAt", preview.createdAt().toString());
        members.put("sample", preview.sample().stream().map(RawValue::new).toList());
        members.put("findings", findings(preview.findings()));
        return members;
    }

    private static Map<String, Object> plan(Plan plan) {
        var members = new LinkedHashMap<String, Object>();
        members.put("policyId", plan.policyId());
        members.put("policyVersion", plan.policyVersion());
        members.put("tableName", plan.table());
        members.put("archives", plan.isArchiving());
        members.put("cutoff", plan.cutoff());
        members.put("dueRows", plan.dueRows());
        members.put("dueBytes", plan.dueBytes());
        members.put("heldRows", plan.heldRows());
        members.put("neededRows", plan.neededRows());
        members.put("destroyBefore", plan.destroyBefore());
        members.put("destroySegments", plan.destroySegments().size());
        members.put("destroyRows", plan.destroyRows());
        members.put("heldSegments", plan.heldSegments());
        return members;
    }

    static Map<String, Object> run(Run run) {
        var members = plan(run.plan());
        members.put("id", run.id().toString());
        members.put("planHash", run.planHash());
        members.put("state", run.state().name());
        members.put("detail", run.detail());
        members.put("requestedBy", run.requestedBy());
        members.put("exportedRows", run.exported());
        members.put("deletedRows", run.deleted());
        members.put("survivorRows", run.survivors());
        members.put("destroyedRows", run.destroyed());
        members.put("createdAt", run.createdAt().toString());
        members.put(
                "finishedAt", run.finishedAt() == null ? null : run.finishedAt().toString());
        return members;
    }
}
