package dev.seneschal.storage.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The passwords of the private server's roles, random, in a file only this user can read. Any user of the machine can
 * reach the loopback address, so the server asks for one. Immutable.
 */
final class Passwords {

    static final String SUPERUSER = "postgres";
    static final String OWNER = "seneschal_owner";
    static final String APPLICATION = "seneschal_app";

    private final Map<String, String> byRole;

    private Passwords(Map<String, String> byRole) {
        this.byRole = byRole;
    }

    /** Reads the file, or makes it. */
    static Passwords in(Path file) throws IOException {
        if (!Files.exists(file)) {
            write(file);
        }
        var byRole = new LinkedHashMap<String, String>();
        for (var line : Files.readAllLines(file)) {
            var parts = line.split(" ", 2);
            if (parts.length == 2) {
                byRole.put(parts[0], parts[1]);
            }
        }
        for (var role : List.of(SUPERUSER, OWNER, APPLICATION)) {
            if (!byRole.containsKey(role)) {
                throw new IOException("The file " + file + " holds no password for " + role
                        + "; restore it from a backup of this data directory.");
            }
        }
        return new Passwords(byRole);
    }

    private static void write(Path file) throws IOException {
        var random = new SecureRandom();
        var lines = new StringBuilder();
        for (var role : List.of(SUPERUSER, OWNER, APPLICATION)) {
            var secret = new byte[24];
            random.nextBytes(secret);
            lines.append(role)
                    .append(' ')
                    .append(HexFormat.of().formatHex(secret))
                    .append('\n');
        }
        var part = file.resolveSibling(file.getFileName() + ".part");
        Files.deleteIfExists(part);
        Files.createFile(part, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(part, lines, StandardCharsets.UTF_8);
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    }

    String of(String role) {
        return byRole.get(role);
    }
}
