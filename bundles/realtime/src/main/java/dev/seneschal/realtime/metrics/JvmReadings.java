package dev.seneschal.realtime.metrics;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.management.JMException;
import javax.management.ObjectName;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/** Reads the JVM's own numbers and the states of the bundles. */
final class JvmReadings {

    private static final String BYTES = "bytes";
    private static final String SECONDS = "seconds";
    private static final String NUMBER = "";

    private static final Map<Integer, String> STATES = Map.of(
            Bundle.INSTALLED, "installed",
            Bundle.RESOLVED, "resolved",
            Bundle.STARTING, "starting",
            Bundle.STOPPING, "stopping",
            Bundle.ACTIVE, "active");

    private final BundleContext context;

    JvmReadings(BundleContext context) {
        this.context = context;
    }

    List<Reading> read() {
        var readings = new ArrayList<Reading>();
        operatingSystem(readings, "CpuLoad", "cpu.system");
        operatingSystem(readings, "ProcessCpuLoad", "cpu.process");
        operatingSystem(readings, "OpenFileDescriptorCount", "files.open");
        memory(readings);
        collections(readings);
        threads(readings);
        bundles(readings);
        return readings;
    }

    /** By name, because the package of these beans is not exported to bundles; an attribute that is missing is left out. */
    private static void operatingSystem(List<Reading> readings, String attribute, String key) {
        try {
            var value = ManagementFactory.getPlatformMBeanServer()
                    .getAttribute(new ObjectName(ManagementFactory.OPERATING_SYSTEM_MXBEAN_NAME), attribute);
            if (value instanceof Number number && number.doubleValue() >= 0) {
                readings.add(new Reading(key, number.doubleValue(), NUMBER));
            }
        } catch (JMException e) {
            readings.removeIf(reading -> reading.key().equals(key));
        }
    }

    private static void memory(List<Reading> readings) {
        var memory = ManagementFactory.getMemoryMXBean();
        var heap = memory.getHeapMemoryUsage();
        readings.add(new Reading("heap.used", heap.getUsed(), BYTES));
        readings.add(new Reading("heap.committed", heap.getCommitted(), BYTES));
        readings.add(new Reading("heap.max", heap.getMax(), BYTES));
        readings.add(new Reading("nonheap.used", memory.getNonHeapMemoryUsage().getUsed(), BYTES));
        for (var pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
            if (pool.getName().equals("direct")) {
                readings.add(new Reading("buffers.direct", pool.getMemoryUsed(), BYTES));
            }
        }
    }

    private static void collections(List<Reading> readings) {
        var collectors = ManagementFactory.getGarbageCollectorMXBeans();
        readings.add(new Reading(
                "gc.count",
                collectors.stream()
                        .mapToLong(GarbageCollectorMXBean::getCollectionCount)
                        .sum(),
                NUMBER));
        readings.add(new Reading(
                "gc.time",
                collectors.stream()
                                .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                                .sum()
                        / 1_000.0,
                SECONDS));
    }

    private static void threads(List<Reading> readings) {
        var threads = ManagementFactory.getThreadMXBean();
        readings.add(new Reading("threads.live", threads.getThreadCount(), NUMBER));
        readings.add(new Reading("threads.daemon", threads.getDaemonThreadCount(), NUMBER));
        readings.add(new Reading("threads.peak", threads.getPeakThreadCount(), NUMBER));
        readings.add(new Reading(
                "classes.loaded", ManagementFactory.getClassLoadingMXBean().getLoadedClassCount(), NUMBER));
        readings.add(new Reading("uptime", ManagementFactory.getRuntimeMXBean().getUptime() / 1_000.0, SECONDS));
    }

    private void bundles(List<Reading> readings) {
        var counts = new TreeMap<String, Integer>();
        STATES.values().forEach(state -> counts.put(state, 0));
        for (var bundle : context.getBundles()) {
            var state = STATES.get(bundle.getState());
            if (state != null) {
                counts.merge(state, 1, Integer::sum);
            }
        }
        counts.forEach((state, count) -> readings.add(new Reading("bundles." + state, count, NUMBER)));
    }
}
