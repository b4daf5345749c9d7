package barnabas.net;

import barnabas.base.Clock;

/// What all connections of one server have in common.
record SharedState(
        FrameHandler handler,
        NetworkConfig config,
        RequestMemory memory,
        ReplyMemory replies,
        Counters counters,
        Clock clock) {}
