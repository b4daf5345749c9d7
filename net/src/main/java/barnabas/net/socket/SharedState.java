package barnabas.net.socket;

import barnabas.base.Clock;
import barnabas.base.Threads;
import barnabas.net.FrameHandler;
import barnabas.net.ServerConfig;

/// What all connections of one server have in common.
record SharedState(
        FrameHandler handler,
        ServerConfig config,
        RequestMemory memory,
        ReplyMemory replies,
        Counters counters,
        Clock clock,
        Threads threads) {}
