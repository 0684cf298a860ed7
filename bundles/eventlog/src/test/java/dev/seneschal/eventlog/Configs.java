package dev.seneschal.eventlog;

import java.lang.reflect.Proxy;
import java.util.Map;

/** Configurations as the container makes them: the defaults of the annotation, and what is set. */
final class Configs {

    private Configs() {}

    static EventLogConfig with(Map<String, Object> set) {
        return (EventLogConfig) Proxy.newProxyInstance(
                EventLogConfig.class.getClassLoader(),
                new Class<?>[] {EventLogConfig.class},
                (proxy, method, arguments) -> set.getOrDefault(method.getName(), method.getDefaultValue()));
    }
}
