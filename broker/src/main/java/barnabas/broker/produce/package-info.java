/// Parts of a produce request: checks that need no partition, appends that leave the event loop, waits for replicas.
@NullMarked
package barnabas.broker.produce;

import org.jspecify.annotations.NullMarked;
