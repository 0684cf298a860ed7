package dev.seneschal.notification.sandbox;

import java.io.Writer;

/** Collects the output of one part within its bound. Confined to the thread that renders. */
final class BoundedWriter extends Writer {

    private final StringBuilder out = new StringBuilder(1024);
    private final Budget budget;

    BoundedWriter(Budget budget) {
        this.budget = budget;
    }

    @Override
    public void write(char[] chars, int offset, int length) {
        reserve(length);
        out.append(chars, offset, length);
    }

    @Override
    public void write(String text, int offset, int length) {
        reserve(length);
        out.append(text, offset, offset + length);
    }

    @Override
    public void write(int c) {
        reserve(1);
        out.append((char) c);
    }

    private void reserve(int length) {
        if (out.length() + (long) length > budget.limits().outputChars()) {
            throw new TemplateFault(
                    "The output is longer than " + budget.limits().outputChars() + " characters.");
        }
        budget.checkTime();
    }

    @Override
    public void flush() {
        // Everything is in memory.
    }

    @Override
    public void close() {
        // Nothing is held open.
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
