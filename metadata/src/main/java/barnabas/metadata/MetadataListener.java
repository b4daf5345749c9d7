package barnabas.metadata;

import barnabas.metadata.image.ImageDelta;

/// Receiver of every committed change, in order, one call at a time, on the publisher's thread. A request that waits
/// for a change is answered only after all listeners returned, so a listener should be quick. An exception ends the
/// node.
@FunctionalInterface
public interface MetadataListener {
    void changed(ImageDelta delta);
}
