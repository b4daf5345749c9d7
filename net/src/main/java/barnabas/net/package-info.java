/// The contract between the network and what handles requests: listeners, limits, connections, replies.
///
/// This package knows frames and the order of replies, not messages: [barnabas.net.FrameHandler] parses headers and
/// bodies. Its implementation on Netty is `net.socket`; start reading at [barnabas.net.socket.NetworkServer].
@NullMarked
package barnabas.net;

import org.jspecify.annotations.NullMarked;
