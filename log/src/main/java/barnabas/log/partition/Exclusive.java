package barnabas.log.partition;

import java.io.IOException;

/// Work on a log that no append may come between.
@FunctionalInterface
public interface Exclusive {
    boolean run() throws IOException;
}
