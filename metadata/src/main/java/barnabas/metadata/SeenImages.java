package barnabas.metadata;

import barnabas.base.Deadline;
import barnabas.metadata.image.ClusterImage;

/// The images of the cluster that this node has published so far.
public interface SeenImages {
    /// Waits until the published image contains `offset` and all listeners have returned.
    ///
    /// @return false when that did not happen in time or will not happen
    boolean awaitOffset(long offset, Deadline deadline) throws InterruptedException;

    /// The published image.
    ClusterImage image();
}
