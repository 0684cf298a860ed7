package dev.seneschal.gateway.route;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the operation of a path. A literal segment goes before a variable one. Immutable. */
final class Router {

    private static final Logger LOG = LoggerFactory.getLogger(Router.class);

    private final List<Entry> entries;

    private Router(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    /** Builds a router; of two operations with one method and path, the earlier one is served. */
    static Router of(List<Operation> operations) {
        var byRoute = new HashMap<String, Entry>();
        for (var operation : operations) {
            var entry = new Entry(operation, split(operation.route().path()));
            var other = byRoute.putIfAbsent(entry.key(), entry);
            if (other != null) {
                LOG.error("Two services have one route, one of them is not served: {}", entry.key());
            }
        }
        var entries = new ArrayList<>(byRoute.values());
        entries.sort(Comparator.comparing(Entry::pattern));
        return new Router(entries);
    }

    /** Finds by the segments of a path, each decoded. */
    Match find(String method, List<String> path) {
        Entry best = null;
        var allowed = new TreeSet<String>();
        for (var entry : entries) {
            if (!entry.matches(path) || (best != null && !best.pattern().equals(entry.pattern()))) {
                continue;
            }
            allowed.add(entry.operation.route().method());
            if (entry.operation.route().method().equals(method)) {
                best = entry;
            }
        }
        if (best != null) {
            return new Match.Found(best.operation, best.variables(path));
        }
        return allowed.isEmpty() ? new Match.Nothing() : new Match.OtherMethod(allowed(allowed));
    }

    private static Set<String> allowed(Set<String> found) {
        var methods = new TreeSet<>(found);
        if (methods.contains("GET")) {
            methods.add("HEAD");
        }
        methods.add("OPTIONS");
        return methods;
    }

    private static List<String> split(String path) {
        return List.of(path.substring(1).split("/", -1));
    }

    private record Entry(Operation operation, List<String> segments) {

        boolean matches(List<String> path) {
            if (path.size() != segments.size()) {
                return false;
            }
            for (int i = 0; i < path.size(); i++) {
                if (isVariable(segments.get(i))
                        ? path.get(i).isEmpty()
                        : !segments.get(i).equals(path.get(i))) {
                    return false;
                }
            }
            return true;
        }

        Map<String, String> variables(List<String> path) {
            var variables = new HashMap<String, String>();
            for (int i = 0; i < path.size(); i++) {
                var segment = segments.get(i);
                if (isVariable(segment)) {
                    variables.put(segment.substring(1, segment.length() - 1), path.get(i));
                }
            }
            return Map.copyOf(variables);
        }

        /** The path with every variable as '~', which sorts after every literal. */
        String pattern() {
            return String.join(
                    "/",
                    segments.stream()
                            .map(segment -> isVariable(segment) ? "~" : segment)
                            .toList());
        }

        String key() {
            return operation.route().method() + " /" + pattern();
        }

        private static boolean isVariable(String segment) {
            return segment.startsWith("{") && segment.endsWith("}");
        }
    }
}
