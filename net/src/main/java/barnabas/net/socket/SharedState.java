package barnabas.net.socket;

import barnabas.base.Clock;
import barnabas.net.FrameHandler;
import barnabas.net.NetworkConfig;

/// What all connections of one server have in common.
record SharedState(
        FrameHandler handler,
        NetworkConfig config,
        RequestMemory memory,
        ReplyMemory replies,
        Counters counters,
        Clock clock) {}
