package dev.seneschal.notification.support;

import dev.seneschal.api.mail.MailMessage;
import dev.seneschal.api.mail.MailResult;
import dev.seneschal.api.mail.MailTransport;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** Answers as the test wants, and keeps what it was given. */
public final class FakeTransport implements MailTransport {

    private final List<MailMessage> sent = new CopyOnWriteArrayList<>();
    private volatile Function<MailMessage, MailResult> answer =
            message -> new MailResult.Accepted("fake", "250 2.0.0 Ok");

    /** Answers every message so from now on. */
    public void answer(MailResult result) {
        answer = message -> result;
    }

    /** Does this with every message from now on. */
    public void answer(Function<MailMessage, MailResult> how) {
        answer = how;
    }

    /** Returns what it was given, in order. */
    public List<MailMessage> sent() {
        return List.copyOf(sent);
    }

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public MailResult send(MailMessage message) {
        sent.add(message);
        return answer.apply(message);
    }
}
