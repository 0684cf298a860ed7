package dev.seneschal.audit.note;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NotesTest {

    private static final String ONE = "log\n1\nroot\n\n\u2014 key c2ln\n";
    private static final String TWO = "log\n2\nroot\n\n\u2014 key c2ln\n\u2014 other c2ln\n";

    @Test
    void givenNotesAreReadWhateverTheirLineEndsAndTheEmptyLinesAroundThem() {
        var text = Notes.framed(ONE) + Notes.framed(TWO);
        for (var variant : new String[] {
            text, text.replace("\n", "\r\n"), text.strip(), "\n\n" + text + "\n\n", text.replace("\nlog", "\n\n\nlog")
        }) {
            assertThat(Notes.given(variant)).extracting(SignedNote::text).containsExactly(ONE, TWO);
        }
    }

    @Test
    void whatFollowsTheLastCompleteNoteIsNotRead() {
        var text = Notes.framed(ONE) + Notes.framed(TWO);
        assertThat(read(text)).containsExactly(ONE, TWO);
        assertThat(read(text.substring(0, text.length() - 1))).containsExactly(ONE);
        assertThat(read("")).isEmpty();
    }

    private static List<String> read(String text) {
        var notes = new ArrayList<String>();
        Notes.read(new BufferedReader(new StringReader(text))).forEachRemaining(notes::add);
        return notes;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\r\n",
                "log",
                "log\n1\nroot\n",
                "log\n1\nroot\n\n",
                "log\n1\nroot\n\nno signature\n\n",
                "log\n1\nroot\n\n\u2014 key c2ln\n\nlog\n2\nroot\n"
            })
    void aTextThatIsNotWhollyNotesIsRefused(String text) {
        assertThatThrownBy(() -> Notes.given(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Not a signed note");
    }
}
