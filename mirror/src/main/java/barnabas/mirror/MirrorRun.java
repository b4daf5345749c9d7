package barnabas.mirror;

import barnabas.base.security.SecuritySettingException;
import barnabas.broker.mirrors.MirrorNode;
import barnabas.client.ClientException;
import barnabas.client.ClientSecurity;
import barnabas.client.Cluster;
import barnabas.client.ClusterMetadata;
import barnabas.client.ConnectionOptions;
import barnabas.client.TopicPartition;
import barnabas.metadata.image.TopicImage;
import barnabas.replication.Partition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One mirror on this broker: looks at the source's metadata, hands the partitions that this broker leads to fetchers,
/// and takes part in promotions, which need no source.
///
/// Owner: its thread.
final class MirrorRun {
    private static final Logger LOG = LoggerFactory.getLogger(MirrorRun.class);

    private static final long LOOK_NANOS = 500_000_000L;
    private static final long REFRESH_NANOS = 5_000_000_000L;
    private static final long REFRESH_NANOS_MIN = 300_000_000L;
    /// A thread for each.
    private static final int LEADERS_MAX = 1_000;
    private static final int FRAME_BYTES_MAX = 64 << 20;

    private final MirrorContext context;
    private final Trouble trouble;
    private final StopSteps stops;
    private final ClaimSteps claims;
    private final Rounds topicRounds;
    private final Rounds groupRounds;
    private final Rounds aclRounds;
    private volatile MirrorDefinition definition;
    private volatile boolean woken;
    private volatile boolean wantsMetadata = true;
    private volatile boolean closed;
    private @Nullable Thread thread;

    private volatile @Nullable Cluster source;
    private @Nullable MirrorDefinition connected;
    private final Map<Integer, SourceFetcher> fetchers = new HashMap<>();
    /// Those that may still wait for a last answer.
    private final List<SourceFetcher> retired = new ArrayList<>();

    /// Published for the status: another map after each change.
    private volatile Map<TopicPartition, Copy> copies = Map.of();

    private volatile Map<String, String> refused = Map.of();
    private volatile Map<String, String> aclProblems = Map.of();
    private long refreshedNanos;
    private boolean everRefreshed;
    /// As the source says, or the mirror's topics did when this run began; empty before one of them has.
    private String sourceClusterId = "";
    /// Those of the topics when the source answered last.
    private Set<String> marks = Set.of();
    /// The mirror was paused, or got another source: whatever cluster answers next is meant.
    private boolean acceptsCluster;
    /// Set with each definition that is paused: the next one may come before this thread looks.
    private volatile boolean wasPaused;

    private boolean isRightCluster;

    MirrorRun(MirrorDefinition definition, MirrorNode node) {
        this.definition = definition;
        this.wasPaused = definition.paused();
        this.context = new MirrorContext(definition.name(), node);
        this.trouble = new Trouble(definition.name(), node.clock());
        this.stops = new StopSteps(context);
        this.claims = new ClaimSteps(context);
        this.topicRounds = new Rounds(node.clock()::nanos);
        this.groupRounds = new Rounds(node.clock()::nanos);
        this.aclRounds = new Rounds(node.clock()::nanos);
    }

    MirrorRun start() {
        thread = context.node().threads().start("mirror-" + context.name(), this::run);
        return this;
    }

    /// Another image came, and perhaps another definition.
    void changed(MirrorDefinition now) {
        definition = now;
        if (now.paused()) wasPaused = true;
        woken = true;
        LockSupport.unpark(thread);
    }

    private void wantMetadata() {
        wantsMetadata = true;
    }

    private void run() {
        try {
            while (!closed) {
                woken = false;
                try {
                    look();
                } catch (RuntimeException e) {
                    // an answer that no cluster gives
                    LOG.debug("Mirror {} fails", context.name(), e);
                    trouble.at(Trouble.SOURCE, "what the source answers cannot be used: " + e);
                }
                if (!woken && !closed)
                    context.clock().parkUntil(this, context.clock().nanos() + LOOK_NANOS);
            }
        } finally {
            disconnect();
        }
    }

