package dev.seneschal.storage.embedded;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL data directory and the processes on it. Not thread safe.
 *
 * <p>PostgreSQL refuses to run as root. A host that does run as root starts it in a user namespace of its own, where the
 * same user has another number.
 */
final class Cluster {

    private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);
    private static final int PATIENCE_SECONDS = 60;
    private static final int LAST_LINES = 5;

    private final Path programs;
    private final Path data;
    private final PostmasterFile postmaster;
    private final boolean root = "root".equals(System.getProperty("user.name"))
            && System.getProperty("os.name").contains("Linux");
    private Process guard;

    /**
     * Names the directories; touches neither.
     *
     * @param programs the unpacked programs
     * @param data the data directory
     */
    Cluster(Path programs, Path data) {
        this.programs = programs;
        this.data = data;
        this.postmaster = new PostmasterFile(data);
    }

    /** Makes the data directory if there is none; one that is there is complete, because it is moved into place whole. */
    void create(Passwords passwords) throws IOException {
        if (Files.exists(data.resolve("PG_VERSION"))) {
            checkVersion();
            return;
        }
        var part = data.resolveSibling(data.getFileName() + ".part");
        Binaries.delete(part);
        var secret = Files.createTempFile(data.getParent(), "superuser", ".part");
        try {
            Files.writeString(secret, passwords.of(Passwords.SUPERUSER));
            run(
                    "initdb",
                    List.of(
                            "--pgdata=" + part,
                            "--username=" + Passwords.SUPERUSER,
                            "--auth=scram-sha-256",
                            "--pwfile=" + secret,
                            "--encoding=UTF8",
                            "--locale=C",
                            "--locale-provider=builtin",
                            "--builtin-locale=C.UTF-8"));
        } finally {
            Files.delete(secret);
        }
        Files.move(part, data, StandardCopyOption.ATOMIC_MOVE);
    }

    private void checkVersion() throws IOException {
        var version = Files.readString(data.resolve("PG_VERSION")).strip();
        var offered = run("postgres", List.of("--version"))
                .replaceAll("\\D+(\\d+).*", "$1")
                .strip();
        if (!version.equals(offered)) {
            throw new IOException("The data in " + data + " is of PostgreSQL " + version + ", this host brings "
                    + offered + "; dump it with the old release and load it into the new one.");
        }
    }

    /**
     * Starts the server on the loopback address and returns when it accepts connections. Ends one that was left over. Only
     * for a caller who holds the directory's lock.
     *
     * @throws PortTakenException if another process listens there
     */
    void start(int port, int sharedBuffersMegabytes) throws IOException {
        stop();
        postmaster.deleteIfStale();
        if (!isFree(port)) {
            throw new PortTakenException(port);
        }
        Files.deleteIfExists(startLog());
        var settings = String.join(
                " ",
                "-c listen_addresses=127.0.0.1",
                "-c port=" + port,
                "-c unix_socket_directories=",
                "-c shared_buffers=" + sharedBuffersMegabytes + "MB",
                "-c max_connections=100",
                "-c timezone=UTC",
                "-c log_timezone=UTC",
                "-c logging_collector=on",
                "-c log_directory=log",
                "-c log_filename=postgresql-%a.log",
                "-c log_truncate_on_rotation=on",
                "-c log_rotation_age=1440",
                "-c log_rotation_size=0");
        try {
            run(
                    "pg_ctl",
                    List.of(
                            "--pgdata=" + data,
                            "--options=" + settings,
                            "--log=" + startLog(),
                            "--wait",
                            "--timeout=" + PATIENCE_SECONDS,
                            "start"));
        } catch (IOException e) {
            throw new IOException(e.getMessage() + lastWords(), e);
        }
        guard();
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.isBound();
        } catch (IOException e) {
            LOG.debug("Port {} cannot be bound", port, e);
            return false;
        }
    }

    private Path startLog() {
        return data.resolveSibling("start.log");
    }

    /** The server speaks to the first file until it has opened its own log, then to that one. */
    private String lastWords() throws IOException {
        var files = new ArrayList<>(List.of(startLog()));
        if (Files.isDirectory(data.resolve("log"))) {
            try (var logs = Files.list(data.resolve("log"))) {
                logs.max(Comparator.comparing(log -> log.toFile().lastModified()))
                        .ifPresent(files::add);
            }
        }
        var words = new StringBuilder();
        for (var file : files) {
            if (Files.exists(file)) {
                var lines = Files.readAllLines(file, StandardCharsets.UTF_8);
                words.append("; ").append(file.getFileName()).append(" ends with: ");
                words.append(String.join(" | ", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size())));
            }
        }
        return words.toString();
    }

    /** Returns the server process, if it runs. */
    Optional<ProcessHandle> process() throws IOException {
        return postmaster.process();
    }

    /** Stops the server, if it runs, and returns when it has stopped. */
    void stop() throws IOException {
        if (process().isPresent()) {
            run(
                    "pg_ctl",
                    List.of(
                            "--pgdata=" + data,
                            "--mode=fast",
                            "--wait",
                            "--timeout=" + PATIENCE_SECONDS,
                            "--silent",
                            "stop"));
        }
        if (guard != null) {
            guard.destroy();
            guard = null;
        }
    }

    /**
     * Starts a process that does nothing but wait for its input to end, which happens when the host ends, in whatever way,
     * and then stops the server.
     */
    private void guard() throws IOException {
        var command = new ArrayList<>(List.of("/bin/sh", "-c", "cat > /dev/null; exec \"$@\"", "sh"));
        command.addAll(command("pg_ctl", List.of("--pgdata=" + data, "--mode=fast", "--silent", "stop")));
        guard = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private List<String> command(String program, List<String> arguments) {
        var command = new ArrayList<String>();
        if (root) {
            command.addAll(List.of("unshare", "--user"));
        }
        command.add(programs.resolve("bin").resolve(program).toString());
        command.addAll(arguments);
        return command;
    }

    /** Runs a program to its end and returns what it printed. */
    private String run(String program, List<String> arguments) throws IOException {
        var command = command(program, arguments);
        LOG.debug("Running {}", command);
        // A file, not a pipe: the server inherits pg_ctl's output and would hold a pipe open for as long as it runs.
        var output = File.createTempFile(program, ".out", data.getParent().toFile());
        try {
            var process = new ProcessBuilder(command)
                    .directory(data.getParent().toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output)
                    .start();
            process.getOutputStream().close();
            boolean ended = process.waitFor(PATIENCE_SECONDS + 10L, TimeUnit.SECONDS);
            var said = Files.readString(output.toPath(), StandardCharsets.UTF_8).strip();
            if (!ended) {
                process.destroyForcibly();
                throw new IOException(program + " did not end within " + (PATIENCE_SECONDS + 10) + " s: " + said);
            }
            if (process.exitValue() != 0) {
                throw new IOException(program + " ended with " + process.exitValue() + ": " + said + hint(said));
            }
            return said;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(program + " was interrupted", e);
        } finally {
            Files.delete(output.toPath());
        }
    }

    private String hint(String said) {
        return root && said.contains("unshare")
                ? " (PostgreSQL does not run as root and this system allows no user namespace: run the host as another"
                        + " user, or configure a server in etc/dev.seneschal.storage.server.cfg)"
                : "";
    }
}
