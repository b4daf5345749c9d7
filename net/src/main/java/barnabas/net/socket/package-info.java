/// The network on Netty event loops: admission, connections, framing, memory of requests, ordered replies. Start
/// reading at [barnabas.net.socket.NetworkServer], then [barnabas.net.socket.SocketConnection].
@NullMarked
package barnabas.net.socket;

import org.jspecify.annotations.NullMarked;
