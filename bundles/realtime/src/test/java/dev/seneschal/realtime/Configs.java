package dev.seneschal.realtime;

import java.lang.reflect.Proxy;
import java.util.Map;

/** Makes configuration as DS would: the defaults of the annotation, with some values changed. */
public final class Configs {

    private Configs() {}

    /** Makes one. */
    public static <A> A of(Class<A> type, Map<String, Object> values) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> values.getOrDefault(method.getName(), method.getDefaultValue())));
    }
}
