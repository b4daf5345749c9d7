/// The cluster's state as one immutable value ([ClusterImage]), built by replaying metadata records. Images share what
/// they have in common, so a change costs what changed and a reader may keep an image as long as it likes.
@NullMarked
package barnabas.metadata.image;

import org.jspecify.annotations.NullMarked;
