package dev.seneschal.audit.online;

import dev.seneschal.api.storage.Storage;
import dev.seneschal.audit.note.Notes;
import dev.seneschal.audit.note.VerifierKey;
import dev.seneschal.audit.offline.BundleFormat;
import dev.seneschal.audit.tree.Tiles;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HexFormat;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Writes the log, up to its last checkpoint, into a bundle that can be verified anywhere. Safe for use by any thread. */
@Component(service = Export.class)
public final class Export {

    private static final String README =
            """
            A Seneschal journal: entries, the hashes of their RFC 6962 tree, signed checkpoints, public keys.

            Verify it with the jar of the audit bundle and nothing else:

              java -jar seneschal-audit.jar THIS_FILE --key NAME+ID+KEY --checkpoint KEPT_BEFORE

            The key is one you were given before, not the one in here. Keep the last note of checkpoints.txt for next time:
            whoever shortens or rewrites the journal until then contradicts it.
            """;

    private final Storage storage;

    @Activate
    public Export(@Reference(target = "(schema=audit)") Storage storage) {
        this.storage = storage;
    }

    /**
     * Writes the bundle; the file is there whole or not at all.
     *
     * @return how many entries it holds
     * @throws IOException if it cannot be written, or exists already
     */
    public long write(Path file) throws IOException {
        if (Files.exists(file)) {
            throw new IOException(file + " exists already");
        }
        var target = file.toAbsolutePath();
        var temporary = Files.createTempFile(target.getParent(), "journal", ".part");
        try {
            var log = new DatabaseLog(storage);
            try (var zip = new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(temporary)))) {
                write(log, zip);
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            return log.signed();
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static void write(DatabaseLog log, ZipOutputStream zip) throws IOException {
        text(zip, BundleFormat.README, README);
        text(zip, BundleFormat.ORIGIN, log.origin() + "\n");
        text(
                zip,
                BundleFormat.KEYS,
                log.keys().stream().map(VerifierKey::toString).collect(Collectors.joining("\n", "", "\n")));
        zip.putNextEntry(new ZipEntry(BundleFormat.CHECKPOINTS));
        for (var notes = log.checkpoints(); notes.hasNext(); ) {
            write(zip, Notes.framed(notes.next()));
        }
        zip.closeEntry();
        zip.putNextEntry(new ZipEntry(BundleFormat.ENTRIES));
        log.texts(log.signed(), text -> write(zip, line(text)));
        zip.closeEntry();
        tiles(log, zip);
    }

    private static String line(EntryText text) {
        var salt = text.salt() == null ? BundleFormat.GONE : HexFormat.of().formatHex(text.salt());
        var canonical = text.canonical() == null ? BundleFormat.GONE : text.canonical();
        return text.index() + "\t" + text.id() + "\t" + salt + "\t" + canonical + "\n";
    }

    private static void tiles(DatabaseLog log, ZipOutputStream zip) throws IOException {
        for (int level = 0; log.signed() >> (8 * level) > 0; level++) {
            long hashes = log.signed() >> (8 * level);
            for (long position = 0; position * Tiles.WIDTH < hashes; position++) {
                var tile = log.tile(level, position);
                if (tile != null) {
                    zip.putNextEntry(new ZipEntry(BundleFormat.tile(level, position)));
                    zip.write(DatabaseLog.upTo(log.signed(), level, position, tile));
                    zip.closeEntry();
                }
            }
        }
    }

    private static void text(ZipOutputStream zip, String name, String text) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        write(zip, text);
        zip.closeEntry();
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }
}
