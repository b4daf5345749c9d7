/// Pages that a node answers over HTTP. Start reading at [barnabas.broker.http.NodePages].
@NullMarked
package barnabas.broker.http;

import org.jspecify.annotations.NullMarked;
