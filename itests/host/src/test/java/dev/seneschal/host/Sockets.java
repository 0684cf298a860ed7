package dev.seneschal.host;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What a process and its children listen on, as Linux tells it. */
final class Sockets {

    private static final String LISTEN = "0A";

    private Sockets() {}

    static List<InetSocketAddress> listening(ProcessHandle process) throws IOException {
        var inodes = new HashSet<String>();
        for (var one : Stream.concat(Stream.of(process), process.descendants()).toList()) {
            inodes.addAll(inodes(one));
        }
        return Stream.of("/proc/net/tcp", "/proc/net/tcp6")
                .flatMap(Sockets::lines)
                .map(line -> line.strip().split("\\s+"))
                .filter(columns -> columns[3].equals(LISTEN) && inodes.contains(columns[9]))
                .map(columns -> address(columns[1]))
                .toList();
    }

    private static Set<String> inodes(ProcessHandle process) throws IOException {
        var inodes = new HashSet<String>();
        try (var descriptors = Files.list(Path.of("/proc", Long.toString(process.pid()), "fd"))) {
            for (var descriptor : descriptors.toList()) {
                // A descriptor may be closed between the listing and the reading.
                if (Files.isSymbolicLink(descriptor)) {
                    var target = Files.readSymbolicLink(descriptor).toString();
                    if (target.startsWith("socket:[")) {
                        inodes.add(target.substring("socket:[".length(), target.length() - 1));
                    }
                }
            }
        }
        return inodes;
    }

    private static Stream<String> lines(String file) {
        try {
            return Files.readAllLines(Path.of(file)).stream().skip(1);
        } catch (IOException e) {
            throw new IllegalStateException(file + " cannot be read; this test needs Linux.", e);
        }
    }

    /** The address stands in words of four bytes, each in the machine's order, which is little-endian wherever this runs. */
    private static InetSocketAddress address(String text) {
        var parts = text.split(":");
        var bytes = HexFormat.of().parseHex(parts[0]);
        var ordered = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            ordered[i] = bytes[i / 4 * 4 + 3 - i % 4];
        }
        try {
            return new InetSocketAddress(InetAddress.getByAddress(ordered), Integer.parseInt(parts[1], 16));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
