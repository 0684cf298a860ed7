package dev.seneschal.audit.note;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** A file in which someone kept checkpoints. */
public final class CheckpointFile {

    private CheckpointFile() {}

    /**
     * Reads the checkpoints.
     *
     * @throws IOException if it cannot be read or holds no checkpoint, or something else; the message names the file
     */
    public static List<SignedNote> read(Path file) throws IOException {
        try {
            return Notes.given(Files.readString(file, StandardCharsets.UTF_8));
        } catch (NoSuchFileException e) {
            throw new IOException("There is no file " + file, e);
        } catch (IOException | IllegalArgumentException e) {
            throw new IOException("The checkpoints in " + file + " cannot be read: " + e.getMessage(), e);
        }
    }
}
