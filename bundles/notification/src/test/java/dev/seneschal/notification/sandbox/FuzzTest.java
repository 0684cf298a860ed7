package dev.seneschal.notification.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random sentences of the grammar, most of them nearly right: each compiles or is a fault, renders or is a fault, within its
 * time, and changes nothing. {@code -Dfuzz.seed} repeats a run, {@code -Dfuzz.seconds} makes a longer one.
 */
final class FuzzTest {

    private static final List<String> NAMES =
            List.of("event", "user", "list", "x", "y", "foreach", "format", "class", "missing", "long");
    private static final List<String> MEMBERS = List.of(
            "name",
            "class",
            "data",
            "size()",
            "get(0)",
            "isEmpty()",
            "count",
            "put('a','b')",
            "clear()",
            "hashCode()",
            "upper($x)",
            "shorten($long, 9)",
            "repeat(99999999)",
            "parent",
            "info",
            "stop()",
            "toString()",
            "iterator()",
            "matches('(a+)+b')",
            "getClass()",
            "entrySet()",
            "time($x, 'yyyy', 'UTC')");
    private static final List<String> TEXTS = List.of(
            "a",
            "<p>",
            "</p>",
            "<a href=\"",
            "\">",
            "<p title='",
            "'>",
            "<!--",
            "-->",
            "<script>",
            "</script>",
            " ",
            "\n",
            "\\",
            "$",
            "#",
            "$$",
            "##",
            "#*",
            "*#",
            "#[[",
            "]]#",
            "{",
            "}",
            "(",
            ")",
            "é",
            "#fff",
            "\"",
            "'",
            "|",
            "$!");
    private static final List<String> OPERATORS =
            List.of("+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "&&", "||");
    private static final List<String> REFUSED = List.of(
            "#include('x')", "#parse('x')", "#evaluate($x)", "#define($x)", "#macro(x)", "#stop", "#break", "#@x()");

    @Test
    void nothingEscapesHangsOrBreaks() throws Exception {
        long seed = Long.getLong("fuzz.seed", System.nanoTime());
        System.out.println("FuzzTest: fuzz.seed=" + seed);
        var random = new Random(seed);
        var limits = new Limits(131_072, 12, 20_000, 1_048_576, 4_194_304, Duration.ofSeconds(1), 2);
        var user = Map.<String, Object>of("name", "Ann", "email", "ann@example.org");
        Map<String, Object> data = Map.of(
                "event", Map.of("data", user, "type", "t"),
                "user", user,
                "list", List.of(1, "two", List.of(3), Map.of("four", 4.5)),
                "long", "a".repeat(10_000));
        var before = data.toString();
        long end = System.nanoTime()
                + Duration.ofSeconds(Long.getLong("fuzz.seconds", 4)).toNanos();
        int rendered = 0;
        int refused = 0;
        try (var sandbox = new Sandbox(limits)) {
            while (System.nanoTime() < end) {
                var template = sentences(random, 0);
                try {
                    var compiled = sandbox.compile(
                            new TemplateSource("s", template, random.nextBoolean() ? template : "<p>$user.name</p>"));
                    assertThat(sandbox.render(compiled, data)).isNotNull();
                    rendered++;
                } catch (TemplateFault fault) {
                    assertThat(fault.describe())
                            .as("fuzz.seed=" + seed + " template:\n" + template)
                            .isNotBlank()
                            .doesNotContain("did not end", "internal fault");
                    refused++;
                }
                assertThat(data).as(template).hasToString(before);
            }
            assertThat(sandbox.stuck()).isZero();
        }
        // A fuzzer whose sentences are all refused, or none, looks at nothing.
        assertThat(rendered).isPositive();
        assertThat(refused).isPositive();
    }

    private static String sentences(Random random, int depth) {
        var text = new StringBuilder();
        for (int i = random.nextInt(5); i >= 0; i--) {
            text.append(sentence(random, depth));
        }
        return text.toString();
    }

    private static String sentence(Random random, int depth) {
        return switch (random.nextInt(depth > 6 ? 6 : 10)) {
            case 0, 1, 2 -> pick(random, TEXTS);
            case 3, 4 -> reference(random, depth);
            case 5 -> random.nextInt(10) == 0 ? pick(random, REFUSED) : "x";
            case 6 -> "#set($" + pick(random, NAMES) + " = " + expression(random, depth + 1) + ")";
            case 7 ->
                "#if(" + expression(random, depth + 1) + ")" + sentences(random, depth + 1)
                        + (random.nextBoolean() ? "#{else}" + sentences(random, depth + 1) : "") + "#end";
            case 8 ->
                "#foreach($" + pick(random, NAMES) + " in " + iterable(random, depth) + ")"
                        + sentences(random, depth + 1) + "#end";
            default -> random.nextInt(20) == 0 ? "(".repeat(random.nextInt(30_000)) : "y";
        };
    }

    private static String iterable(Random random, int depth) {
        return switch (random.nextInt(4)) {
            case 0 -> "[0.." + random.nextInt(Integer.MAX_VALUE) + "]";
            case 1 -> "[" + expression(random, depth + 1) + ", " + expression(random, depth + 1) + "]";
            default -> reference(random, depth);
        };
    }

    private static String reference(Random random, int depth) {
        var text = new StringBuilder(random.nextInt(4) == 0 ? "$!{" : random.nextBoolean() ? "${" : "$");
        boolean closed = text.charAt(text.length() - 1) == '{';
        text.append(pick(random, NAMES));
        for (int i = random.nextInt(3); i > 0; i--) {
            text.append(
                    random.nextInt(4) == 0 && depth < 6
                            ? "[" + expression(random, depth + 1) + "]"
                            : "." + pick(random, MEMBERS));
        }
        return closed ? text + (random.nextInt(6) == 0 ? "|'none'}" : "}") : text.toString();
    }

    private static String expression(Random random, int depth) {
        return switch (random.nextInt(depth > 6 ? 4 : 8)) {
            case 0 -> Integer.toString(random.nextInt());
            case 1 -> "'" + "z".repeat(random.nextInt(20)) + "'";
            case 2 -> "true";
            case 3, 4 -> reference(random, depth + 1);
            case 5 -> "!" + expression(random, depth + 1);
            case 6 -> "(" + expression(random, depth + 1) + ")";
            default ->
                expression(random, depth + 1) + " " + pick(random, OPERATORS) + " " + expression(random, depth + 1);
        };
    }

    private static String pick(Random random, List<String> of) {
        return of.get(random.nextInt(of.size()));
    }
}
