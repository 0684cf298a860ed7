package dev.seneschal.container;

import org.apache.karaf.shell.api.console.CommandLine;

/** A line without quotes, with the cursor behind its last character. */
final class Words implements CommandLine {

    private final String line;
    private final String[] words;

    Words(String line) {
        this.line = line;
        this.words = line.split(" ", -1);
    }

    @Override
    public int getCursorArgumentIndex() {
        return words.length - 1;
    }

    @Override
    public String getCursorArgument() {
        return words[words.length - 1];
    }

    @Override
    public int getArgumentPosition() {
        return getCursorArgument().length();
    }

    @Override
    public String[] getArguments() {
        return words.clone();
    }

    @Override
    public int getBufferPosition() {
        return line.length();
    }

    @Override
    public String getBuffer() {
        return line;
    }
}
