package barnabas.metadata.image;

import java.util.List;

/// Two images and what differs between them: the net effect, however many records it took. A topic that was created and
/// deleted in between does not appear.
///
/// @param changes deleted topics first, so that a name that was used again is seen to go before it comes; then
///     partitions with another leader or epoch, whose clients wait meanwhile; then everything else
public record ImageDelta(ClusterImage before, ClusterImage after, List<ClusterChange> changes) {
    /// All that differs between two images, whether or not one came from the other.
    public static ImageDelta between(ClusterImage before, ClusterImage after) {
        return new ImageDelta(before, after, NetChanges.between(before, after, ChangedKeys.everything(before, after)));
    }

    /// Calls `listener` for each change, in the order of [#changes].
    public void applyTo(ClusterChange.Listener listener) {
        for (ClusterChange change : changes) change.applyTo(listener);
    }
}
