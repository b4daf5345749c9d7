package barnabas.metadata;

import barnabas.metadata.image.ImageDelta;

/// Hears of every committed change, in order, one call at a time. A change that a request waits for is answered only
/// after all listeners returned, so a listener should be quick (open what must be open, hand over the rest).
@FunctionalInterface
public interface MetadataListener {
    void changed(ImageDelta delta);
}
