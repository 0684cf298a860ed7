package dev.seneschal.retention.command;

import dev.seneschal.retention.policy.Policies;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;

/** Shows the policies. */
@Service
@Command(scope = "retention", name = "policies", description = "Shows the retention policies of all tenants.")
public final class PoliciesCommand implements Action {

    @Option(name = "--no-format", description = "Prints plain columns, for scripts.")
    private boolean noFormat;

    @Reference
    private Policies policies;

    public PoliciesCommand() {}

    PoliciesCommand(Policies policies) {
        this.policies = policies;
    }

    @Override
    public Object execute() {
        var table = new ShellTable();
        table.column("Policy");
        table.column("Tenant");
        table.column("Table");
        table.column("Age by");
        table.column("Keep days").alignRight();
        table.column("Archive after").alignRight();
        table.column("Delete after").alignRight();
        table.column("State");
        table.column("Version").alignRight();
        for (var policy : policies.list()) {
            var rule = policy.rule();
            table.addRow()
                    .addContent(
                            policy.id(),
                            policy.tenant(),
                            rule.tableName(),
                            rule.timeColumn(),
                            rule.retentionPeriodDays(),
                            days(rule.archiveAfterDays()),
                            days(rule.deleteAfterDays()),
                            rule.isActive() ? "active" : "preview only",
                            policy.version());
        }
        table.print(System.out, !noFormat);
        return null;
    }

    private static Object days(Integer days) {
        return days == null ? "never" : days;
    }
}
