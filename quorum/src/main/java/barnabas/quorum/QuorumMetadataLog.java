package barnabas.quorum;

import barnabas.base.Check;
import barnabas.base.Clock;
import barnabas.base.Disk;
import barnabas.base.Joining;
import barnabas.base.OperatorMistake;
import barnabas.base.Threads;
import barnabas.metadata.image.MetadataVersion;
import barnabas.metadata.log.KnownVoters;
import barnabas.metadata.log.LocalMetadataLog;
import barnabas.metadata.log.MetadataFrames;
import barnabas.metadata.log.MetadataLog;
import barnabas.metadata.log.MetadataLog.QuorumFigures;
import barnabas.metadata.log.MetadataReserve;
import barnabas.metadata.log.QuorumLeader;
import barnabas.metadata.log.SnapshotId;
import barnabas.metadata.log.Voter;
import barnabas.protocol.Message;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.raft.Endpoints;
import org.apache.kafka.raft.KafkaRaftClient;
import org.apache.kafka.raft.RaftClients;
import org.apache.kafka.raft.RaftRequest;
import org.apache.kafka.raft.errors.BufferAllocationException;
import org.apache.kafka.raft.errors.NotLeaderException;
import org.apache.kafka.server.common.KRaftVersion;
import org.apache.kafka.server.common.OffsetAndEpoch;
import org.apache.kafka.snapshot.SnapshotWriter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The metadata log of a node in a cluster, agreed on by the voters of a Raft quorum. One thread of its own runs the
/// engine and gives the notices.
public final class QuorumMetadataLog implements MetadataLog {
    /// Size of a request to the quorum, which names a handful of nodes with their addresses. Kafka's classes take a
    /// time that grows with the square of the number of addresses of one name.
    public static final int REQUEST_BYTES_MAX = 16 << 10;

    private static final Logger LOG = LoggerFactory.getLogger(QuorumMetadataLog.class);
    /// A leader waits so long for another one to be elected. With too few voters left none ever is.
    private static final int SHUTDOWN_MILLIS = 1_000;

    private final QuorumSettings settings;
    private final Threads threads;
    private final LogSpace space;
    private final RaftSegmentLog log;
    private final QuorumStateFile stateFile;
    private final RaftQueue queue;
    private final Metrics metrics = new Metrics();
    private final RaftChannel channel;
    private final KafkaRaftClient<ByteBuffer> client;
    private final RaftTime time;
    private final LeaderWatch watch;

