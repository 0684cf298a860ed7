package dev.seneschal.mail.smtp;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A mail server that answers as it is told, faults included. Listens on loopback. */
final class ScriptedServer implements AutoCloseable {

    /** Instead of a reply: closes the connection. */
    static final String DROP = "drop";
    /** Instead of a reply: says nothing until the server is closed. */
    static final String SILENCE = "silence";

    final List<String> commands = new CopyOnWriteArrayList<>();
    final List<String> messages = new CopyOnWriteArrayList<>();
    final AtomicInteger connections = new AtomicInteger();
    final CountDownLatch silent = new CountDownLatch(1);

    private final ServerSocket socket;
    private final SSLContext tls;
    private final boolean fromTheStart;
    private final Map<String, String> replies = new ConcurrentHashMap<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile String extensions = "";

    ScriptedServer() throws IOException {
        this(null, false);
    }

    ScriptedServer(SSLContext tls, boolean fromTheStart) throws IOException {
        this.tls = tls;
        this.fromTheStart = fromTheStart;
        this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    private static void start(Runnable task) {
        var thread = new Thread(task, "scripted-smtp");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return socket.getLocalPort();
    }

    /** Answers a command (greeting, EHLO, MAIL, RCPT, DATA, or "." for the end of the data) with something else. */
    ScriptedServer on(String command, String reply) {
        replies.put(command, reply);
        return this;
    }

    ScriptedServer usually(String command) {
        replies.remove(command);
        return this;
    }

    ScriptedServer offering(String... names) {
        extensions = String.join("\n", names);
        return this;
    }

    void dropAll() throws IOException {
        for (var one : open) {
            one.close();
        }
    }

    private void accept() {
        try {
            while (true) {
                var accepted = socket.accept();
                connections.incrementAndGet();
                open.add(accepted);
                start(() -> serve(accepted));
            }
        } catch (IOException e) {
            // The test is over.
        }
    }

    private void serve(Socket accepted) {
        try (var plain = accepted) {
            var now = fromTheStart ? encrypt(plain) : plain;
            var in = reader(now);
            var out = now.getOutputStream();
            if (!reply(now, out, "greeting", "220 scripted ESMTP")) {
                return;
            }
            for (var line = in.readLine(); line != null; line = in.readLine()) {
                commands.add(line);
                var verb = line.split(" ")[0].toUpperCase(Locale.ROOT);
                if (!reply(now, out, verb, usual(verb))) {
                    return;
                }
                if (verb.equals("STARTTLS")) {
                    now = encrypt(plain);
                    in = reader(now);
                    out = now.getOutputStream();
                } else if (verb.equals("DATA") && usualOrScripted("DATA").startsWith("354")) {
                    if (!data(now, in, out)) {
                        return;
                    }
                } else if (verb.equals("QUIT")) {
                    return;
                }
            }
        } catch (IOException e) {
            // The client went away, or the test is over.
        } finally {
            open.remove(accepted);
        }
    }

    private String usualOrScripted(String verb) {
        return replies.getOrDefault(verb, usual(verb));
    }

    private boolean data(Socket now, BufferedReader in, OutputStream out) throws IOException {
        if (DROP.equals(replies.get("data"))) {
            in.readLine();
            return false;
        }
        var message = new StringBuilder();
        for (var line = in.readLine(); line != null && !line.equals("."); line = in.readLine()) {
            message.append(line.startsWith(".") ? line.substring(1) : line).append("\r\n");
        }
        messages.add(message.toString());
        return reply(now, out, ".", "250 2.0.0 queued");
    }

    private String usual(String verb) {
        return switch (verb) {
            case "EHLO" -> ehlo();
            case "DATA" -> "354 go on";
            case "STARTTLS" -> "220 go on";
            case "QUIT" -> "221 bye";
            case "AUTH" -> "235 welcome";
            default -> "250 ok";
        };
    }

    private String ehlo() {
        if (extensions.isEmpty()) {
            return "250 scripted";
        }
        var names = extensions.split("\n");
        var text = new StringBuilder("250-scripted\r\n");
        for (int i = 0; i < names.length; i++) {
            text.append(i == names.length - 1 ? "250 " : "250-")
                    .append(names[i])
                    .append(i == names.length - 1 ? "" : "\r\n");
        }
        return text.toString();
    }

    private boolean reply(Socket now, OutputStream out, String command, String usual) throws IOException {
        var reply = replies.getOrDefault(command, usual);
        if (reply.equals(DROP)) {
            return false;
        }
        if (reply.equals(SILENCE)) {
            silent.countDown();
            try {
                closed.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return false;
        }
        out.write((reply + "\r\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
        if (reply.startsWith("421")) {
            now.close();
            return false;
        }
        return true;
    }

    private Socket encrypt(Socket plain) throws IOException {
        var encrypted = (SSLSocket) tls.getSocketFactory().createSocket(plain, null, plain.getPort(), true);
        encrypted.setUseClientMode(false);
        encrypted.startHandshake();
        return encrypted;
    }

    private static BufferedReader reader(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        socket.close();
        dropAll();
    }
}
