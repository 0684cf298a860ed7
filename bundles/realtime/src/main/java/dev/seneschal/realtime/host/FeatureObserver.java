package dev.seneschal.realtime.host;

import org.apache.karaf.features.FeatureEvent;
import org.apache.karaf.features.FeaturesListener;
import org.apache.karaf.features.RepositoryEvent;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Reports features that are installed and uninstalled. */
@Component
public final class FeatureObserver implements FeaturesListener {

    private final HostEvents events;

    /** Reports to these events. */
    @Activate
    public FeatureObserver(@Reference HostEvents events) {
        this.events = events;
    }

    /** A listener that registers is told of everything installed before; that is no news. */
    @Override
    public void featureEvent(FeatureEvent event) {
        if (!event.isReplay()) {
            var feature = event.getFeature();
            var what = event.getType() == FeatureEvent.EventType.FeatureInstalled ? "installed" : "uninstalled";
            var data = events.data().put("name", feature.getName()).put("version", feature.getVersion());
            events.report("feature", what, feature.getName(), data);
        }
    }

    @Override
    public void repositoryEvent(RepositoryEvent event) {
        // A repository changes nothing by itself; the features that are installed from it are reported.
    }
}
