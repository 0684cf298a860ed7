package dev.seneschal.access;

import java.lang.reflect.Proxy;
import java.util.Map;

/** A component's settings: the defaults, but for some. */
final class Settings {

    private Settings() {}

    static AccessComponent.Config with(Map<String, Object> values) {
        return (AccessComponent.Config) Proxy.newProxyInstance(
                Settings.class.getClassLoader(),
                new Class<?>[] {AccessComponent.Config.class},
                (proxy, method, arguments) -> values.getOrDefault(method.getName(), method.getDefaultValue()));
    }
}