    private void look() {
        if (wasPaused) {
            wasPaused = false;
            acceptsCluster = true;
            disconnect();
            // partitions that have stopped are tried again
            copies = Map.of();
            trouble.over(Trouble.SOURCE);
        }
        MirrorDefinition now = definition;
        Map<TopicPartition, Copy> wanted = wanted(now);
        List<MirrorTopic> topics = MirrorTopic.of(context.image(), context.name());
        stops.take(topics);
        claims.take(topics, now.paused());
        if (now.paused()) return;
        Cluster cluster = connected(now);
        if (cluster == null) return;
        if (isRefreshDue()) refresh(cluster, now);
        if (isRightCluster) assign(cluster, wanted);
        else fetchers.values().forEach(each -> each.copy(Map.of()));
        stops.prepared(MirrorTopic.of(context.image(), context.name()), copies);
    }

    /// Copies of the partitions that this broker leads and fills; those that it does no more lose their fetchers first.
    private Map<TopicPartition, Copy> wanted(MirrorDefinition now) {
        var wanted = new TreeMap<TopicPartition, Copy>();
        Map<TopicPartition, Copy> before = copies;
        if (!now.paused()) {
            for (MirrorTopic topic : MirrorTopic.of(context.image(), context.name())) {
                boolean preparing = topic.state() == MirrorTopic.State.PREPARING;
                if (!preparing && topic.state() != MirrorTopic.State.MIRRORING) continue;
                for (int index = 0; index < topic.topic().partitionCount(); index++) {
                    Partition led =
                            context.node().partitions().find(topic.topic().id(), index);
                    if (led == null || !led.isLeader() || !led.log().config().mirrored()) continue;
                    boolean mayTruncate = preparing && !topic.ready().containsKey(index);
                    var name = new TopicPartition(topic.topic().name(), index);
                    Copy copy = before.get(name);
                    if (copy == null || copy.partition != led || !copy.sourceId.equals(topic.sourceId()))
                        copy = new Copy(
                                name,
                                topic.sourceId(),
                                led,
                                mayTruncate,
                                context.clock().nanos());
                    copy.mayTruncate = mayTruncate;
                    wanted.put(name, copy);
                }
            }
        }
        before.forEach((name, copy) -> {
            if (wanted.get(name) != copy) copy.give(null);
        });
        if (!wanted.equals(before)) copies = Map.copyOf(wanted);
        return wanted;
    }

    private @Nullable Cluster connected(MirrorDefinition now) {
        if (source != null && connected != null && now.connectsAs(connected)) return source;
        if (connected != null) acceptsCluster = true;
        disconnect();
        try {
            ClientSecurity security = now.security().isEmpty()
                    ? ClientSecurity.NONE
                    : ClientSecurity.of(
                            now.security(),
                            context.node().disk(),
                            context.node().random());
            var options = new ConnectionOptions(
                    "mirror-" + context.name() + "-" + context.node().brokerId(),
                    Duration.ofSeconds(3),
                    Duration.ofSeconds(10),
                    FRAME_BYTES_MAX,
                    -1,
                    -1,
                    security,
                    context.clock(),
                    context.node().sockets());
            var cluster = new Cluster(
                    now.source(), options, Duration.ofSeconds(5), context.node().random());
            source = cluster;
            sourceClusterId = "";
            isRightCluster = false;
            connected = now;
            wantsMetadata = true;
            if (closed) cluster.close();
            return cluster;
        } catch (SecuritySettingException | IllegalArgumentException e) {
            trouble.at(Trouble.SOURCE, String.valueOf(e.getMessage()));
            return null;
        }
    }

    private boolean isRefreshDue() {
        long now = context.clock().nanos();
        if (!everRefreshed) return true;
        long age = now - refreshedNanos;
        return age >= REFRESH_NANOS || (wantsMetadata && age >= REFRESH_NANOS_MIN);
    }

