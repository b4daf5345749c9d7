/// Listeners, connections, framing, limits and ordered replies on Netty event loops.
///
/// This package knows frames and the order of replies, not messages: [barnabas.net.FrameHandler] parses headers and
/// bodies. Start reading at [barnabas.net.NetworkServer].
@NullMarked
package barnabas.net;

import org.jspecify.annotations.NullMarked;
