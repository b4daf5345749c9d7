package barnabas.conformance.crash;

import java.util.Optional;

/// Something that works with the broker all the time, notes what it was promised, and looks for it after a crash.
public interface Load extends AutoCloseable {
    /// Name of this load and its topic.
    String name();

    /// Number of promises so far: acknowledged records, transactions or commits.
    int promises();

    /// Looks for every promise made until now, while the load goes on.
    ///
    /// @return what is wrong; empty if nothing is
    Optional<String> verify();

    /// Lets what is on its way finish, then ends.
    @Override
    void close();
}
