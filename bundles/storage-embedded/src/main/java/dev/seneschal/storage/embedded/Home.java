package dev.seneschal.storage.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server's directory, locked so that one host at a time uses it. Not thread safe; closing it ends the lock. */
final class Home implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Home.class);

    private final FileLock lock;

    private Home(FileLock lock) {
        this.lock = lock;
    }

    /**
     * Makes the directory, if it is not there, and locks it.
     *
     * @throws IOException if it cannot be used; says why and what to do
     */
    static Home open(Path directory) throws IOException {
        try {
            Files.createDirectories(directory);
            if (!Files.isWritable(directory)) {
                throw new IOException(notWritable(directory));
            }
            return new Home(lock(directory));
        } catch (FileSystemException e) {
            throw new IOException(
                    Files.exists(directory) && !Files.isDirectory(directory)
                            ? directory + " is not a directory; move it away or " + elsewhere()
                            : notWritable(directory),
                    e);
        }
    }

    private static String notWritable(Path directory) {
        return "the directory " + directory + " cannot be written; make it writable for user "
                + System.getProperty("user.name") + " or " + elsewhere();
    }

    private static String elsewhere() {
        return "set directory in etc/" + EmbeddedServer.PID + ".cfg";
    }

    private static FileLock lock(Path directory) throws IOException {
        var channel = FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            var taken = channel.tryLock();
            if (taken != null) {
                return taken;
            }
        } catch (OverlappingFileLockException e) {
            LOG.debug("Another component of this process holds the lock of {}", directory, e);
        }
        channel.close();
        throw new IOException("another host uses " + directory + "; stop it, or " + elsewhere());
    }

    @Override
    public void close() throws IOException {
        lock.acquiredBy().close();
    }
}
