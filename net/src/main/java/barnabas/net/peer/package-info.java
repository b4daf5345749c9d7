/// Outgoing connections to other nodes: requests out, answers back, on the event loops that also serve clients.
///
/// Start reading at [barnabas.net.peer.Peer]; [barnabas.net.peer.SocketPeer] holds what waits and decides when to
/// connect, [barnabas.net.peer.PeerChannel] is one connection. A peer is made by `Network.connect`.
@NullMarked
package barnabas.net.peer;

import org.jspecify.annotations.NullMarked;
