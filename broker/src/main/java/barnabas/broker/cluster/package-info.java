/// The broker's side of the cluster's state: what it takes over from new images and what it asks the controller for.
@NullMarked
package barnabas.broker.cluster;

import org.jspecify.annotations.NullMarked;
