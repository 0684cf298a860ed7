package dev.seneschal.storage.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file {@code postmaster.pid} in which a running server notes its process. A server that was killed leaves it behind,
 * and its number may since have gone to a stranger, or to a thread of this process: only a PostgreSQL server on the same
 * data counts. Immutable.
 */
final class PostmasterFile {

    private static final Logger LOG = LoggerFactory.getLogger(PostmasterFile.class);

    private final Path data;
    private final Path file;

    PostmasterFile(Path data) {
        this.data = data;
        this.file = data.resolve("postmaster.pid");
    }

    /** Returns the server's process, if it runs. */
    Optional<ProcessHandle> process() throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        return Files.readAllLines(file).stream()
                .findFirst()
                .map(String::strip)
                .filter(pid -> pid.matches("\\d{1,18}"))
                .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)))
                .filter(this::isServer);
    }

    private boolean isServer(ProcessHandle process) {
        var info = process.info();
        boolean postgres = info.command().filter(PostmasterFile::isPostgres).isPresent();
        var arguments = info.arguments().map(List::of).orElse(List.of());
        int option = arguments.indexOf("-D");
        return postgres
                && option >= 0
                && option + 1 < arguments.size()
                && isData(Path.of(arguments.get(option + 1)))
                && process.isAlive();
    }

    /** The system marks a program whose file was replaced meanwhile. */
    private static boolean isPostgres(String command) {
        return Path.of(command).getFileName().toString().matches("postgres( \\(deleted\\))?");
    }

    private boolean isData(Path path) {
        try {
            return Files.isSameFile(path, data);
        } catch (IOException e) {
            LOG.debug("{} is not there, so it is not {}", path, data, e);
            return false;
        }
    }

    /**
     * Deletes the file if no server of ours is behind it: PostgreSQL would not start while the number is someone's. Only
     * for a caller who holds the directory's lock.
     */
    void deleteIfStale() throws IOException {
        if (process().isEmpty() && Files.deleteIfExists(file)) {
            LOG.info("PostgreSQL was killed the last time; it recovers now: directory={}", data);
        }
    }
}