    private void refresh(Cluster cluster, MirrorDefinition now) {
        wantsMetadata = false;
        everRefreshed = true;
        try {
            var _ = cluster.refresh(null, false);
            String problem = problemWith(cluster.metadata().clusterId());
            isRightCluster = problem.isEmpty();
            if (!isRightCluster) {
                trouble.at(Trouble.SOURCE, problem);
                return;
            }
            trouble.over(Trouble.SOURCE);
            if (context.coordinates()) {
                context.writeSourceCluster(cluster.metadata().clusterId());
                try {
                    refused = new TopicSync(context, now, cluster, claims).run(topicRounds, refused);
                    if (claims.ages.areYoung()) wantMetadata();
                } finally {
                    // rights that are gone at the source must not wait for a topic that cannot be looked at
                    syncAcls(cluster, now);
                }
            } else {
                // another broker shows its own
                refused = Map.of();
                aclProblems = Map.of();
            }
            if (now.groups() != null) new GroupSync(context, now, cluster).run(groupRounds);
        } catch (ClientException e) {
            if (!closed) trouble.at(Trouble.SOURCE, String.valueOf(e.getMessage()));
        } finally {
            refreshedNanos = context.clock().nanos();
        }
    }

    private void syncAcls(Cluster cluster, MirrorDefinition now) throws ClientException {
        if (!now.copiesAcls()) {
            aclProblems = Map.of();
            return;
        }
        var sync = new AclSync(context, now, cluster);
        aclProblems = sync.run(aclRounds, aclProblems);
        if (sync.hasMore()) wantMetadata();
    }

    /// Nothing is taken from another cluster that answers at the source's address, as topics and groups may have the
    /// same names there.
    private String problemWith(String id) {
        if (id.equals(context.clusterId())) return "it is this cluster itself";
        Set<String> known = MirrorTopic.sourceClusters(context.image(), context.name());
        if (sourceClusterId.isEmpty()) {
            boolean accepted = acceptsCluster || known.isEmpty() || known.contains(id);
            sourceClusterId = accepted ? id : known.iterator().next();
        } else if (known.size() == 1 && !known.equals(marks)) {
            // the broker that looks after the topics has written the one that the operator accepts
            sourceClusterId = known.iterator().next();
        }
        marks = known;
        return id.equals(sourceClusterId)
                ? ""
                : "it is cluster " + id + " and was " + sourceClusterId + " before: pause and resume the mirror if that"
                        + " is meant";
    }

    private void assign(Cluster cluster, Map<TopicPartition, Copy> wanted) {
        var byLeader = new HashMap<Integer, Map<TopicPartition, Copy>>();
        ClusterMetadata seen = cluster.metadata();
        wanted.forEach((name, copy) -> {
            var topic = seen.topics().get(name.topic());
            String problem = null;
            int leader = -1;
            if (topic == null) problem = "the source has no such topic, or does not show it";
            else if (!topic.id().equals(copy.sourceId) && !copy.sourceId.isZero())
                stop(copy, "the source's topic was deleted and created again");
            else if (name.partition() >= topic.partitions().size()) problem = "the source has no such partition";
            else if (!copy.leads(topic.partitions().get(name.partition()).leaderEpoch())) {
                problem = "the source names a leader of epoch "
                        + topic.partitions().get(name.partition()).leaderEpoch() + " and had one of epoch "
                        + copy.sourceLeaderEpoch() + " before";
                wantMetadata();
            } else leader = topic.partitions().get(name.partition()).leaderId();
            if (problem == null && leader < 0 && !copy.isStopped()) problem = "the source has no leader for it";
            if (problem == null
                    && !fetchers.containsKey(leader)
                    && !byLeader.containsKey(leader)
                    && byLeader.size() + retired.size() >= LEADERS_MAX)
                problem = "the source names more than " + LEADERS_MAX + " leaders";
            if (copy.isStopped()) return;
            if (problem != null) {
                if (everRefreshed)
                    copy.waits(problem, context.clock().nanos(), context.clock().millis());
                return;
            }
            byLeader.computeIfAbsent(leader, _ -> new HashMap<>()).put(name, copy);
        });
        byLeader.forEach((leader, led) -> {
            SourceFetcher fetcher = fetchers.computeIfAbsent(
                    leader, id -> new SourceFetcher(id, cluster, context, trouble, this::wantMetadata).start());
            led.values().forEach(copy -> copy.give(fetcher));
            fetcher.copy(led);
        });
        fetchers.entrySet().removeIf(each -> {
            if (byLeader.containsKey(each.getKey())) return false;
            // a source whose brokers come and go leaves no threads behind
            each.getValue().retire();
            retired.add(each.getValue());
            trouble.over(each.getKey());
            return true;
        });
        retired.removeIf(SourceFetcher::hasEnded);
    }

