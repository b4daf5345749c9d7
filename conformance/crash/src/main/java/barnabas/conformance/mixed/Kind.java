package barnabas.conformance.mixed;

import java.util.Locale;

/// The program that a node runs.
enum Kind {
    KAFKA,
    BARNABAS;

    Kind other() {
        return this == KAFKA ? BARNABAS : KAFKA;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
