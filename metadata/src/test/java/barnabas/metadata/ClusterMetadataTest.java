package barnabas.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.base.ManualClock;
import barnabas.base.SimulatedDisk;
import barnabas.base.Threads;
import barnabas.config.dynamic.ConfigResource;
import barnabas.metadata.controller.ControllerSettings;
import barnabas.metadata.controller.OfficialRules;
import barnabas.metadata.image.ClusterChange;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.image.ImageDelta;
import barnabas.metadata.log.InMemoryMetadataLog;
import barnabas.metadata.log.LocalMetadataLog;
import barnabas.metadata.log.MetadataLog;
import barnabas.metadata.log.QuorumLeader;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.AllocateProducerIdsRequest;
import barnabas.protocol.message.CreateTopicsResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ClusterMetadataTest {
    private static final Path ROOT = Path.of("/data");
    private static final byte TOPIC = ConfigResource.Type.TOPIC.code();

    private final ManualClock clock = new ManualClock(1_700_000_000_000L);
    private final SimulatedDisk disk = new SimulatedDisk(1, clock);
    /// The clock of the metadata; tests that wait for a time-out take the system's.
    private Clock waiting = clock;
    private final List<ExecutorService> executors = new ArrayList<>();

    @AfterEach
    void stopExecutors() {
        executors.forEach(ExecutorService::close);
    }

    private ExecutorService executor() {
        var executor = Executors.newSingleThreadExecutor();
        executors.add(executor);
        return executor;
    }

    private ClusterMetadata start(int node, MetadataLog log) throws IOException, InterruptedException {
        return start(log, ControllerSettings.defaults(node, "cluster"));
    }

    private ClusterMetadata start(MetadataLog log, ControllerSettings settings)
            throws IOException, InterruptedException {
        return ClusterMetadata.start(
                log, settings, new OfficialRules(), waiting, Threads.SYSTEM, new SplittableRandom(1));
    }

    private ClusterMetadata startLocal() throws IOException, InterruptedException {
        return start(1, LocalMetadataLog.open(ROOT, 1, disk, clock, Threads.SYSTEM));
    }

    private static ErrorCode onlyError(CreateTopicsResponse response) {
        assertThat(response.topics()).hasSize(1);
        return ErrorCode.of(response.topics().getFirst().errorCode());
    }

    @Test
    void aNewClusterBeginsWithItsFeatures() throws Exception {
        try (var metadata = startLocal()) {
            ClusterImage image = metadata.current();
            assertThat(image.clusterId()).isEqualTo("cluster");
            assertThat(image.features().finalized())
                    .containsEntry("metadata.version", (short) 33)
                    .containsEntry("transaction.version", (short) 2)
                    .containsEntry("group.version", (short) 1);
            assertThat(metadata.leadership()).isEqualTo(new QuorumLeader(1, 1));
        }
        // Once: not again at the next start.
        try (var metadata = startLocal()) {
            assertThat(metadata.current().position().offset()).isEqualTo(7);
        }
    }

    @Test
    void theImageHasAChangeWhenItIsAnswered() throws Exception {
        try (var metadata = startLocal()) {
            Requests.join(metadata, 1);
            assertThat(metadata.current().isAlive(1)).isTrue();
            for (int i = 0; i < 50; i++) {
                String name = "t" + i;
                assertThat(onlyError(metadata.controller().ask(ControllerApis.CREATE_TOPICS, Requests.create(2, name))))
                        .isEqualTo(ErrorCode.NONE);
                assertThat(metadata.current().partition(name, 1).orElseThrow().leader())
                        .isEqualTo(1);
                assertThat(metadata.current()
                                .topic(metadata.current()
                                        .topic(name)
                                        .orElseThrow()
                                        .id()))
                        .isPresent();
            }
            assertThat(metadata.current().topicCount()).isEqualTo(50);
            metadata.controller().ask(ControllerApis.DELETE_TOPICS, Requests.delete("t7"));
            assertThat(metadata.current().topic("t7")).isEmpty();
        }
    }

    @Test
    void answeredChangesSurviveAPowerCut() throws Exception {
        for (int seed = 0; seed < 10; seed++) {
            var fragile = new SimulatedDisk(seed, clock);
            var dead = start(1, LocalMetadataLog.open(ROOT, 1, fragile, clock, Threads.SYSTEM));
            Requests.join(dead, 1);
            for (int i = 0; i < 5; i++)
                dead.controller().ask(ControllerApis.CREATE_TOPICS, Requests.create(1, "t" + i));
            ClusterImage before = dead.current();
            fragile.loseFromCache();
            try (var metadata = start(1, LocalMetadataLog.open(ROOT, 1, fragile, clock, Threads.SYSTEM))) {
                assertThat(metadata.current()).isEqualTo(before);
            }
            dead.close();
        }
    }

    private static ControllerSettings settings(ControllerSettings.Snapshots snapshots) {
        var defaults = ControllerSettings.defaults(1, "cluster");
        return new ControllerSettings(
                1, "cluster", defaults.bootstrap(), defaults.supportedFeatures(), defaults.topics(), snapshots, 30_000);
    }

    @Test
    void snapshotsAndRestartsChangeNothing() throws Exception {
        var settings = settings(new ControllerSettings.Snapshots(2_000, 0));
        ClusterImage before = null;
        for (int life = 0; life < 5; life++) {
            try (var metadata = start(LocalMetadataLog.open(ROOT, 1, 1_000, disk, clock, Threads.SYSTEM), settings)) {
                if (before != null) assertThat(metadata.current()).isEqualTo(before);
                Requests.join(metadata, 1);
                for (int i = 0; i < 10; i++) {
                    metadata.controller().ask(ControllerApis.CREATE_TOPICS, Requests.create(3, "t" + life + "-" + i));
                    metadata.controller()
                            .ask(
                                    ControllerApis.INCREMENTAL_ALTER_CONFIGS,
                                    Requests.set(TOPIC, "t" + life + "-" + i, "retention.ms", "" + i));
                }
                metadata.controller().ask(ControllerApis.DELETE_TOPICS, Requests.delete("t" + life + "-3"));
                before = metadata.current();
            }
        }
        // A snapshot that was finished while the log closed lets go of old files at the next start.
        try (var metadata = start(LocalMetadataLog.open(ROOT, 1, 1_000, disk, clock, Threads.SYSTEM), settings)) {
            assertThat(metadata.current()).isEqualTo(before);
        }
        List<Path> files = disk.list(ROOT.resolve(LocalMetadataLog.DIRECTORY_NAME));
        assertThat(files)
                .filteredOn(file -> file.toString().endsWith(".checkpoint"))
                // Two are kept; the oldest of three goes when the next is written.
                .hasSizeBetween(2, 3);
        assertThat(files).noneMatch(file -> file.endsWith("00000000000000000000.log"));
    }

    @Test
    void aClockThatIsSetBackStopsNoSnapshots() throws Exception {
        var settings = settings(new ControllerSettings.Snapshots(Long.MAX_VALUE, 3_600_000));
        try (var metadata = start(LocalMetadataLog.open(ROOT, 1, disk, clock, Threads.SYSTEM), settings)) {
            Requests.join(metadata, 1);
            clock.setWallClock(Duration.ofDays(-365));
            metadata.controller().ask(ControllerApis.CREATE_TOPICS, Requests.create(1, "early"));
            clock.advance(Duration.ofHours(2));
            metadata.controller().ask(ControllerApis.CREATE_TOPICS, Requests.create(1, "late"));
        }
        assertThat(disk.list(ROOT.resolve(LocalMetadataLog.DIRECTORY_NAME)))
                .filteredOn(file -> file.toString().endsWith(".checkpoint"))
                .hasSize(1);
    }

    @Test
    void listenersGetEveryChangeOnceAndInOrder() throws Exception {
        try (var metadata = startLocal()) {
            Requests.join(metadata, 1);
            metadata.controller().ask(ControllerApis.CREATE_TOPICS, Requests.create(2, "early"));
            var deltas = new CopyOnWriteArrayList<ImageDelta>();
            metadata.addListener(deltas::add);
            assertThat(deltas).hasSize(1);
            assertThat(deltas.getFirst().changes())
                    .filteredOn(ClusterChange.PartitionCreated.class::isInstance)
                    .hasSize(2);
            metadata.controller().ask(ControllerApis.CREATE_TOPICS, Requests.create(1, "late"));
            metadata.controller()
                    .ask(ControllerApis.INCREMENTAL_ALTER_CONFIGS, Requests.set(TOPIC, "late", "retention.ms", "5"));
            metadata.controller().ask(ControllerApis.DELETE_TOPICS, Requests.delete("early"));
            assertThat(deltas).hasSize(4);
            assertThat(deltas.get(1).changes())
                    .hasExactlyElementsOfTypes(ClusterChange.TopicCreated.class, ClusterChange.PartitionCreated.class);
            assertThat(deltas.get(2).changes())
                    .containsExactly(new ClusterChange.ConfigsChanged(ConfigResource.topic("late")));
            assertThat(deltas.get(3).changes()).hasExactlyElementsOfTypes(ClusterChange.TopicDeleted.class);
            for (int i = 1; i < deltas.size(); i++) {
                assertThat(deltas.get(i).before()).isEqualTo(deltas.get(i - 1).after());
            }
        }
    }

    @Test
    void manyAtOnceGetWhatIsTheirs() throws Exception {
        try (var metadata = startLocal();
                var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            long epoch = Requests.join(metadata, 1);
            var creations = new ArrayList<Callable<ErrorCode>>();
            var ids = new ArrayList<Callable<Long>>();
            for (int i = 0; i < 100; i++) {
                // every name twice: one of the two callers is too late
                String name = "t" + i / 2;
                creations.add(() ->
                        onlyError(metadata.controller().ask(ControllerApis.CREATE_TOPICS, Requests.create(1, name))));
                ids.add(() -> metadata.controller()
                        .ask(BrokerApis.ALLOCATE_PRODUCER_IDS, new AllocateProducerIdsRequest(1, epoch))
                        .producerIdStart());
            }
            var outcomes = new ArrayList<ErrorCode>();
            for (var each : callers.invokeAll(creations)) outcomes.add(each.get());
            assertThat(Collections.frequency(outcomes, ErrorCode.NONE)).isEqualTo(50);
            assertThat(Collections.frequency(outcomes, ErrorCode.TOPIC_ALREADY_EXISTS))
                    .isEqualTo(50);
            var starts = new HashSet<Long>();
            for (var each : callers.invokeAll(ids)) starts.add(each.get());
            assertThat(starts).hasSize(100).allMatch(start -> start % 1000 == 0);
        }
    }

    @Test
    void validationAppendsNothing() throws Exception {
        try (var metadata = startLocal()) {
            Requests.join(metadata, 1);
            long before = metadata.current().position().offset();
            var response = metadata.controller()
                    .ask(
                            ControllerApis.CREATE_TOPICS,
                            Requests.create(1, "t").toBuilder()
                                    .validateOnly(true)
                                    .build());
            assertThat(onlyError(response)).isEqualTo(ErrorCode.NONE);
            assertThat(metadata.controller()
                            .ask(ControllerApis.CREATE_TOPICS, Requests.create(0, "t"))
                            .topics()
                            .getFirst()
                            .errorCode())
                    .isEqualTo(ErrorCode.INVALID_PARTITIONS.code());
            assertThat(metadata.current().position().offset()).isEqualTo(before);
        }
    }

    @Test
    void afterTheDiskFailedNothingIsAnsweredAsDone() throws Exception {
        try (var metadata = startLocal()) {
            Requests.join(metadata, 1);
            var failure = new AtomicReference<Throwable>();
            metadata.onFailure(failure::set);
            // the note of the committed end may be forced first, which is not needed
            disk.failForces(2);
            assertThat(onlyError(metadata.controller().ask(ControllerApis.CREATE_TOPICS, Requests.create(1, "t"))))
                    .isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
            assertThat(onlyError(metadata.controller().ask(ControllerApis.CREATE_TOPICS, Requests.create(1, "u"))))
                    .isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
            assertThat(metadata.current().topic("t")).isEmpty();
            assertThat(failure.get()).isInstanceOf(IOException.class);
            var late = new AtomicReference<Throwable>();
            metadata.onFailure(late::set);
            assertThat(late.get()).isSameAs(failure.get());
        }
    }

    @Test
    void aListenerThatFailsEndsTheNodesMetadata() throws Exception {
        try (var metadata = startLocal()) {
            Requests.join(metadata, 1);
            metadata.addListener(delta -> {
                if (delta.after().topic("bad").isPresent()) throw new IllegalStateException("no");
            });
            assertThat(onlyError(metadata.controller().ask(ControllerApis.CREATE_TOPICS, Requests.create(1, "good"))))
                    .isEqualTo(ErrorCode.NONE);
            assertThat(onlyError(metadata.controller().ask(ControllerApis.CREATE_TOPICS, Requests.create(1, "bad"))))
                    .isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
        }
    }

    @Test
    void anotherNodeDecidesWhenItIsElected() throws Exception {
        waiting = Clock.SYSTEM;
        var cluster = new InMemoryMetadataLog.Cluster(clock);
        var firstLog = cluster.node(1, executor());
        var secondLog = cluster.node(2, executor());
        cluster.elect(1);
        try (var first = start(1, firstLog);
                var second = start(2, secondLog)) {
            Requests.join(first, 1);
            Requests.join(first, 2);
            assertThat(onlyError(first.controller().ask(ControllerApis.CREATE_TOPICS, Requests.create(1, "kept"))))
                    .isEqualTo(ErrorCode.NONE);
            assertThat(onlyError(second.controller().ask(ControllerApis.CREATE_TOPICS, Requests.create(1, "t"))))
                    .isEqualTo(ErrorCode.NOT_CONTROLLER);

            // What the first decides from here on is never committed.
            cluster.holdCommits();
            try (var caller = Executors.newVirtualThreadPerTaskExecutor()) {
                long before = firstLog.endOffset();
                var lost = caller.submit(() -> onlyError(first.controller()
                        .ask(
                                ControllerApis.CREATE_TOPICS,
                                Requests.create(1, "lost").toBuilder()
                                        .timeoutMs(30_000)
                                        .build())));
                while (firstLog.endOffset() == before) Thread.onSpinWait();
                cluster.elect(2);
                assertThat(lost.get(30, TimeUnit.SECONDS)).isEqualTo(ErrorCode.NOT_CONTROLLER);
            }
            var retried = new AtomicReference<CreateTopicsResponse>();
            try (var caller = Executors.newVirtualThreadPerTaskExecutor()) {
                long before = secondLog.endOffset();
                var creation = caller.submit(() -> {
                    // the second node hears of its election a moment later
                    do retried.set(second.controller().ask(ControllerApis.CREATE_TOPICS, Requests.create(1, "lost")));
                    while (onlyError(retried.get()) == ErrorCode.NOT_CONTROLLER);
                    return onlyError(retried.get());
                });
                while (secondLog.endOffset() == before) Thread.onSpinWait();
                cluster.commitAll();
                assertThat(creation.get(30, TimeUnit.SECONDS)).isEqualTo(ErrorCode.NONE);
            }
            long offset = second.current().position().offset();
            assertThat(first.awaitOffset(offset, Deadline.inMillis(30_000, Clock.SYSTEM)))
                    .isTrue();
            assertThat(first.current()).isEqualTo(second.current());
            assertThat(first.current().topic("lost").orElseThrow().id())
                    .isEqualTo(retried.get().topics().getFirst().topicId());
            assertThat(onlyError(first.controller().ask(ControllerApis.CREATE_TOPICS, Requests.create(1, "t"))))
                    .isEqualTo(ErrorCode.NOT_CONTROLLER);
        }
    }

    @Test
    void withoutALeaderAndWithoutContentThereIsNoStart() {
        waiting = Clock.SYSTEM;
        var cluster = new InMemoryMetadataLog.Cluster(clock);
        var log = cluster.node(1, executor());
        var defaults = ControllerSettings.defaults(1, "cluster");
        var hasty = new ControllerSettings(
                1,
                "cluster",
                defaults.bootstrap(),
                defaults.supportedFeatures(),
                defaults.topics(),
                defaults.snapshots(),
                1);
        assertThatThrownBy(() -> start(log, hasty))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no leader");
    }

    @Test
    void closingEndsWhatWaits() throws Exception {
        var cluster = new InMemoryMetadataLog.Cluster(clock);
        var log = cluster.node(1, executor());
        cluster.elect(1);
        var metadata = start(1, log);
        Requests.join(metadata, 1);
        cluster.holdCommits();
        long before = log.endOffset();
        try (var caller = Executors.newVirtualThreadPerTaskExecutor()) {
            var waiting = caller.submit(
                    () -> onlyError(metadata.controller().ask(ControllerApis.CREATE_TOPICS, Requests.create(1, "t"))));
            while (log.endOffset() == before) Thread.onSpinWait();
            metadata.close();
            assertThat(waiting.get(30, TimeUnit.SECONDS)).isEqualTo(ErrorCode.REQUEST_TIMED_OUT);
        }
        assertThat(onlyError(metadata.controller().ask(ControllerApis.CREATE_TOPICS, Requests.create(1, "u"))))
                .isEqualTo(ErrorCode.NOT_CONTROLLER);
    }

    @Test
    void onAFullDiskRequestsAreRefusedAndTopicsCanBeDeleted() throws Exception {
        try (var metadata = startLocal()) {
            Requests.join(metadata, 1);
            assertThat(create(metadata, "before")).isEqualTo(ErrorCode.NONE);
            disk.capacity(0);
            for (int i = 0; i < 5; i++)
                assertThat(create(metadata, "refused")).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
            assertThat(metadata.controller()
                            .ask(BrokerApis.ALLOCATE_PRODUCER_IDS, new AllocateProducerIdsRequest(1, 0))
                            .errorCode())
                    .isNotEqualTo(ErrorCode.NONE.code());

            disk.capacity(disk.bytes());
            var deleted = metadata.controller().ask(ControllerApis.DELETE_TOPICS, Requests.delete("before"));
            assertThat(deleted.responses().getFirst().errorCode()).isEqualTo(ErrorCode.NONE.code());
            assertThat(metadata.current().topicCount()).isZero();

            disk.capacity(Long.MAX_VALUE);
            assertThat(create(metadata, "after")).isEqualTo(ErrorCode.NONE);
            assertThat(metadata.current().topic("refused")).isEmpty();
        }
        try (var metadata = startLocal()) {
            assertThat(metadata.current().topic("after")).isPresent();
            assertThat(metadata.current().topicCount()).isEqualTo(1);
        }
    }

    private static ErrorCode create(ClusterMetadata metadata, String name) throws InterruptedException {
        return onlyError(metadata.controller().ask(ControllerApis.CREATE_TOPICS, Requests.create(1, name)));
    }
}
