package dev.seneschal.mail.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.seneschal.api.health.HealthProbe;
import dev.seneschal.api.mail.InvalidMailException;
import dev.seneschal.api.mail.MailMessage;
import dev.seneschal.api.mail.MailMessage.Mailbox;
import dev.seneschal.api.mail.MailResult;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.mail.smtp.SmtpSettings.Tls;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.internet.MimeUtility;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SmtpTransportTest {

    private static final Clock NOON = Clock.fixed(Instant.parse("2026-11-22T12:00:00Z"), ZoneOffset.UTC);

    @TempDir
    private static Path certificates;

    private static TestCertificate localhost;
    private static TestCertificate elsewhere;

    @TempDir
    private Path folder;

    @BeforeAll
    static void makeCertificates() throws Exception {
        localhost = TestCertificate.of(certificates, "localhost");
        elsewhere = TestCertificate.of(certificates, "elsewhere.example.org");
    }

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    private <T extends AutoCloseable> T closing(T resource) {
        open.add(resource);
        return resource;
    }

    private ScriptedServer server() throws IOException {
        return closing(new ScriptedServer());
    }

    private SmtpSettings settings(int port) {
        return new SmtpSettings(
                "localhost",
                port,
                Tls.NONE,
                null,
                null,
                null,
                "host.example.org",
                null,
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                2,
                Duration.ofSeconds(30),
                100);
    }

    private static SmtpSettings with(SmtpSettings s, Tls tls, Path trust, String user, Path password) {
        return new SmtpSettings(
                s.host(),
                s.port(),
                tls,
                trust,
                user,
                password,
                s.domain(),
                s.envelopeFrom(),
                s.connectTimeout(),
                s.replyTimeout(),
                s.endOfDataTimeout(),
                s.maxConnections(),
                s.idle(),
                s.messagesPerConnection());
    }

    private static SmtpSettings with(SmtpSettings s, Duration endOfData, Duration idle, int messages) {
        return new SmtpSettings(
                s.host(),
                s.port(),
                s.tls(),
                s.trustFile(),
                s.user(),
                s.passwordFile(),
                s.domain(),
                s.envelopeFrom(),
                s.connectTimeout(),
                s.replyTimeout(),
                endOfData,
                s.maxConnections(),
                idle,
                messages);
    }

    private SmtpTransport transport(SmtpSettings settings) throws IOException {
        return started(settings, NOON);
    }

    private SmtpTransport started(SmtpSettings settings, Clock clock) throws IOException {
        var transport = closing(new SmtpTransport(settings, clock));
        transport.start();
        return transport;
    }

    private static MailMessage message(String to, String text, String html) {
        return new MailMessage(
                TenantId.DEFAULT,
                "0001@example.org",
                new Mailbox("seneschal@example.org", "Seneschal"),
                new Mailbox(to, "Ann"),
                "Grüße aus Köln",
                text,
                html,
                Map.of("List-Unsubscribe", "<https://example.org/u/1>"));
    }

    private static MailMessage message() {
        return message("ann@example.org", "Hello", null);
    }

    @Test
    void aRealServerGetsTheMessageAsItIs() throws Exception {
        var green = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        green.start();
        closing(green::stop);
        green.setUser("seneschal", "s3cret");
        var password = Files.writeString(folder.resolve("password"), "s3cret\n");
        var transport = transport(with(settings(green.getSmtp().getPort()), Tls.NONE, null, "seneschal", password));
        var result = transport.send(message("ann@example.org", "Hallo Ännchen", "<p>Hallo Ännchen</p>"));
        assertThat(result).isInstanceOfSatisfying(MailResult.Accepted.class, accepted -> assertThat(accepted.provider())
                .isEqualTo(transport.name()));
        var received = green.getReceivedMessages()[0];
        assertThat(received.getMessageID()).isEqualTo("<0001@example.org>");
        assertThat(received.getSubject()).isEqualTo("Grüße aus Köln");
        assertThat(received.getFrom()[0]).hasToString("Seneschal <seneschal@example.org>");
        assertThat(received.getSentDate().toInstant()).isEqualTo(NOON.instant());
        assertThat(received.getHeader("Auto-Submitted")).containsExactly("auto-generated");
        assertThat(received.getHeader("List-Unsubscribe")).containsExactly("<https://example.org/u/1>");
        assertThat(received.getContentType()).startsWith("multipart/alternative");
        var parts = (MimeMultipart) received.getContent();
        assertThat(parts.getCount()).isEqualTo(2);
        assertThat(parts.getBodyPart(0).getContentType()).isEqualToIgnoringCase("text/plain; charset=UTF-8");
        assertThat(parts.getBodyPart(0).getContent()).isEqualTo("Hallo Ännchen");
        assertThat(parts.getBodyPart(1).getContentType()).isEqualToIgnoringCase("text/html; charset=UTF-8");
        assertThat(parts.getBodyPart(1).getContent()).isEqualTo("<p>Hallo Ännchen</p>");
    }

    @Test
    void aWrongPasswordDefersAndHealthSaysSo() throws Exception {
        var green = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        green.start();
        closing(green::stop);
        green.setUser("seneschal", "s3cret");
        var password = Files.writeString(folder.resolve("password"), "guess");
        var transport = transport(with(settings(green.getSmtp().getPort()), Tls.NONE, null, "seneschal", password));
        assertThat(transport.send(message())).isInstanceOf(MailResult.Deferred.class);
        assertThat(transport.check().status()).isEqualTo(HealthProbe.Status.DEGRADED);
        assertThat(transport.check().detail()).doesNotContain("guess");
    }

    @Test
    void aLoginThatTheServerDoesNotOfferDefers() throws Exception {
        var server = server();
        var password = Files.writeString(folder.resolve("password"), "x");
        var transport = transport(with(settings(server.port()), Tls.NONE, null, "u", password));
        assertThat(transport.send(message()))
                .isInstanceOfSatisfying(MailResult.Deferred.class, deferred -> assertThat(deferred.reason())
                        .contains("offers no login"));
        assertThat(server.messages).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "MAIL, 451 4.3.0 later, Deferred",
        "MAIL, 421 4.3.2 closing, Deferred",
        "MAIL, 530 5.7.0 log in first, Deferred",
        "MAIL, 550 5.7.1 not you, Refused",
        "MAIL, drop, Deferred",
        "RCPT, 450 4.2.1 busy, Deferred",
        "RCPT, 550 5.1.1 no such user, Refused",
        "RCPT, drop, Deferred",
        "DATA, 451 4.3.0 later, Deferred",
        "DATA, 554 5.5.1 nothing to say, Refused",
        "DATA, drop, Deferred",
        "data, drop, Deferred",
        "., 421 4.3.2 closing, Deferred",
        "., 451 4.3.0 later, Deferred",
        "., 552 5.3.4 too big, Refused",
        "., 251 forwarded, Accepted",
        "., drop, Unknown",
        "., silence, Unknown",
        "greeting, 554 go away, Deferred",
        "greeting, drop, Deferred",
    })
    void everyFaultHasItsResult(String command, String reply, String expected) throws Exception {
        var server = server().on(command, reply);
        var impatient = with(settings(server.port()), Duration.ofMillis(300), Duration.ofSeconds(30), 100);
        var result = transport(impatient).send(message("ann@example.org", "Hello\r\n".repeat(50_000), null));
        assertThat(result.getClass().getSimpleName()).as("%s", result).isEqualTo(expected);
        if (reply.contains(" ")) {
            assertThat(result.toString())
                    .contains(expected.equals("Deferred") && command.equals("greeting") ? "554" : reply);
        }
    }

    @Test
    void aRefusalThatIsFollowedByALostConnectionIsStillARefusal() throws Exception {
        var server = server().on(".", "552 5.3.4 too big").on("RSET", ScriptedServer.DROP);
        assertThat(transport(settings(server.port())).send(message()))
                .isEqualTo(new MailResult.Refused("552 5.3.4 too big"));
    }

    @Test
    void withoutAServerItIsDeferred() throws Exception {
        int port;
        try (var free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        assertThat(transport(settings(port)).send(message()))
                .isInstanceOfSatisfying(MailResult.Deferred.class, deferred -> assertThat(deferred.reason())
                        .contains("no connection to localhost:" + port));
    }

    @Test
    void oneConnectionCarriesManyMessages() throws Exception {
        var server = server();
        var transport = transport(settings(server.port()));
        for (int i = 0; i < 10; i++) {
            assertThat(transport.send(message())).isInstanceOf(MailResult.Accepted.class);
        }
        assertThat(server.connections).hasValue(1);
        assertThat(server.messages).hasSize(10);
    }

    @Test
    void aConnectionIsGivenUpAfterItsShareOfMessages() throws Exception {
        var server = server();
        var transport = transport(with(settings(server.port()), Duration.ofSeconds(5), Duration.ofSeconds(30), 4));
        for (int i = 0; i < 10; i++) {
            transport.send(message());
        }
        assertThat(server.connections).hasValue(3);
        assertThat(server.messages).hasSize(10);
    }

    @Test
    void aConnectionAtRestIsClosedInTime() throws Exception {
        var server = server();
        var transport = transport(with(settings(server.port()), Duration.ofSeconds(5), Duration.ofMillis(200), 100));
        transport.send(message());
        await().until(() -> server.commands.contains("QUIT"));
        await().until(() -> transport.check().detail().startsWith("0 connections"));
    }

    @Test
    void aConnectionThatDiedAtRestCostsNothing() throws Exception {
        var server = server();
        var transport = transport(settings(server.port()));
        transport.send(message());
        server.dropAll();
        assertThat(transport.send(message())).isInstanceOf(MailResult.Accepted.class);
        assertThat(server.connections).hasValue(2);
        assertThat(server.messages).hasSize(2);
    }

    @Test
    void neverMoreConnectionsThanConfigured() throws Exception {
        var server = server();
        var transport = transport(settings(server.port()));
        var all = IntStream.range(0, 40)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> transport.send(message())))
                .toList();
        for (var one : all) {
            assertThat(one.get(20, TimeUnit.SECONDS)).isInstanceOf(MailResult.Accepted.class);
        }
        assertThat(server.connections.get()).isBetween(1, 2);
        assertThat(server.messages).hasSize(40);
    }

    @Test
    void aCallerCanBeInterruptedBeforeData() throws Exception {
        var server = server().on("RCPT", ScriptedServer.SILENCE);
        var transport = transport(settings(server.port()));
        var result = new AtomicReference<MailResult>();
        var stillInterrupted = new AtomicReference<Boolean>();
        var caller = new Thread(() -> {
            result.set(transport.send(message()));
            stillInterrupted.set(Thread.currentThread().isInterrupted());
        });
        caller.start();
        assertThat(server.silent.await(10, TimeUnit.SECONDS)).isTrue();
        caller.interrupt();
        caller.join(4_000);
        assertThat(result.get()).isInstanceOf(MailResult.Deferred.class);
        assertThat(stillInterrupted.get()).isTrue();
    }

    @Test
    void aCallerWhoseMessageWaitsForAConnectionCanBeInterrupted() throws Exception {
        var server = server().on("MAIL", ScriptedServer.SILENCE);
        var transport = transport(settings(server.port()));
        var sending = IntStream.range(0, 2)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> transport.send(message())))
                .toList();
        await().until(() ->
                server.commands.stream().filter(line -> line.startsWith("MAIL")).count() == 2);
        var result = new CompletableFuture<MailResult>();
        var caller = new Thread(() -> result.complete(transport.send(message())));
        caller.start();
        await().until(() -> caller.getState() == Thread.State.TIMED_WAITING);
        caller.interrupt();
        assertThat(result.get(10, TimeUnit.SECONDS)).isEqualTo(new MailResult.Deferred("stopped before it was sent"));
        assertThat(sending).noneMatch(CompletableFuture::isDone);
    }

    @Test
    void whatCannotBeWrittenIsNotTakenForTheMessageBefore() throws Exception {
        var server = server();
        var broken = new AtomicBoolean();
        var transport = started(settings(server.port()), new BreakingClock(broken));
        assertThat(transport.send(message())).isInstanceOf(MailResult.Accepted.class);
        broken.set(true);
        assertThat(transport.send(message())).isInstanceOf(MailResult.Deferred.class);
        broken.set(false);
        assertThat(transport.send(message())).isInstanceOf(MailResult.Accepted.class);
        assertThat(server.messages).hasSize(2);
        assertThat(server.connections).as("the connection is none the worse").hasValue(1);
    }

    /** A clock that fails as the mail library does while a message is being written. */
    private static final class BreakingClock extends Clock {

        private final AtomicBoolean broken;

        BreakingClock(AtomicBoolean broken) {
            this.broken = broken;
        }

        @Override
        public Instant instant() {
            if (broken.get()) {
                throw BreakingClock.<RuntimeException>unchecked(new MessagingException("broken"));
            }
            return NOON.instant();
        }

        @SuppressWarnings("unchecked")
        private static <X extends Exception> X unchecked(Exception failure) throws X {
            throw (X) failure;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    @Test
    void afterDataAnInterruptedCallerWaitsForTheVerdict() throws Exception {
        var server = server().on(".", ScriptedServer.SILENCE);
        var transport = transport(with(settings(server.port()), Duration.ofMillis(500), Duration.ofSeconds(30), 100));
        var result = new AtomicReference<MailResult>();
        var caller = new Thread(() -> result.set(transport.send(message())));
        caller.start();
        assertThat(server.silent.await(10, TimeUnit.SECONDS)).isTrue();
        caller.interrupt();
        caller.join(10_000);
        assertThat(result.get()).isInstanceOf(MailResult.Unknown.class);
    }

    @Test
    void starttlsEncryptsAndRefusesToGoOnWithout() throws Exception {
        var server = closing(new ScriptedServer(localhost.context(), false)).offering("STARTTLS");
        var secure = with(settings(server.port()), Tls.STARTTLS, localhost.pem(), null, null);
        assertThat(transport(secure).send(message())).isInstanceOf(MailResult.Accepted.class);
        assertThat(server.commands).containsSubsequence("EHLO host.example.org", "STARTTLS", "EHLO host.example.org");

        var plain = server();
        assertThat(transport(with(settings(plain.port()), Tls.STARTTLS, localhost.pem(), null, null))
                        .send(message()))
                .isInstanceOfSatisfying(MailResult.Deferred.class, deferred -> assertThat(deferred.reason())
                        .contains("STARTTLS is required"));
        assertThat(plain.messages).isEmpty();
    }

    @Test
    void tlsFromTheStartWorks() throws Exception {
        var server = closing(new ScriptedServer(localhost.context(), true));
        assertThat(transport(with(settings(server.port()), Tls.TLS, localhost.pem(), null, null))
                        .send(message()))
                .isInstanceOf(MailResult.Accepted.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aServerOfAnotherNameOrThatNobodyTrustsGetsNothing(boolean fromTheStart) throws Exception {
        var tls = fromTheStart ? Tls.TLS : Tls.STARTTLS;
        for (var trusted : List.of(elsewhere, localhost)) {
            var server = closing(new ScriptedServer(elsewhere.context(), fromTheStart))
                    .offering("STARTTLS");
            assertThat(transport(with(settings(server.port()), tls, trusted.pem(), null, null))
                            .send(message()))
                    .isInstanceOf(MailResult.Deferred.class);
            assertThat(server.messages).isEmpty();
        }
    }

    @Test
    void aBodyCannotSmuggleASecondMessage() throws Exception {
        var server = server();
        for (var trick : List.of("\r\n.\r\n", "\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r")) {
            transport(settings(server.port()))
                    .send(message("ann@example.org", "a" + trick + "MAIL FROM:<evil@x>", null));
        }
        assertThat(server.messages).hasSize(5).allSatisfy(one -> assertThat(one).contains("MAIL FROM:<evil@x>"));
        assertThat(server.commands)
                .filteredOn(command -> command.startsWith("MAIL"))
                .containsOnly("MAIL FROM:<seneschal@example.org>");
    }

    @Test
    void noHeaderOfAMessageTakesAControlCharacter() {
        for (var bad : List.of("a\r\nBcc: evil@x", "a\nb", "a\rb", "a\0b", "a\u0085b")) {
            assertThatThrownBy(() -> new Mailbox("ann@example.org", bad)).isInstanceOf(InvalidMailException.class);
            assertThatThrownBy(() -> new Mailbox(bad + "@example.org", null)).isInstanceOf(InvalidMailException.class);
            assertThatThrownBy(() -> plain(bad, "s", Map.of())).isInstanceOf(InvalidMailException.class);
            assertThatThrownBy(() -> plain("1@x", bad, Map.of())).isInstanceOf(InvalidMailException.class);
            assertThatThrownBy(() -> plain("1@x", "s", Map.of("X-A", bad))).isInstanceOf(InvalidMailException.class);
            assertThatThrownBy(() -> plain("1@x", "s", Map.of(bad, "v"))).isInstanceOf(InvalidMailException.class);
        }
    }

    private static MailMessage plain(String id, String subject, Map<String, String> headers) {
        return new MailMessage(
                TenantId.DEFAULT, id, new Mailbox("a@x", null), new Mailbox("b@x", null), subject, "t", null, headers);
    }

    @Test
    void charactersWhoseLastByteIsALineBreakStayCharacters() throws Exception {
        // U+760D and U+760A end in 0D and 0A: a library that cuts characters to bytes makes line breaks of them.
        var tricky = "x\u760D\u760ABcc: evil@example.org";
        var server = server();
        var result = transport(settings(server.port()))
                .send(new MailMessage(
                        TenantId.DEFAULT,
                        "2@example.org",
                        new Mailbox("a@example.org", tricky),
                        new Mailbox("b@example.org", tricky),
                        tricky,
                        "t",
                        null,
                        Map.of("X-Tricky", tricky)));
        assertThat(result).isInstanceOf(MailResult.Accepted.class);
        assertThat(server.messages.get(0).lines()).noneMatch(line -> line.startsWith("Bcc"));
        var subject = server.messages
                .get(0)
                .replace("\r\n ", " ")
                .lines()
                .filter(line -> line.startsWith("Subject: "))
                .findFirst()
                .orElseThrow();
        assertThat(MimeUtility.decodeText(subject.substring("Subject: ".length())))
                .isEqualTo(tricky);
        assertThat(server.commands).doesNotContain("RCPT TO:<evil@example.org>");
    }

    @Test
    void anAddressThatOnlySmtpUtf8CanCarryIsSentIfTheServerOffersItAndElseRefused() throws Exception {
        var server = server();
        var transport = transport(settings(server.port()));
        assertThat(transport.send(message("änne@example.org", "t", null)))
                .isInstanceOfSatisfying(MailResult.Refused.class, refused -> assertThat(refused.reason())
                        .contains("SMTPUTF8"));
        server.offering("8BITMIME", "SMTPUTF8");
        assertThat(transport.send(message("änne@example.org", "t", null))).isInstanceOf(MailResult.Accepted.class);
        assertThat(server.commands)
                .contains("MAIL FROM:<seneschal@example.org> SMTPUTF8", "RCPT TO:<änne@example.org>");
    }

    @Test
    void aDomainThatIsNotAsciiIsSentInAscii() throws Exception {
        var server = server();
        transport(settings(server.port())).send(message("ann@bücher.example", "t", null));
        assertThat(server.commands).contains("RCPT TO:<ann@xn--bcher-kva.example>");
    }

    @Test
    void linesStayWithinWhatSmtpAllows() throws Exception {
        var server = server();
        var wide = message("ann@example.org", "x".repeat(5_000), "<p>" + "y".repeat(5_000) + "</p>");
        assertThat(transport(settings(server.port())).send(wide)).isInstanceOf(MailResult.Accepted.class);
        assertThat(server.messages.get(0).lines()).allMatch(line -> line.length() <= 998);
    }

    @ParameterizedTest
    @ValueSource(strings = {"From", "bcc", "Content-Type", "Message-ID"})
    void aHeaderThatIsTheTransportsOwnIsRefused(String name) throws Exception {
        var server = server();
        assertThat(transport(settings(server.port())).send(plain("1@x", "s", Map.of(name, "v"))))
                .isInstanceOf(MailResult.Refused.class);
        assertThat(server.messages).isEmpty();
    }

    @Test
    void closingStopsWhatTheServerHasNotBeenGiven() throws Exception {
        var server = server().on("MAIL", ScriptedServer.SILENCE);
        var transport = transport(settings(server.port()));
        var waiting = CompletableFuture.supplyAsync(() -> transport.send(message()));
        assertThat(server.silent.await(10, TimeUnit.SECONDS)).isTrue();
        transport.close();
        assertThat(waiting.get(5, TimeUnit.SECONDS)).isInstanceOf(MailResult.Deferred.class);
        assertThat(transport.send(message())).isEqualTo(new MailResult.Deferred("the transport stops"));
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .doesNotContain("seneschal-smtp-send", "seneschal-smtp-idle");
    }
}
