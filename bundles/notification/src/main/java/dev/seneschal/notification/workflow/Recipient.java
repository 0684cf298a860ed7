package dev.seneschal.notification.workflow;

import dev.seneschal.notification.EventModel;
import dev.seneschal.notification.Faults;
import java.util.Map;
import java.util.regex.Pattern;

/** To whom a mail goes. */
sealed interface Recipient {

    /** One address: no list, no display name, nothing that could begin another header. */
    Pattern ADDRESS =
            Pattern.compile("[^\\s<>()\\[\\],;:\\\\\"@\\p{Cntrl}]{1,64}@[^\\s<>()\\[\\],;:\\\\\"@\\p{Cntrl}]{1,185}");

    /** A path into the event. */
    Pattern PATH = Pattern.compile("event(\\.[A-Za-z0-9_-]+)+");

    /** Returns what names the recipient, before it is known whether it is an address. */
    String resolve(Map<String, Object> model);

    /** Returns what the author wrote. */
    String written();

    /** Reads what an author wrote: an address, or a path into the event such as {@code event.data.email}. */
    static Recipient parse(String written, String pointer, Faults faults) {
        if (PATH.matcher(written).matches()) {
            return new Path(written);
        }
        if (!written.isEmpty() && !isAddress(written)) {
            faults.add(pointer, "'to' must be a mail address or a path into the event such as event.data.email.");
        }
        return new Fixed(written);
    }

    /** Returns whether the text is exactly one mail address. */
    static boolean isAddress(String text) {
        return ADDRESS.matcher(text).matches();
    }

    /** Always the same. */
    record Fixed(String written) implements Recipient {
        @Override
        public String resolve(Map<String, Object> model) {
            return written;
        }
    }

    /** Whoever the event names. */
    record Path(String written) implements Recipient {
        @Override
        public String resolve(Map<String, Object> model) {
            return EventModel.at(model, written) instanceof String text ? text : "";
        }
    }
}
