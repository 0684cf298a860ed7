package dev.seneschal.retention.segment;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** The directory in which archived rows live. What it calls stored survives a power cut. Safe for use by any thread. */
public final class ArchiveDirectory {

    private static final String PARTIAL = ".part";

    private final Path root;

    /** Takes the directory; whether it can be used is for {@link #ready} to say. */
    public ArchiveDirectory(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    /**
     * Makes the directory if need be.
     *
     * @throws UnusableArchiveException if nothing can be written there, saying what to do
     */
    public void ready() throws UnusableArchiveException {
        try {
            Files.createDirectories(root);
            Files.delete(Files.createTempFile(root, "probe", PARTIAL));
        } catch (IOException e) {
            throw new UnusableArchiveException(
                    "dev.seneschal.retention: archiveDirectory is " + root + ", and nothing can be written there (" + e
                            + "). Make it writable for the host's user or name another directory.",
                    e);
        }
    }

    /** Returns the file of that name below the root. */
    Path resolve(String name) {
        var path = root.resolve(name).normalize();
        if (!path.startsWith(root)) {
            throw new IllegalArgumentException("'" + name + "' is not below the archive");
        }
        return path;
    }

    /** Begins a file; it has its name only once it is {@link Pending#store stored}. An earlier attempt is overwritten. */
    Pending begin(String name) throws IOException {
        var target = resolve(name);
        Files.createDirectories(target.getParent());
        var partial = target.resolveSibling(target.getFileName() + PARTIAL);
        return new Pending(
                target,
                partial,
                FileChannel.open(
                        partial,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING));
    }

    /** Returns the names of all files below a folder, also of those that were never stored. */
    List<String> names(String folder) throws IOException {
        var directory = resolve(folder);
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (var files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> root.relativize(file).toString().replace(File.separatorChar, '/'))
                    .toList();
        }
    }

    /** Removes a file, if it is there, and makes that last. */
    void delete(String name) throws IOException {
        var path = resolve(name);
        if (Files.deleteIfExists(path)) {
            sync(path.getParent());
        }
    }

    private static void sync(Path directory) throws IOException {
        try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** The directories on the way were new, perhaps; their entries must last too. */
    private void syncUpToRoot(Path from) throws IOException {
        for (var directory = from; directory.startsWith(root); directory = directory.getParent()) {
            sync(directory);
        }
    }

    /** A file that is being written. Not thread safe. */
    final class Pending implements AutoCloseable {

        private final Path target;
        private final Path partial;
        private final FileChannel channel;

        private Pending(Path target, Path partial, FileChannel channel) {
            this.target = target;
            this.partial = partial;
            this.channel = channel;
        }

        /** Returns where to write; closing it closes the file too early, so it ignores that. */
        OutputStream output() {
            var out = Channels.newOutputStream(channel);
            return new OutputStream() {
                @Override
                public void write(int b) throws IOException {
                    out.write(b);
                }

                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                    out.write(bytes, offset, length);
                }
            };
        }

        /** Puts the bytes on disk, gives the file its name, and puts that on disk. */
        void store() throws IOException {
            channel.force(true);
            channel.close();
            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
            syncUpToRoot(target.getParent());
        }

        @Override
        public void close() throws IOException {
            channel.close();
            Files.deleteIfExists(partial);
        }
    }
}
