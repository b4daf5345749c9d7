package barnabas.log.journal;

import barnabas.protocol.Uuid;
import java.io.IOException;

/// A partition's log as its journal knows it.
public interface Journaled {
    Uuid topicId();

    int partition();

    /// Batches staged up to `endOffset` are on stable storage. Called on the thread that commits, with no lock
    /// held: it must only take note.
    ///
    /// @param era as given to [Journal#stage]
    void durable(long endOffset, int era);

    /// Staged batches will not reach stable storage: the disk failed.
    void lost(IOException cause);

    /// Returns when everything in the log is on stable storage in its own files, so that the journal may forget it. A
    /// log that was closed or deleted has nothing left to do.
    void force() throws IOException;
}
