package dev.seneschal.host;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/** The archive the assembly builds, unpacked and given ports and an administrator of its own. */
final class Distribution {

    /** An item of a list of features or of their repositories, on a line of its own, that is not the first. */
    private static final Pattern OURS =
            Pattern.compile(",\\s*\\\\\\R\\s*[^\\s,]*seneschal[^\\s,]*|(?<==) *\\\\\\R\\s*[^\\s,]*seneschal[^\\s,]*,");

    private final Path home;

    private Distribution(Path home) {
        this.home = home;
    }

    /** Unpacks the archive's one top-level directory into an empty one. */
    static Distribution unpack(Path archive, Path home) throws IOException {
        if (!Files.isRegularFile(archive)) {
            throw new IllegalStateException("There is no distribution at " + archive
                    + "; build it with: mvn -pl karaf-assembly -am package -DskipTests");
        }
        Files.createDirectories(home);
        try (var file = new BufferedInputStream(Files.newInputStream(archive));
                var tar = new TarArchiveInputStream(new GzipCompressorInputStream(file))) {
            for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                unpack(tar, entry, home);
            }
        }
        return new Distribution(home);
    }

    private static void unpack(TarArchiveInputStream tar, TarArchiveEntry entry, Path home) throws IOException {
        var name = entry.getName().substring(entry.getName().indexOf('/') + 1);
        var target = home.resolve(name).normalize();
        if (!target.startsWith(home)) {
            throw new IOException("The archive leaves its directory: " + entry.getName());
        }
        if (entry.isDirectory()) {
            Files.createDirectories(target);
            return;
        }
        Files.createDirectories(target.getParent());
        Files.copy(tar, target);
        if ((entry.getMode() & 0100) != 0) {
            Files.setPosixFilePermissions(target, EnumSet.allOf(PosixFilePermission.class));
        }
    }

    /** Makes the host listen on these ports. */
    void listenOn(Ports ports) throws IOException {
        set("org.apache.felix.http.cfg", "org.osgi.service.http.port", ports.http());
        set("org.apache.karaf.shell.cfg", "sshPort", ports.ssh());
        set("org.apache.karaf.management.cfg", "rmiRegistryPort", ports.rmiRegistry());
        set("org.apache.karaf.management.cfg", "rmiServerPort", ports.rmiServer());
    }

    /** Leaves a plain Karaf: nothing of Seneschal is known to it, started by it or in its repository. */
    void strip() throws IOException {
        var features = home.resolve("etc/org.apache.karaf.features.cfg");
        Files.writeString(features, OURS.matcher(Files.readString(features)).replaceAll(""));
        Directories.delete(home.resolve("system/dev/seneschal"));
    }

    /** Sets a key of a file in {@code etc/}, which it must hold or which is added. */
    void set(String file, String key, Object value) throws IOException {
        var path = home.resolve("etc").resolve(file);
        var text = Files.exists(path) ? Files.readString(path) : "";
        var line = Pattern.compile("(?m)^" + Pattern.quote(key) + "\\s*=.*$").matcher(text);
        var replacement = key + " = " + value;
        Files.writeString(
                path,
                line.find()
                        ? line.replaceFirst(Matcher.quoteReplacement(replacement))
                        : text + System.lineSeparator() + replacement + System.lineSeparator());
    }
}
