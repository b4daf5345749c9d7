package barnabas.quorum;

import barnabas.base.Check;
import barnabas.base.Clock;
import barnabas.base.Disk;
import barnabas.base.Joining;
import barnabas.base.Threads;
import barnabas.metadata.image.MetadataVersion;
import barnabas.metadata.log.LocalMetadataLog;
import barnabas.metadata.log.MetadataFrames;
import barnabas.metadata.log.MetadataLog;
import barnabas.metadata.log.QuorumLeader;
import barnabas.metadata.log.SnapshotId;
import barnabas.metadata.log.Voter;
import barnabas.protocol.Message;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.raft.Endpoints;
import org.apache.kafka.raft.KafkaRaftClient;
import org.apache.kafka.raft.QuorumConfig;
import org.apache.kafka.raft.RaftClients;
import org.apache.kafka.raft.RaftRequest;
import org.apache.kafka.raft.errors.BufferAllocationException;
import org.apache.kafka.raft.errors.NotLeaderException;
import org.apache.kafka.server.common.OffsetAndEpoch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The metadata log of a node in a cluster, agreed on by the voters of a Raft quorum. One thread of its own runs the
/// engine and gives the notices.
public final class QuorumMetadataLog implements MetadataLog {
    private static final Logger LOG = LoggerFactory.getLogger(QuorumMetadataLog.class);
    /// A leader waits so long for another one to be elected. With too few voters left none ever is.
    private static final int SHUTDOWN_MILLIS = 1_000;

    private final QuorumSettings settings;
    private final Clock clock;
    private final Threads threads;
    private final RaftSegmentLog log;
    private final QuorumStateFile stateFile;
    private final RaftQueue queue;
    private final Metrics metrics = new Metrics();
    private final KafkaRaftClient<ByteBuffer> client;

    private volatile Voters voters;
    private volatile boolean failed;
    private volatile boolean closing;
    private @Nullable Thread thread;

    /// Opens the log in a log directory. Nothing is sent before [#start].
    ///
    /// @param parent `metadata.log.dir`
    /// @param random for election time-outs
    /// @throws IOException when the directory cannot be read, or has lost what was committed
    public static QuorumMetadataLog open(
            Path parent,
            QuorumSettings settings,
            RaftTransport transport,
            Disk disk,
            Clock clock,
            Threads threads,
            Random random)
            throws IOException {
        return new QuorumMetadataLog(parent, settings, transport, disk, clock, threads, random);
    }

    private QuorumMetadataLog(
            Path parent,
            QuorumSettings settings,
            RaftTransport transport,
            Disk disk,
            Clock clock,
            Threads threads,
            Random random)
            throws IOException {
        this.settings = settings;
        this.clock = clock;
        this.threads = threads;
        this.voters = Voters.fixed(settings);
        this.log = new RaftSegmentLog(parent, settings.segmentBytes(), disk, clock);
        this.stateFile = new QuorumStateFile(settings.nodeId(), parent.resolve(LocalMetadataLog.DIRECTORY_NAME), disk);
        this.queue = new RaftQueue(clock);
        var config = new QuorumConfig(new AbstractConfig(QuorumConfig.CONFIG_DEF, settings.raft(), false));
        var listener = ListenerName.normalised(settings.controllerListener());
        this.client = RaftClients.create(
                new RaftClients.Identity(
                        settings.nodeId(),
                        kafka(settings.directoryId()),
                        settings.clusterId(),
                        settings.canVote(),
                        settings.bootstrapServers(),
                        endpoints(settings)),
                new FrameSerde(),
                new RaftChannel(transport, listener, config.requestTimeoutMs()),
                queue,
                log,
                new RaftMemory(),
                new RaftTime(clock),
                queue,
                random,
                config);
    }

    static Uuid kafka(barnabas.protocol.Uuid id) {
        return new Uuid(id.mostSignificantBits(), id.leastSignificantBits());
    }

    private static Endpoints endpoints(QuorumSettings settings) {
        return Endpoints.fromInetSocketAddresses(settings.ownListeners().entrySet().stream()
                .collect(Collectors.toMap(each -> ListenerName.normalised(each.getKey()), each -> each.getValue())));
    }

    /// Shows the records that this node has, committed or not. Before [#start].
    ///
    /// @return the offset of the last one, -1 without any
    public long visitOwnRecords(Consumer<Message> visitor) {
        return log.visit(visitor);
    }

