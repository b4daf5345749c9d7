package barnabas.net.socket;

import barnabas.base.Clock;
import barnabas.base.Threads;
import barnabas.net.FrameHandler;
import barnabas.net.ServerConfig;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/// State that all connections of one server share.
///
/// @param handshakeThreads compute for TLS handshakes; null without encrypted listeners
record SharedState(
        FrameHandler handler,
        ServerConfig config,
        RequestMemory memory,
        ReplyMemory replies,
        Counters counters,
        Clock clock,
        Threads threads,
        @Nullable ExecutorService handshakeThreads) {}
