package dev.seneschal.retention.run;

import dev.seneschal.api.health.HealthProbe;
import dev.seneschal.retention.segment.ArchiveDirectory;
import dev.seneschal.retention.segment.UnusableArchiveException;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Says whether runs can go on: a wrong setting or an archive that cannot be written makes them wait. */
@Component(service = HealthProbe.class, configurationPid = RunHandler.PID)
public final class RetentionProbe implements HealthProbe {

    private final BundleContext context;
    private final RunHandler.Config config;

    @Activate
    public RetentionProbe(BundleContext context, RunHandler.Config config) {
        this.context = context;
        this.config = config;
    }

    @Override
    public String name() {
        return "retention";
    }

    @Override
    public Health check() {
        try {
            RunHandler.settings(config);
            var directory = RunHandler.directory(context, config);
            new ArchiveDirectory(directory).ready();
            return new Health(Status.UP, "archives go to " + directory);
        } catch (IllegalArgumentException | UnusableArchiveException e) {
            return new Health(Status.DEGRADED, "runs wait: " + e.getMessage());
        }
    }
}
