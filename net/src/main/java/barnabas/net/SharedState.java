package barnabas.net;

import barnabas.base.Clock;
import barnabas.base.Threads;

/// What all connections of one server have in common.
record SharedState(
        FrameHandler handler,
        NetworkConfig config,
        RequestMemory memory,
        ReplyMemory replies,
        Counters counters,
        Clock clock,
        Threads threads) {}
