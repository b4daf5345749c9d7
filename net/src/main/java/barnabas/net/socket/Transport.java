package barnabas.net.socket;

import io.netty.channel.Channel;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;

/// Classes by which event loops use the operating system.
record Transport(
        IoHandlerFactory ioHandlers, Class<? extends ServerChannel> serverChannel, Class<? extends Channel> channel) {
    /// Epoll where this machine has it and `nativeTransport` asks for it, java.nio otherwise.
    static Transport choose(boolean nativeTransport) {
        if (nativeTransport && Epoll.isAvailable())
            return new Transport(EpollIoHandler.newFactory(), EpollServerSocketChannel.class, EpollSocketChannel.class);
        return new Transport(NioIoHandler.newFactory(), NioServerSocketChannel.class, NioSocketChannel.class);
    }
}
