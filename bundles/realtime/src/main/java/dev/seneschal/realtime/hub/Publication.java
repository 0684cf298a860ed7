package dev.seneschal.realtime.hub;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * What was published, with its wire forms. Each form is made at most about once per node, however many clients get it.
 * Immutable as far as anyone can see; safe for use by any thread.
 */
public final class Publication {

    /** What a publication occupies beside its text, roughly. */
    private static final int OVERHEAD_BYTES = 120;

    private final String channel;
    private final String epoch;
    private final long offset;
    private final String data;
    private final AtomicReferenceArray<byte[]> forms = new AtomicReferenceArray<>(Form.values().length);

    /**
     * Makes a publication.
     *
     * @param data JSON text; line breaks between its tokens become spaces, because a line ends a message on every transport
     */
    public Publication(String channel, String epoch, long offset, String data) {
        this.channel = channel;
        this.epoch = epoch;
        this.offset = offset;
        this.data = data.replace('\n', ' ').replace('\r', ' ');
    }

    /** Returns the channel's name. */
    public String channel() {
        return channel;
    }

    /** Returns the name of the history that the offset belongs to. */
    public String epoch() {
        return epoch;
    }

    /** Returns its place in the channel, from 1. */
    public long offset() {
        return offset;
    }

    /** Returns the data as JSON text in one line. */
    public String data() {
        return data;
    }

    /** Returns roughly how much memory it occupies. */
    public int weight() {
        return OVERHEAD_BYTES + data.length();
    }

    /** Returns its bytes in this form. They are shared: nobody may change them. */
    public byte[] as(Form form) {
        var bytes = forms.get(form.ordinal());
        if (bytes == null) {
            bytes = form.encode(this);
            forms.set(form.ordinal(), bytes);
        }
        return bytes;
    }
}
