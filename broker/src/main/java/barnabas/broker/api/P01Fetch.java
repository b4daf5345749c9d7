package barnabas.broker.api;

import barnabas.base.Clock;
import barnabas.broker.fetch.DiskPool;
import barnabas.broker.fetch.Fetch;
import barnabas.broker.fetch.FetchSessions;
import barnabas.broker.fetch.FetchingFollower;
import barnabas.broker.fetch.PartitionReader;
import barnabas.broker.fetch.WaitingFetch;
import barnabas.broker.request.Api;
import barnabas.broker.request.Call;
import barnabas.broker.request.Need;
import barnabas.metadata.ClusterMetadata;
import barnabas.protocol.ApiKey;
import barnabas.protocol.message.FetchRequest;
import barnabas.replication.LocalPartitions;

/// Reads record batches, on the event loop; a fetch that has to wait for the disk, because its records are old, moves
/// to a virtual thread.
public final class P01Fetch implements Api<FetchRequest> {
    private static final Need NEED = Need.OF_ITS_GUARD;

    private final ClusterMetadata metadata;
    private final LocalPartitions partitions;
    private final FetchSessions sessions;
    private final DiskPool disk;
    private final int responseBytesMax;
    private final Clock clock;

    /// A broker's Fetch.
    ///
    /// @param disk reads what may not be in the page cache
    /// @param responseBytesMax `fetch.max.bytes` of the broker
    public P01Fetch(
            ClusterMetadata metadata,
            LocalPartitions partitions,
            FetchSessions sessions,
            DiskPool disk,
            int responseBytesMax,
            Clock clock) {
        this.metadata = metadata;
        this.partitions = partitions;
        this.sessions = sessions;
        this.disk = disk;
        this.responseBytesMax = responseBytesMax;
        this.clock = clock;
    }

    @Override
    public ApiKey key() {
        return ApiKey.FETCH;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public void handle(FetchRequest request, Call call) {
        var reader = new PartitionReader(
                partitions,
                disk,
                clock,
                request.isolationLevel(),
                call.version() >= Fetch.TOPIC_IDS_SINCE,
                FetchingFollower.of(request, call.version(), metadata.current()));
        var fetch = new Fetch(sessions, reader, disk, request, call, responseBytesMax, clock);
        boolean begun = false;
        try {
            switch (fetch.look()) {
                case ENOUGH -> call.answer(fetch.response());
                case NOT_YET -> {
                    // While too much waits, a client that would wait gets what there is, and asks again.
                    if (!call.mayWait()) call.answer(fetch.response());
                    else if (call.connection().isOnLoop()) WaitingFetch.begin(fetch, call);
                    else WaitingFetch.onDisk(fetch, call);
                }
                case OLD_RECORDS -> WaitingFetch.onDisk(fetch, call);
            }
            begun = true;
        } finally {
            if (!begun) fetch.end();
        }
    }
}
