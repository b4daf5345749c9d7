/// One file per API key, named for it. Only this package maps results to the error codes of the protocol.
@NullMarked
package barnabas.broker.api;

import org.jspecify.annotations.NullMarked;
