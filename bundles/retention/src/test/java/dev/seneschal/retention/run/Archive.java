package dev.seneschal.retention.run;

import com.github.luben.zstd.ZstdInputStream;
import dev.seneschal.retention.Host;
import dev.seneschal.retention.segment.Content;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.postgresql.PGConnection;

/** The archive as a test looks at it. */
final class Archive {

    private final Host host;
    private final Path root;

    Archive(Host host, Path root) {
        this.host = host;
        this.root = root;
    }

    List<Path> files() throws IOException {
        try (var walk = Files.walk(root)) {
            return walk.filter(Files::isRegularFile).sorted().toList();
        }
    }

    /** Returns the names of all files, also of those nobody should have left there. */
    List<String> names() throws IOException {
        return files().stream().map(file -> root.relativize(file).toString()).toList();
    }

    /** Returns the names of the files of the segments that may be relied upon. */
    List<String> verifiedNames() {
        return verified().stream()
                .filter(content -> content.rowFile() != null)
                .flatMap(content ->
                        Stream.of(content.rowFile(), content.rowFile() + ".manifest.json", content.keyFile()))
                .sorted()
                .toList();
    }

    /** Returns the content of every segment that may be relied upon. */
    List<Content> verified() {
        return host.scope().read(handle -> handle.createQuery(
                        """
                        SELECT content FROM retention_segments
                         WHERE state IN ('VERIFIED', 'DELETING', 'DONE', 'DONE_WITH_SURVIVORS')
                         ORDER BY run_id, ordinal""")
                .mapTo(String.class)
                .map(Content::parse)
                .list());
    }

    /** Reads every verified row of a table back into a temporary table of the same shape, called {@code restored}. */
    void restore(Handle handle, String table, String columns) throws Exception {
        handle.execute("CREATE TEMP TABLE restored (LIKE " + table + ")");
        var copy = handle.getConnection().unwrap(PGConnection.class).getCopyAPI();
        for (var content : verified()) {
            try (var in = new ZstdInputStream(Files.newInputStream(root.resolve(content.rowFile())))) {
                copy.copyIn("COPY pg_temp.restored (" + columns + ") FROM STDIN", in);
            }
        }
    }

    /** Returns the identifiers of the samples in verified segments. */
    List<Integer> sampleIds() throws Exception {
        var ids = new ArrayList<Integer>();
        for (var content : verified()) {
            try (var in = new ZstdInputStream(Files.newInputStream(root.resolve(content.rowFile())))) {
                new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
                        .lines()
                        .map(line -> Integer.valueOf(line.split("\t", -1)[1]))
                        .forEach(ids::add);
            }
        }
        return ids;
    }

    /** Changes one bit in the middle of a stored file. */
    static void flipBit(Path file) throws IOException {
        var bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
    }
}
