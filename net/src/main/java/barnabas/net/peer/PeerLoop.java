package barnabas.net.peer;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/// The parts of the network that a [SocketPeer] runs on.
///
/// @param events owns the peer
/// @param channelType socket of this kind of event loop
/// @param lookups runs look-ups of host names, which wait
/// @param random spreads reconnects
/// @param ended runs when the peer no longer needs `events`
public record PeerLoop(
        EventLoop events,
        Class<? extends Channel> channelType,
        ByteBufAllocator allocator,
        Executor lookups,
        RandomGenerator random,
        Runnable ended) {
    void leave() {
        ended.run();
    }
}
