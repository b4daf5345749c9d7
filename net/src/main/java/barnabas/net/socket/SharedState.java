package barnabas.net.socket;

import barnabas.base.Clock;
import barnabas.base.Threads;
import barnabas.net.FrameHandler;
import barnabas.net.ServerConfig;

/// State that all connections of one server share.
record SharedState(
        FrameHandler handler,
        ServerConfig config,
        RequestMemory memory,
        ReplyMemory replies,
        Counters counters,
        Clock clock,
        Threads threads) {}
