package barnabas.broker.api;

import barnabas.base.Clock;
import barnabas.broker.fetch.DiskPool;
import barnabas.broker.fetch.Fetch;
import barnabas.broker.fetch.FetchSessions;
import barnabas.broker.fetch.FetchingFollower;
import barnabas.broker.fetch.PartitionReader;
import barnabas.broker.fetch.WaitingFetch;
import barnabas.broker.leaders.KnownLeaders;
import barnabas.broker.leaders.RackReplicas;
import barnabas.broker.request.Api;
import barnabas.broker.request.Call;
import barnabas.broker.request.Need;
import barnabas.config.ReplicationConfig;
import barnabas.metrics.MetricSource;
import barnabas.metrics.Reading;
import barnabas.protocol.ApiKey;
import barnabas.protocol.message.FetchRequest;
import barnabas.replication.LocalPartitions;

/// Reads record batches, on the event loop; a fetch that has to wait for the disk, because its records are old, moves
/// to a virtual thread.
public final class P01Fetch implements Api<FetchRequest>, MetricSource {
    private static final Need NEED = Need.OF_ITS_GUARD;

    private final LocalPartitions partitions;
    private final KnownLeaders leaders;
    private final boolean rackAware;
    private final FetchSessions sessions;
    private final DiskPool disk;
    private final int responseBytesMax;
    private final Clock clock;

    /// A broker's Fetch.
    ///
    /// @param disk reads what may not be in the page cache
    /// @param responseBytesMax `fetch.max.bytes` of the broker
    public P01Fetch(
            LocalPartitions partitions,
            KnownLeaders leaders,
            ReplicationConfig replication,
            FetchSessions sessions,
            DiskPool disk,
            int responseBytesMax,
            Clock clock) {
        this.partitions = partitions;
        this.leaders = leaders;
        this.rackAware = RackReplicas.SELECTOR_CLASS.equals(replication.replicaSelectorClass());
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
    public void read(Reading reading) {
        sessions.read(reading);
    }

    @Override
    public void handle(FetchRequest request, Call call) {
        var reader = new PartitionReader(
                partitions,
                leaders,
                disk,
                clock,
                new PartitionReader.Reader(
                        call.version(),
                        request.isolationLevel(),
                        FetchingFollower.of(request, call.version(), leaders.image()),
                        request.rackId(),
                        call.connection().listenerName()),
                rackAware);
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