    private void stop(Copy copy, String reason) {
        if (copy.isStopped()) return;
        LOG.error("Mirror {}: {} stops: {}", context.name(), copy.name, reason);
        copy.stops(reason, context.clock().millis());
    }

    private void disconnect() {
        Cluster before = source;
        if (before != null) before.close();
        source = null;
        connected = null;
        copies.values().forEach(copy -> copy.give(null));
        fetchers.values().forEach(SourceFetcher::close);
        retired.forEach(SourceFetcher::close);
        retired.clear();
        fetchers.keySet().forEach(trouble::over);
        fetchers.clear();
    }

    String status() {
        var problems = new StringBuilder();
        trouble.lasting()
                .forEach((_, each) -> problems.append(problems.isEmpty() ? "" : "; ")
                        .append(each.problem())
                        .append(" (since ")
                        .append(Instant.ofEpochMilli(each.sinceMillis()))
                        .append(")"));
        // what refuses a topic now says more than why its claim was taken back
        var reasons = new TreeMap<>(claims.takenBack());
        reasons.putAll(aclProblems);
        reasons.putAll(refused);
        reasons.forEach((topic, why) -> problems.append(problems.isEmpty() ? "" : "; ")
                .append(topic)
                .append(": ")
                .append(why));
        StatusText text = new StatusText().problem(problems.toString());
        boolean paused = definition.paused();
        Map<TopicPartition, Copy> present = copies;
        for (MirrorTopic topic : MirrorTopic.of(context.image(), context.name())) {
            for (int index = 0; index < topic.topic().partitionCount(); index++) {
                Partition led = context.node().partitions().find(topic.topic().id(), index);
                if (led == null || !led.isLeader()) continue;
                Copy copy = present.get(new TopicPartition(topic.topic().name(), index));
                Copy.Health health = copy == null ? Copy.Health.WELL : copy.health();
                long end = led.log().logEndOffset();
                long lag = copy == null || copy.sourceEnd() < 0 ? -1 : Math.max(0, copy.sourceEnd() - end);
                String state = health.stopped()
                        ? "failed"
                        : paused && topic.state() == MirrorTopic.State.MIRRORING
                                ? "paused"
                                : topic.state().text();
                text.partition(topic.topic().name(), index, state, health, end, lag);
            }
        }
        for (TopicImage topic : MirrorTopic.promotedFrom(context.image(), definition)) {
            for (int index = 0; index < topic.partitionCount(); index++) {
                Partition led = context.node().partitions().find(topic.id(), index);
                if (led != null && led.isLeader())
                    text.partition(
                            topic.name(),
                            index,
                            "promoted",
                            Copy.Health.WELL,
                            led.log().logEndOffset(),
                            -1);
            }
        }
        return text.end();
    }

    void close() {
        closed = true;
        Cluster open = source;
        if (open != null) open.close();
        Thread running = thread;
        if (running == null) return;
        LockSupport.unpark(running);
        running.interrupt();
        boolean interrupted = false;
        while (running.isAlive()) {
            try {
                running.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }
}
