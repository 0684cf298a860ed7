package dev.seneschal.notification.sandbox;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * What {@code $format} offers a template:
 *
 * <ul>
 *   <li>{@code $format.time($event.time, 'd MMM yyyy HH:mm', 'Europe/Berlin')}: an instant in a zone;
 *   <li>{@code $format.upper($x)}, {@code $format.lower($x)};
 *   <li>{@code $format.shorten($x, 80)}: at most so many characters, with an ellipsis if cut;
 *   <li>{@code $format.orElse($x, 'none')}: the second if the first is missing or empty.
 * </ul>
 */
final class Formats {

    private final Budget budget;

    Formats(Budget budget) {
        this.budget = budget;
    }

    Object call(String name, Object[] arguments) {
        budget.step();
        return switch (name + "/" + arguments.length) {
            case "upper/1" -> built(Values.text(arguments[0])).toUpperCase(Locale.ROOT);
            case "lower/1" -> built(Values.text(arguments[0])).toLowerCase(Locale.ROOT);
            case "shorten/2" -> shorten(Values.text(arguments[0]), whole(arguments[1]));
            case "orElse/2" -> Values.truth(arguments[0]) ? arguments[0] : arguments[1];
            case "time/3" -> time(arguments[0], Values.text(arguments[1]), Values.text(arguments[2]));
            default ->
                throw new TemplateFault("$format has no function '" + name + "' of " + arguments.length
                        + " arguments; it has upper, lower, shorten, orElse and time.");
        };
    }

    private String built(String text) {
        budget.build(text.length());
        return text;
    }

    private static int whole(Object value) {
        if (value instanceof Number number && number.longValue() >= 1 && number.longValue() <= 100_000) {
            return number.intValue();
        }
        throw new TemplateFault("$format.shorten takes a length of 1 to 100,000.");
    }

    private static String shorten(String text, int length) {
        if (text.length() <= length) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length;
        return text.substring(0, end) + "…";
    }

    private static String time(Object value, String pattern, String zone) {
        if (pattern.length() > 100) {
            throw new TemplateFault("$format.time takes a pattern of at most 100 characters.");
        }
        try {
            return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH)
                    .withZone(ZoneId.of(zone))
                    .format(Instant.parse(Values.text(value)));
        } catch (DateTimeException | IllegalArgumentException e) {
            throw new TemplateFault("$format.time: " + e.getMessage());
        }
    }
}
