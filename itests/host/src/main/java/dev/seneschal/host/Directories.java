package dev.seneschal.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.function.Predicate;

/** Whole directories. */
final class Directories {

    private Directories() {}

    /** Deletes a directory with all that is in it. */
    static void delete(Path directory) throws IOException {
        delete(directory, path -> true);
    }

    /** Deletes what matches in a directory, and the directory itself if it does. */
    static void delete(Path directory, Predicate<Path> matches) throws IOException {
        try (var paths = Files.walk(directory)) {
            for (var path :
                    paths.filter(matches).sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
