/// A small HTTP server for pages that a node shows: bounded in everything that a client can cause, on a thread of its
/// own, so that no request here delays one of Kafka's. Start reading at [barnabas.net.http.HttpServer].
@NullMarked
package barnabas.net.http;

import org.jspecify.annotations.NullMarked;
