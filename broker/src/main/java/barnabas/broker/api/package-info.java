/// One file per API key, named for it. Results of logs and partitions are mapped to error codes here; controller and
/// coordinators answer with error codes themselves.
@NullMarked
package barnabas.broker.api;

import org.jspecify.annotations.NullMarked;
