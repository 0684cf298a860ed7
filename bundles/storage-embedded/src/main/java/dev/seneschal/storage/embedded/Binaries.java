package dev.seneschal.storage.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** The server's programs, unpacked once from this bundle. Not thread safe. */
final class Binaries {

    private static final String PREFIX = "programs-";

    private Binaries() {}

    /**
     * Makes sure the programs for this machine are unpacked, in a folder named after their content: another release of the
     * host brings others.
     *
     * @param home where their folder goes; one that is there is complete, because it is moved into place as a whole
     * @return the folder
     * @throws IOException if they cannot be written, or there are none for this machine
     */
    static Path unpack(Path home) throws IOException {
        var folder = home.resolve(PREFIX + digest());
        if (Files.isDirectory(folder)) {
            return folder;
        }
        var parts = folder.resolveSibling(folder.getFileName() + ".part");
        delete(parts);
        try (var in = archive()) {
            extract(new TarArchiveInputStream(in), parts);
        }
        Files.move(parts, folder, StandardCopyOption.ATOMIC_MOVE);
        return folder;
    }

    /** Deletes the programs of other releases, for a caller whose server runs from this folder. */
    static void deleteOthers(Path folder) throws IOException {
        try (var siblings = Files.newDirectoryStream(folder.getParent(), PREFIX + "*")) {
            for (var sibling : siblings) {
                if (!sibling.equals(folder)) {
                    delete(sibling);
                }
            }
        }
    }

    private static InputStream archive() throws IOException {
        return resource(".tar");
    }

    /** Comes from the build: to compute it took a second of each start. */
    private static String digest() throws IOException {
        try (var in = resource(".tar.sha256")) {
            return new String(in.readNBytes(12), StandardCharsets.US_ASCII);
        }
    }

    private static InputStream resource(String suffix) throws IOException {
        var in = Binaries.class.getResourceAsStream("/postgres-" + platform() + suffix);
        if (in == null) {
            throw new IOException("There is no embedded PostgreSQL for " + platform()
                    + "; configure a server of your own in etc/dev.seneschal.storage.server.cfg.");
        }
        return in;
    }

    private static String platform() {
        var os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        var arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        var system = os.contains("mac") ? "darwin" : os.contains("linux") ? "linux" : os.replace(' ', '-');
        var processor =
                switch (arch) {
                    case "amd64", "x86_64" -> "x86_64";
                    case "aarch64", "arm64" -> "arm_64";
                    default -> arch;
                };
        return system + "-" + processor;
    }

    private static void extract(TarArchiveInputStream tar, Path root) throws IOException {
        for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
            var target = root.resolve(entry.getName()).normalize();
            if (!target.startsWith(root)) {
                throw new IOException("The archive names a file outside its folder: " + entry.getName());
            }
            if (entry.isDirectory()) {
                Files.createDirectories(target);
            } else if (entry.isSymbolicLink()) {
                Files.createDirectories(target.getParent());
                Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
            } else {
                Files.createDirectories(target.getParent());
                Files.copy(tar, target);
                Files.setPosixFilePermissions(target, permissions(entry.getMode()));
            }
        }
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        var permissions = EnumSet.of(
                PosixFilePermission.OWNER_READ,
                PosixFilePermission.OWNER_WRITE,
                PosixFilePermission.GROUP_READ,
                PosixFilePermission.OTHERS_READ);
        if ((mode & 0100) != 0) {
            permissions.addAll(EnumSet.of(
                    PosixFilePermission.OWNER_EXECUTE,
                    PosixFilePermission.GROUP_EXECUTE,
                    PosixFilePermission.OTHERS_EXECUTE));
        }
        return permissions;
    }

    /** Deletes a folder and what is in it, if it is there. */
    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (var paths = Files.walk(folder)) {
            paths.sorted(Comparator.reverseOrder()).forEach(path -> {
                try {
                    Files.delete(path);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
