package dev.seneschal.notification.sandbox;

import java.lang.reflect.Method;
import java.util.Iterator;
import java.util.List;
import org.apache.velocity.runtime.directive.ForeachScope;
import org.apache.velocity.runtime.parser.node.ASTIntegerRange;
import org.apache.velocity.util.introspection.Info;
import org.apache.velocity.util.introspection.Uberspect;
import org.apache.velocity.util.introspection.VelMethod;
import org.apache.velocity.util.introspection.VelPropertyGet;
import org.apache.velocity.util.introspection.VelPropertySet;

/**
 * All that a template can do to a value. It is a list of what is allowed, by type and name; there is no reflection behind
 * it, and nothing can be set. Safe for use by any thread.
 */
public final class Guard implements Uberspect {

    /** Velocity makes its instance by name. */
    public Guard() {
        // Without state.
    }

    @Override
    public void init() {
        // Nothing to set up.
    }

    @Override
    public Iterator<?> getIterator(Object of, Info info) {
        if (of instanceof ListValue list) {
            return list.iterator();
        }
        // Literal ranges and lists stand only directly in #foreach; SyntaxCheck sees to that.
        if (of instanceof ASTIntegerRange.IntegerRange || of instanceof List<?>) {
            return ((List<?>) of).iterator();
        }
        throw new TemplateFault("Only a list can be iterated.");
    }

    @Override
    public VelMethod getMethod(Object of, String name, Object[] arguments, Info info) {
        return new Call(name);
    }

    @Override
    public VelPropertyGet getPropertyGet(Object of, String name, Info info) {
        return new Read(name);
    }

    @Override
    public VelPropertySet getPropertySet(Object of, String name, Object value, Info info) {
        throw new TemplateFault("The data cannot be changed.");
    }

    private static Object read(Object of, String name) {
        if (of instanceof MapValue map) {
            return map.get(name);
        }
        if (of instanceof ForeachScope loop) {
            return switch (name) {
                case "count" -> (long) loop.getCount();
                case "index" -> (long) loop.getIndex();
                case "first" -> loop.isFirst();
                case "last" -> loop.isLast();
                case "hasNext" -> loop.hasNext();
                case "parent" -> loop.getParent();
                default -> throw new TemplateFault("$foreach has no '" + name + "'.");
            };
        }
        if (of instanceof ListValue list && name.equals("size")) {
            return (long) list.size();
        }
        throw new TemplateFault(kind(of) + " has no '" + name + "'.");
    }

    private static Object call(Object of, String name, Object[] arguments) {
        if (of instanceof Formats formats) {
            return formats.call(name, arguments);
        }
        if (of instanceof MapValue map) {
            if (name.equals("get") && arguments.length == 1 && arguments[0] instanceof String key) {
                return map.get(key);
            }
            if (name.equals("containsKey") && arguments.length == 1 && arguments[0] instanceof String key) {
                return map.has(key);
            }
        }
        if (of instanceof ListValue list
                && name.equals("get")
                && arguments.length == 1
                && arguments[0] instanceof Number index) {
            return list.get(index.longValue());
        }
        if (arguments.length == 0) {
            switch (name) {
                case "size", "length" -> {
                    if (size(of) >= 0) {
                        return size(of);
                    }
                }
                case "isEmpty" -> {
                    if (size(of) >= 0) {
                        return size(of) == 0;
                    }
                }
                case "hasNext" -> {
                    if (of instanceof ForeachScope loop) {
                        return loop.hasNext();
                    }
                }
                default -> {
                    // Refused below.
                }
            }
        }
        throw new TemplateFault(kind(of) + " has no function '" + name + "' for these arguments.");
    }

    private static int size(Object of) {
        if (of instanceof ListValue list) {
            return list.size();
        }
        if (of instanceof MapValue map) {
            return map.size();
        }
        return of instanceof String text ? text.length() : -1;
    }

    private static String kind(Object of) {
        if (of instanceof MapValue) {
            return "An object";
        }
        if (of instanceof ListValue) {
            return "A list";
        }
        if (of instanceof String) {
            return "A text";
        }
        if (of instanceof Number) {
            return "A number";
        }
        return of instanceof Formats ? "$format" : "This value";
    }

    /** Reads one name; of any value, since the type is looked at on each call. */
    private record Read(String name) implements VelPropertyGet {
        @Override
        public Object invoke(Object of) {
            return read(of, name);
        }

        @Override
        public boolean isCacheable() {
            return true;
        }

        @Override
        public String getMethodName() {
            return name;
        }
    }

    /** Calls one name. */
    private record Call(String name) implements VelMethod {
        @Override
        public Object invoke(Object of, Object[] arguments) {
            return call(of, name, arguments);
        }

        @Override
        public boolean isCacheable() {
            return true;
        }

        @Override
        public String getMethodName() {
            return name;
        }

        @Override
        public Method getMethod() {
            return null;
        }

        @Override
        public Class<?> getReturnType() {
            return Object.class;
        }
    }
}
