package dev.seneschal.api.http;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A part of a list that fits into memory whole. The cursor names the last element of the page before.
 *
 * @param elements the elements of this page
 * @param next the value of the {@code Link} header that leads to the next page, or nothing
 */
public record Page<T>(List<T> elements, Optional<String> next) {

    private static final int MOST = 500;
    private static final int USUAL = 100;

    /** Copies the elements. */
    public Page {
        elements = List.copyOf(elements);
    }

    /**
     * Takes the page that the request asks for with its parameters {@code cursor} and {@code limit}.
     *
     * @param all the whole list, in order
     * @param name an element's name, unique in the list
     * @throws Problem if a parameter is wrong
     */
    public static <T> Page<T> of(List<T> all, Function<T, String> name, Request request) {
        int limit = limit(request);
        int from = request.parameter("cursor")
                .map(cursor -> after(all, name, cursor))
                .orElse(0);
        int to = Math.min(all.size(), from + limit);
        var next = to == all.size()
                ? Optional.<String>empty()
                : Optional.of("<" + quoted(request.path()) + "?cursor=" + encode(name.apply(all.get(to - 1)))
                        + "&limit=" + limit + ">; rel=\"next\"");
        return new Page<>(all.subList(from, to), next);
    }

    /** Returns the answer with the link to the next page, if there is one. */
    public Response link(Response response) {
        return next.map(link -> response.with("Link", link)).orElse(response);
    }

    private static int limit(Request request) {
        var text = request.parameter("limit").orElse(Integer.toString(USUAL));
        if (!text.matches("[0-9]{1,3}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > MOST) {
            throw Problem.invalid("limit", "The limit must be 1 to " + MOST + ".");
        }
        return Integer.parseInt(text);
    }

    private static <T> int after(List<T> all, Function<T, String> name, String cursor) {
        for (int i = 0; i < all.size(); i++) {
            if (encode(name.apply(all.get(i))).equals(cursor)) {
                return i + 1;
            }
        }
        throw Problem.invalid("cursor", "The cursor is not one of this list, or its element is gone; begin again.");
    }

    /** The path came decoded; in a header it must be encoded again. */
    private static String quoted(String path) {
        return URLEncoder.encode(path, StandardCharsets.UTF_8)
                .replace("%2F", "/")
                .replace("+", "%20");
    }

    private static String encode(String name) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(name.getBytes(StandardCharsets.UTF_8));
    }
}
