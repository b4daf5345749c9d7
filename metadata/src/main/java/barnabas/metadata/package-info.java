/// The cluster's state for the other parts of a node: [ClusterMetadata] has the current image, calls listeners with
/// changes, and takes requests that change it.
@NullMarked
package barnabas.metadata;

import org.jspecify.annotations.NullMarked;
