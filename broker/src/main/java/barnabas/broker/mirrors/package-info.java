/// The door to mirrors of other clusters' topics, a module of its own that is loaded when the cluster has a mirror.
@NullMarked
package barnabas.broker.mirrors;

import org.jspecify.annotations.NullMarked;
