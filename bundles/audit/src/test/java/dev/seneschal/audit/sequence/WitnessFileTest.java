package dev.seneschal.audit.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seneschal.audit.note.Notes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WitnessFileTest {

    private static final int MOST_BYTES = 20_000;
    private static final int NEWEST = 50;

    @TempDir
    Path directory;

    private Path path;
    private WitnessFile file;

    @BeforeEach
    void name() {
        path = directory.resolve("checkpoints");
        file = new WitnessFile(path, MOST_BYTES, NEWEST);
    }

    private static String note(int size) {
        return "seneschal/journal/x\n" + size + "\nroot\n\n\u2014 seneschal/journal/x c2lnbmF0dXJl\n";
    }

    private static int size(String note) {
        return Integer.parseInt(note.split("\n", 3)[1]);
    }

    private List<Integer> sizes() throws IOException {
        var sizes = new ArrayList<Integer>();
        try (var notes = file.read()) {
            notes.forEachRemaining(note -> sizes.add(size(note)));
        }
        return sizes;
    }

    @Test
    void theFileStaysSmallAndKeepsTheNewestAndSomeOfTheOlderNotes() throws Exception {
        for (int size = 1; size <= 3_000; size++) {
            file.append(note(size));
            assertThat(Files.size(path)).isLessThanOrEqualTo(MOST_BYTES);
        }
        var newest = IntStream.rangeClosed(3_000 - NEWEST + 1, 3_000).boxed().toList();
        assertThat(sizes()).isSorted().startsWith(1).endsWith(newest.toArray(Integer[]::new));
        assertThat(sizes()).anyMatch(size -> size > 1 && size < 2_900);
        assertThat(file.last()).contains(note(3_000));
    }

    @Test
    void aFileThatHadGrownWithoutBoundIsMadeSmallAtOnce() throws Exception {
        try (var out = Files.newBufferedWriter(path)) {
            for (int size = 1; size <= 200_000; size++) {
                out.write(Notes.framed(note(size)));
            }
        }
        file.append(note(200_001));
        assertThat(Files.size(path)).isLessThanOrEqualTo(MOST_BYTES);
        assertThat(sizes()).isSorted().startsWith(1).endsWith(200_000, 200_001);
    }

    @Test
    void onlyTheEndOfAFileIsReadForItsLastNote() throws Exception {
        try (var channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            var end = "\n\n" + Notes.framed(note(7)) + Notes.framed(note(8)) + "seneschal/jour";
            channel.write(ByteBuffer.wrap(end.getBytes(StandardCharsets.UTF_8)), 3L * Integer.MAX_VALUE);
        }
        assertThat(file.last()).contains(note(8));
        file.mend();
        assertThat(Files.size(path)).isLessThan(3L * Integer.MAX_VALUE + 200);
        assertThat(file.last()).contains(note(8));
    }

    @Test
    void aCutAnywhereLeavesTheLastCompleteNote() throws Exception {
        var whole = (Notes.framed(note(1)) + Notes.framed(note(2))).getBytes(StandardCharsets.UTF_8);
        int first = Notes.framed(note(1)).getBytes(StandardCharsets.UTF_8).length;
        for (int length = whole.length - 1; length >= 0; length--) {
            Files.write(path, Arrays.copyOf(whole, length));
            assertThat(file.last()).isEqualTo(length < first ? Optional.empty() : Optional.of(note(1)));
            assertThat(sizes()).isEqualTo(length < first ? List.of() : List.of(1));
            file.mend();
            assertThat(Files.size(path)).isEqualTo(length < first ? 0 : first);
        }
    }

    @Test
    void aLargeFileOfSomethingElseIsNotTakenForAnEmptyOne() throws Exception {
        Files.writeString(path, "something else\n".repeat(10_000));
        assertThatThrownBy(() -> file.last()).isInstanceOf(IOException.class).hasMessageContaining("no checkpoint");
    }
}