    private volatile Voters voters;
    /// Only the Raft thread uses it.
    private boolean wasVoter;
    /// This process has seen that this node was removed from the voters.
    private volatile boolean wasRemoved;
    private volatile boolean failed;
    private volatile boolean closing;
    private volatile boolean initialized;
    private volatile Consumer<QuorumLeader> afterChange = _ -> {};
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
        this.threads = threads;
        this.time = RaftTime.of(clock);
        this.voters = Voters.fixed(settings);
        Path directory = parent.resolve(LocalMetadataLog.DIRECTORY_NAME);
        var reserve = new MetadataReserve(disk, directory, MetadataReserve.BYTES);
        this.space = new LogSpace(directory, reserve, clock);
        this.log = new RaftSegmentLog(parent, settings.segmentBytes(), space, disk, clock);
        reserve.open();
        this.stateFile = new QuorumStateFile(settings.nodeId(), directory, space, disk);
        this.queue = new RaftQueue(clock);
        if (settings.founds()) {
            if (!KnownVoters.read(parent, disk).isAlone(settings.nodeId()))
                throw new IllegalArgumentException("the metadata log in " + parent + " has voters or no records");
            log.found(self(settings));
        }
        var config = new JoiningConfig(settings.raft(), () -> wasRemoved);
        var listener = ListenerName.normalised(settings.controllerListener());
        this.watch = new LeaderWatch(transport, clock, threads.perTask("leader-probe"));
        this.channel = new RaftChannel(transport, listener, config.requestTimeoutMs(), watch);
        this.client = RaftClients.create(
                new RaftClients.Identity(
                        settings.nodeId(),
                        kafka(settings.directoryId()),
                        settings.clusterId(),
                        settings.canVote(),
                        settings.bootstrapServers(),
                        endpoints(settings)),
                new FrameSerde(),
                channel,
                queue,
                log,
                new RaftMemory(),
                time,
                queue,
                random,
                config);
        this.queue.guard(new EngineGate(
                settings.nodeId(),
                settings.clusterId(),
                listener,
                id -> voters.hasAddress(id),
                client::leaderAndEpoch));
    }

    private static Voter self(QuorumSettings settings) {
        return new Voter(
                settings.nodeId(),
                settings.directoryId(),
                settings.ownListeners().entrySet().stream()
                        .map(each -> new Voter.Endpoint(
                                each.getKey().toUpperCase(Locale.ROOT),
                                each.getValue().getHostString(),
                                each.getValue().getPort()))
                        .toList());
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
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } catch (RuntimeException e) {
            throw new IOException("The metadata quorum cannot be joined: " + e.getMessage(), e);
        }
        initialized = true;
        watch.serve(new WatchedEngine(client, queue, settings, () -> voters, time));
        client.register(new Notices(listener, this::noteVoters, this::checkElectors, now -> afterChange.accept(now)));
        thread = threads.start("raft", () -> run(listener));
    }

    @Override
    public Optional<QuorumFigures> quorumFigures() {
        return Optional.of(channel.figures(EngineMetric.COMMIT_LATENCY.read(metrics)));
    }

    /// Sets what runs after each change of the leader, when the listener has seen it. On the Raft thread.
    public void afterLeaderChange(Consumer<QuorumLeader> action) {
        afterChange = action;
    }

    /// On the Raft thread.
    ///
    /// @param sinceMillis when the leader wrote it: a removal from before this start does not count
    private void noteVoters(Voters changed, long sinceMillis) {
        boolean isVoter = changed.has(settings.nodeId(), settings.directoryId());
        if (wasVoter && !isVoter && sinceMillis > time.beginMillis()) {
            wasRemoved = true;
            LOG.info("This node is no voter of the metadata quorum any more: {}", changed);
        }
        wasVoter = isVoter;
        voters = changed;
    }

    /// Two sets of static voters can have majorities without a node in common: two leaders, and two clusters. On the
    /// Raft thread, which ends with the exception.
    private void checkElectors(Set<Integer> ids, int epoch) {
        Set<Integer> own = settings.staticVoters().keySet();
        boolean isPresent = client.leaderAndEpoch().epoch() == epoch;
        if (!own.isEmpty() && isPresent && !client.kraftVersion().isReconfigSupported() && !own.equals(ids))
            throw new OperatorMistake("controller.quorum.voters names " + new TreeSet<>(own)
                    + " on this node, and the leader of the metadata quorum was elected by " + new TreeSet<>(ids));
    }

    private void run(Listener listener) {
        try {
            while (client.isRunning()) {
                space.refill();
                client.poll();
            }
        } catch (RuntimeException e) {
            failed = true;
            if (space.isClosing() && e instanceof UncheckedIOException) {
                LOG.warn("The metadata log in {} was closed while it waited: {}", stateFile.path(), e.getMessage());
                return;
            }
            // the process that ends with it says why
            if (e instanceof OperatorMistake) LOG.debug("The metadata log in {} ends", stateFile.path(), e);
            else LOG.error("The metadata log in {} has failed and takes no more changes", stateFile.path(), e);
            listener.failed(e);
        }
    }

    /// Hands a request of another node to the engine: Vote, BeginQuorumEpoch, EndQuorumEpoch, Fetch of the
    /// metadata log, FetchSnapshot, DescribeQuorum, AddRaftVoter, RemoveRaftVoter, UpdateRaftVoter.
    ///
    /// @param listener through which it came
    /// @param body without header; read before this returns
    /// @return the body of the answer, in the same version; fails when the request cannot be read, is larger than
    ///     [#REQUEST_BYTES_MAX], or the node ends
    public CompletionStage<ByteBuffer> handle(
            String listener, short apiKey, short version, int correlationId, ByteBuffer body) {
        if (body.remaining() > REQUEST_BYTES_MAX)
            return CompletableFuture.failedStage(
                    new IllegalArgumentException("a request to the quorum of " + body.remaining() + " bytes"));
        var request = new RaftRequest.Inbound(
                ListenerName.normalised(listener),
                correlationId,
                version,
                RaftMessages.request(ApiKeys.forId(apiKey), version, body),
                time.milliseconds());
        return watch.beforeAnswer(request.data())
                .thenCompose(_ -> client.handle(request))
                .thenApply(response -> RaftMessages.encode(response.data(), version));
    }

    @Override
    public Appended append(int epoch, MetadataVersion version, List<? extends Message> records) {
        Check.that(!records.isEmpty(), "the batch is empty");
        if (closing || failed) return new Appended.Closed();
        if (space.isShort() && MetadataReserve.isGrowth(records)) return new Appended.NoSpace();
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
        try {
            return client.highWatermark().orElse(0);
        } catch (NoSuchElementException _) {
            // The engine looks at it twice, and a change of its state on the Raft thread came in between.
            return 0;
        }
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
        try {
            var snapshot = client.createSnapshot(new OffsetAndEpoch(id.endOffset(), id.epoch()), timestampMillis);
            if (snapshot.isEmpty()) return false;
            write(snapshot.get(), version, batches);
            return true;
        } catch (UncheckedIOException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static void write(
            SnapshotWriter<ByteBuffer> snapshot,
            MetadataVersion version,
            Iterable<? extends List<? extends Message>> batches) {
        try (snapshot) {
            for (List<? extends Message> batch : batches) {
                if (batch.isEmpty()) continue;
                snapshot.append(batch.stream()
                        .map(each -> MetadataFrames.encode(each, version))
                        .toList());
            }
            snapshot.freeze();
        }
    }

    @Override
    public List<Voter> voters() {
        return voters.list();
    }

    @Override
    public short quorumLevel() {
        // A controller listener answers before the log is started; the engine knows no level then.
        return initialized ? client.kraftVersion().featureLevel() : 0;
    }

    @Override
    public @Nullable String raiseQuorumLevel(int epoch, short level, boolean dryRun) {
        try {
            KRaftVersion wanted = KRaftVersion.fromFeatureLevel(level);
            if (wanted != client.kraftVersion()) client.upgradeKRaftVersion(epoch, wanted, dryRun);
            return null;
        } catch (IllegalArgumentException | ApiException e) {
            return String.valueOf(e.getMessage());
        }
    }

    @Override
    public void resign(int epoch) {
        client.resign(epoch);
    }

    /// A leader says goodbye first, so that the others elect at once.
    @Override
    public void close() throws IOException {
        closing = true;
        space.close();
        watch.close();
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
