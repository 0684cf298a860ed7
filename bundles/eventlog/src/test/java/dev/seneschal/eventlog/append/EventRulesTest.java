package dev.seneschal.eventlog.append;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seneschal.api.event.CloudEvent;
import dev.seneschal.api.event.InvalidEventException;
import dev.seneschal.api.tenant.TenantId;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EventRulesTest {

    private final EventRules rules = new EventRules(10_000);

    private static CloudEvent data(String data) {
        return new CloudEvent("1", "/s", "t", null, null, null, null, data, false, Map.of());
    }

    private static CloudEvent typed(String contentType, String data, boolean binary) {
        return new CloudEvent("1", "/s", "t", null, null, null, contentType, data, binary, Map.of());
    }

    private static CloudEvent extended(String name, String value) {
        return new CloudEvent("1", "/s", "t", null, null, null, null, null, false, Map.of(name, value));
    }

    private void refuses(CloudEvent event, String attribute) {
        assertThatThrownBy(() -> rules.check(event, 7)).isInstanceOfSatisfying(InvalidEventException.class, e -> {
            assertThat(e.attribute()).isEqualTo(attribute);
            assertThat(e.index()).isEqualTo(7);
            assertThat(e).hasMessageContaining(attribute);
        });
    }

    private void accepts(CloudEvent event) {
        assertThat(rules.check(event, 0)).isPositive();
    }

    @Test
    void requiredAttributesHaveOneTo255Characters() {
        refuses(new CloudEvent("", "/s", "t", null, null, null, null, null, false, Map.of()), "id");
        refuses(new CloudEvent("1", "", "t", null, null, null, null, null, false, Map.of()), "source");
        refuses(new CloudEvent("1", "/s", "", null, null, null, null, null, false, Map.of()), "type");
        refuses(new CloudEvent("x".repeat(256), "/s", "t", null, null, null, null, null, false, Map.of()), "id");
        accepts(new CloudEvent("😀".repeat(255), "/s", "t", null, null, null, null, null, false, Map.of()));
        accepts(new CloudEvent("1", "/s", "x".repeat(255), null, null, null, null, null, false, Map.of()));
    }

    @Test
    void theSourceIsAUriReferenceAndTheSchemaAnAbsoluteUri() {
        refuses(new CloudEvent("1", "not a uri", "t", null, null, null, null, null, false, Map.of()), "source");
        refuses(new CloudEvent("1", "/s", "t", null, null, "relative", null, null, false, Map.of()), "dataschema");
        accepts(new CloudEvent("1", "urn:x:y", "t", null, null, "https://a/b", null, null, false, Map.of()));
    }

    @Test
    void timesAreOfTheYearsRfc3339CanWrite() {
        refuses(new CloudEvent("1", "/s", "t", null, Instant.MAX, null, null, null, false, Map.of()), "time");
        refuses(new CloudEvent("1", "/s", "t", null, Instant.MIN, null, null, null, false, Map.of()), "time");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0000", "a\nb", "a\rb", "\u0085", "\ud800", "x\udc00", "\ufdd0", "\uffff"})
    void attributesHaveNoCharacterThatCloudEventsForbids(String value) {
        refuses(new CloudEvent(value, "/s", "t", null, null, null, null, null, false, Map.of()), "id");
        refuses(new CloudEvent("1", "/s", "t", value, null, null, null, null, false, Map.of()), "subject");
        refuses(extended("ext", value), "ext");
        refuses(extended("channel", value), "channel");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Upper", "with_underscore", "data", "id", "time", "specversion", "", "abcdefghijklmnopqrstu"})
    void extensionsHaveProperNames(String name) {
        assertThatThrownBy(() -> rules.check(extended(name, "x"), 0)).isInstanceOf(InvalidEventException.class);
    }

    @Test
    void aChannelHasOneTo255Characters() {
        refuses(extended("channel", ""), "channel");
        refuses(extended("channel", "   "), "channel");
        refuses(extended("channel", "x".repeat(256)), "channel");
        accepts(extended("channel", "x".repeat(255)));
    }

    @Test
    void anAdministratorsSessionIsAUuid() {
        refuses(extended("adminsession", "1-1-1-1-1"), "adminsession");
        accepts(extended("adminsession", "0192f0c1-7d7c-7e6a-8f00-1234567890ab"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "{\"a\":}",
                "[1,]",
                "1 2",
                "{'a':1}",
                "NaN",
                "{\"a\":1}}",
                "// x\n1",
                "\"\\u0000\"",
                "{\"\\u0000\": 1}",
                "\"\\ud800\"",
                "\"\\udc00x\"",
                "1e401",
                "-1E+100000",
                "1e-99999999999"
            })
    void dataIsJsonThatPostgresqlCanHold(String json) {
        refuses(data(json), "data");
    }

    @Test
    void dataIsNotDeeperNorItsNumbersLongerThanReason() {
        refuses(data("[".repeat(501) + "]".repeat(501)), "data");
        refuses(data("1".repeat(1_001)), "data");
        refuses(data("\"" + "\u0000" + "\""), "data");
        refuses(data("\"" + "\ud800" + "\""), "data");
        accepts(data("[".repeat(500) + "]".repeat(500)));
        accepts(data("1e400"));
        accepts(data("\"\\ud83d\\ude00 \\\\u0000\""));
        accepts(data(null));
        accepts(data("null"));
    }

    @ParameterizedTest
    @CsvSource({"application/json", "application/vnd.x+json; charset=utf-8", "text/json"})
    void jsonTypesTakeAnyJson(String type) {
        accepts(typed(type, "{\"a\": 1}", false));
    }

    @Test
    void otherTypesTakeAString() {
        refuses(typed("text/plain", "{\"a\": 1}", false), "data");
        refuses(typed("not a type", "1", false), "datacontenttype");
        accepts(typed("text/plain", "\"hello\"", false));
    }

    @Test
    void binaryDataIsBase64InAString() {
        refuses(typed("image/png", "\"not base64!\"", true), "data_base64");
        refuses(typed("image/png", "1", true), "data_base64");
        refuses(typed("image/png", null, true), "data_base64");
        accepts(typed("image/png", "\"aGVsbG8=\"", true));
    }

    @Test
    void anEventIsNotLargerThanTheBound() {
        refuses(data("\"" + "ü".repeat(5_000) + "\""), "data");
        accepts(data("\"" + "ü".repeat(4_000) + "\""));
        assertThat(Text.utf8Length("aü€😀")).isEqualTo(1 + 2 + 3 + 4);
    }

    @Test
    void theKeyTellsSourceFromId() {
        var one = CloudEvent.of("bc", "a", "t", null, null);
        var other = CloudEvent.of("c", "ab", "t", null, null);
        var tenant = TenantId.DEFAULT;
        assertThat(EventKey.of(tenant, one)).isNotEqualTo(EventKey.of(tenant, other));
        assertThat(EventKey.of(tenant, one)).isEqualTo(EventKey.of(tenant, one));
    }
}
