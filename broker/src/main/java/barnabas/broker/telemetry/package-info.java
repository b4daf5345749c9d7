/// Metrics that clients push to the broker (KIP-714).
@NullMarked
package barnabas.broker.telemetry;

import org.jspecify.annotations.NullMarked;
