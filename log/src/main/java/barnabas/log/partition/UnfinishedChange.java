package barnabas.log.partition;

import java.io.IOException;

/// A change of a log's files that an error kept from its end. What is in memory says already what the files will say.
/// It is carried out again, as a whole, before anything else changes the log's segments: see [LogState#carryOut].
interface UnfinishedChange {
    /// Brings the files to where they should be, from wherever an earlier attempt left them.
    void finish() throws IOException;

    /// True when no append may come before the end: the file that it would write to is not yet cut.
    boolean fencesAppends();
}
