package dev.seneschal.jobs.work;

import java.time.Duration;

/** What becomes of a leased job. */
sealed interface Ending {

    /** It is over. */
    record Over(Result result, String detail) implements Ending {}

    /** It is tried again after a while. */
    record Again(Duration after, String detail) implements Ending {}

    /** It is given back as if it had never been taken, and stays due since when it was. */
    record Back() implements Ending {}

    /** It is given back as if it had never been taken, and is due again after a while. */
    record Later(Duration after, String detail) implements Ending {}

    /** How it is over. */
    enum Result {
        DONE("done"),
        FAILED("failed");

        private final String column;

        Result(String column) {
            this.column = column;
        }

        String column() {
            return column;
        }
    }
}
