package barnabas.net;

/// Socket settings of all listeners. `TCP_NODELAY` and `SO_KEEPALIVE` are always on.
///
/// @param backlog `socket.listen.backlog.size`
/// @param sendBufferBytes `socket.send.buffer.bytes`; -1 for the operating system's default
/// @param receiveBufferBytes `socket.receive.buffer.bytes`; -1 for the operating system's default
/// @param readBufferBytes what one read takes at most; one such buffer per event loop
/// @param nativeTransport epoll where the machine has it; otherwise, and when false, java.nio
public record SocketOptions(
        int backlog, int sendBufferBytes, int receiveBufferBytes, int readBufferBytes, boolean nativeTransport) {
    public static final SocketOptions DEFAULT = new SocketOptions(50, 102_400, 102_400, 128 << 10, true);

    public SocketOptions {
        if (backlog < 1) throw new IllegalArgumentException("backlog " + backlog);
        if (readBufferBytes < 512) throw new IllegalArgumentException("readBufferBytes " + readBufferBytes);
    }
}
