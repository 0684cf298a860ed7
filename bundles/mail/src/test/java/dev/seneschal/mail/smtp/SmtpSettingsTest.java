package dev.seneschal.mail.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seneschal.mail.smtp.SmtpSettings.Tls;
import java.lang.annotation.Annotation;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SmtpSettingsTest {

    private static SmtpSettings of(Map<String, Object> values) {
        var all = new HashMap<>(values);
        all.putIfAbsent("host", "mail.example.org");
        return SmtpSettings.of((SmtpConfig) Proxy.newProxyInstance(
                SmtpSettingsTest.class.getClassLoader(),
                new Class<?>[] {SmtpConfig.class},
                (self, method, arguments) -> method.getDeclaringClass() == Annotation.class
                        ? null
                        : all.getOrDefault(method.getName(), method.getDefaultValue())));
    }

    @ParameterizedTest
    @CsvSource({"none, 25", "starttls, 587", "tls, 465"})
    void thePortFollowsTheEncryptionUnlessItIsGiven(String mode, int port) {
        assertThat(of(Map.of("tlsMode", mode)).port()).isEqualTo(port);
        assertThat(of(Map.of("tlsMode", mode, "port", 2525)).port()).isEqualTo(2525);
    }

    @Test
    void whatIsLeftOutHasItsDefault() {
        var settings = of(Map.of());
        assertThat(settings.tls()).isEqualTo(Tls.STARTTLS);
        assertThat(settings.user()).isNull();
        assertThat(settings.envelopeFrom()).isNull();
        assertThat(settings.endOfDataTimeout()).isEqualTo(Duration.ofMinutes(10));
    }

    @ParameterizedTest
    @CsvSource({
        "port, -1, 0 to 65535",
        "port, 65536, 0 to 65535",
        "connectTimeoutSeconds, 0, 1 to 300",
        "connectTimeoutSeconds, 301, 1 to 300",
        "replyTimeoutSeconds, 0, 1 to 600",
        "replyTimeoutSeconds, 601, 1 to 600",
        "endOfDataTimeoutSeconds, 0, 1 to 3600",
        "endOfDataTimeoutSeconds, 3601, 1 to 3600",
        "maxConnections, 0, 1 to 100",
        "maxConnections, 101, 1 to 100",
        "idleSeconds, -1, 0 to 3600",
        "idleSeconds, 3601, 0 to 3600",
        "messagesPerConnection, 0, 1 to 100000",
        "messagesPerConnection, 100001, 1 to 100000"
    })
    void aNumberOutOfRangeIsNamedWithItsRange(String key, int value, String range) {
        assertThatThrownBy(() -> of(Map.of(key, value)))
                .hasMessage("dev.seneschal.mail.smtp: " + key + " is '" + value + "'; it must be " + range + ".");
    }

    @ParameterizedTest
    @CsvSource({
        "host, '', the name or address of a mail server",
        "host, 'a b', the name or address of a mail server",
        "tlsMode, ssl, 'none, starttls or tls'",
        "trustFile, /no/such/file, a file that this process can read",
        "fromDomain, 'a b', a domain name",
        "envelopeFrom, nobody, a mail address in ASCII"
    })
    void aTextThatCannotBeIsNamedWithWhatCould(String key, String value, String allowed) {
        assertThatThrownBy(() -> of(Map.of(key, value)))
                .hasMessage("dev.seneschal.mail.smtp: " + key + " is '" + value + "'; it must be " + allowed + ".");
    }

    @Test
    void aUserNeedsAFileWithThePassword() {
        assertThatThrownBy(() -> of(Map.of("user", "ann")))
                .hasMessage(
                        "dev.seneschal.mail.smtp: passwordFile is ''; it must be the file with the password of user ann.");
        assertThatThrownBy(() -> of(Map.of("user", "ann", "passwordFile", "/no/such/file")))
                .hasMessageContaining("passwordFile is '/no/such/file'; it must be a file that this process can read");
    }
}
