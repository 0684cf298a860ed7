package dev.seneschal.realtime.host;

import org.osgi.service.cm.ConfigurationEvent;
import org.osgi.service.cm.ConfigurationListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Reports configurations that change: their names, never their values, which may be secret. */
@Component
public final class ConfigurationObserver implements ConfigurationListener {

    private final HostEvents events;

    /** Reports to these events. */
    @Activate
    public ConfigurationObserver(@Reference HostEvents events) {
        this.events = events;
    }

    @Override
    public void configurationEvent(ConfigurationEvent event) {
        switch (event.getType()) {
            case ConfigurationEvent.CM_UPDATED -> report("updated", event);
            case ConfigurationEvent.CM_DELETED -> report("deleted", event);
            default -> {
                // A change of location says nothing about the host.
            }
        }
    }

    private void report(String what, ConfigurationEvent event) {
        var data = events.data().put("pid", event.getPid());
        if (event.getFactoryPid() != null) {
            data.put("factoryPid", event.getFactoryPid());
        }
        events.report("configuration", what, event.getPid(), data);
    }
}