    @Override
    public void start(Listener listener) throws IOException {
        Check.that(thread == null, "a log is started once");
        try {
            client.initialize(settings.staticVoters(), stateFile, metrics, _ -> {});
        } catch (RuntimeException e) {
            throw new IOException("The metadata quorum cannot be joined: " + e.getMessage(), e);
        }
        client.register(new Notices(listener, changed -> voters = changed));
        thread = threads.start("raft", () -> run(listener));
    }

    private void run(Listener listener) {
        try {
            while (client.isRunning()) client.poll();
        } catch (RuntimeException e) {
            failed = true;
            LOG.error("The metadata log in {} has failed and takes no more changes", stateFile.path(), e);
            listener.failed(e);
        }
    }

    /// Hands a request of another node to the engine: Vote, BeginQuorumEpoch, EndQuorumEpoch, Fetch of the
    /// metadata log, FetchSnapshot, DescribeQuorum, AddRaftVoter, RemoveRaftVoter, UpdateRaftVoter.
    ///
    /// @param listener through which it came
    /// @param body without header; read before this returns
    /// @return the body of the answer, in the same version; fails when the request cannot be read or the node ends
    public CompletionStage<ByteBuffer> handle(
            String listener, short apiKey, short version, int correlationId, ByteBuffer body) {
        ApiKeys api = ApiKeys.forId(apiKey);
        var request = new RaftRequest.Inbound(
                ListenerName.normalised(listener),
                correlationId,
                version,
                RaftMessages.request(api, version, body),
                clock.millis());
        return client.handle(request).thenApply(response -> RaftMessages.encode(response.data(), version));
    }

    @Override
    public Appended append(int epoch, MetadataVersion version, List<? extends Message> records) {
        Check.that(!records.isEmpty(), "the batch is empty");
        if (closing || failed) return new Appended.Closed();
        List<ByteBuffer> frames = records.stream()
                .map(each -> MetadataFrames.encode(each, version))
                .toList();
        long last;
        try {
            last = client.prepareAppend(epoch, frames);
        } catch (NotLeaderException | IllegalArgumentException _) {
            // The engine does not know the epoch, or no longer.
            return new Appended.NotLeader(leadership());
        } catch (RecordBatchTooLargeException _) {
            int size = frames.stream().mapToInt(ByteBuffer::remaining).sum();
            return new Appended.TooLarge(size, LocalMetadataLog.BATCH_BYTES_MAX);
        } catch (BufferAllocationException _) {
            return new Appended.Overloaded();
        }
        client.schedulePreparedAppend();
        return new Appended.Accepted(last - frames.size() + 1, last);
    }

    @Override
    public QuorumLeader leadership() {
        return Notices.leadership(client.leaderAndEpoch());
    }

    @Override
    public long endOffset() {
        return client.logEndOffset();
    }

    @Override
    public long committedOffset() {
        return client.highWatermark().orElse(0);
    }

    @Override
    public Optional<SnapshotId> latestSnapshot() {
        return client.latestSnapshotId().map(id -> new SnapshotId(id.offset(), id.epoch()));
    }

    @Override
    public boolean writeSnapshot(
            SnapshotId id,
            long timestampMillis,
            MetadataVersion version,
            Iterable<? extends List<? extends Message>> batches)
            throws IOException {
        var snapshot = client.createSnapshot(new OffsetAndEpoch(id.endOffset(), id.epoch()), timestampMillis);
        if (snapshot.isEmpty()) return false;
        try (var writer = snapshot.get()) {
            for (List<? extends Message> batch : batches) {
                if (batch.isEmpty()) continue;
                writer.append(batch.stream()
                        .map(each -> MetadataFrames.encode(each, version))
                        .toList());
            }
            writer.freeze();
        } catch (UncheckedIOException e) {
            throw new IOException(e.getMessage(), e);
        }
        return true;
    }

    @Override
    public List<Voter> voters() {
        return voters.list();
    }

    @Override
    public void resign(int epoch) {
        client.resign(epoch);
    }

    /// A leader says goodbye first, so that the others elect at once.
    @Override
    public void close() throws IOException {
        closing = true;
        Thread running = thread;
        if (running != null) {
            var _ = client.shutdown(SHUTDOWN_MILLIS);
            queue.wakeup();
            Joining.join(running);
        }
        client.close();
        metrics.close();
    }
}
