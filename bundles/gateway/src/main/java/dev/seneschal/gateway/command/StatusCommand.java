package dev.seneschal.gateway.command;

import dev.seneschal.gateway.health.Probes;
import dev.seneschal.gateway.http.HttpProbe;
import java.util.Arrays;
import java.util.Comparator;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/** Shows how the host stands: its URL, its probes, its bundles. */
@Service
@Command(
        scope = "seneschal",
        name = "status",
        description = "Shows how the host stands: where it listens, what its probes find, its bundles.")
public final class StatusCommand implements Action {

    private static final String OURS = "seneschal-";

    @Option(name = "--no-format", description = "Prints plain columns, for scripts.")
    private boolean noFormat;

    @Reference
    private Probes probes;

    @Reference
    private HttpProbe http;

    @Reference
    private BundleContext context;

    @Override
    public Object execute() {
        var checks = probes.checks();
        System.out.println("The host is " + Probes.overall(checks) + ". HTTP: "
                + (http.endpoints().isEmpty() ? "not listening" : String.join(" ", http.endpoints())));
        var table = new ShellTable();
        table.column("Probe");
        table.column("State");
        table.column("Detail");
        checks.forEach(check -> table.addRow()
                .addContent(
                        check.name(), check.health().status(), check.health().detail()));
        table.print(System.out, !noFormat);
        bundles().print(System.out, !noFormat);
        return null;
    }

    private ShellTable bundles() {
        var table = new ShellTable();
        table.column("Bundle");
        table.column("State");
        table.column("Version");
        Arrays.stream(context.getBundles())
                .filter(bundle -> bundle.getSymbolicName() != null
                        && bundle.getSymbolicName().startsWith(OURS))
                .sorted(Comparator.comparing(Bundle::getSymbolicName))
                .forEach(bundle ->
                        table.addRow().addContent(bundle.getSymbolicName(), state(bundle), bundle.getVersion()));
        return table;
    }

    private static String state(Bundle bundle) {
        return switch (bundle.getState()) {
            case Bundle.ACTIVE -> "active";
            case Bundle.STARTING -> "starting";
            case Bundle.STOPPING -> "stopping";
            case Bundle.RESOLVED -> "stopped";
            default -> "not resolved";
        };
    }
}
