package barnabas.sim;

import java.util.List;
import java.util.SplittableRandom;

/// State that the clients of one simulation share.
final class Work {
    private final Settings settings;
    private final Ledger ledger;
    private final Topics topics;
    private final Findings findings;
    private final List<Partition> partitions;
    private final SimulatedCluster cluster;
    private final Damage damage;
    private boolean ended;

    Work(
            Settings settings,
            Ledger ledger,
            Topics topics,
            Findings findings,
            List<Partition> partitions,
            SimulatedCluster cluster,
            Damage damage) {
        this.settings = settings;
        this.ledger = ledger;
        this.topics = topics;
        this.findings = findings;
        this.partitions = partitions;
        this.cluster = cluster;
        this.damage = damage;
    }

    Settings settings() {
        return settings;
    }

    Ledger ledger() {
        return ledger;
    }

    Topics topics() {
        return topics;
    }

    Findings findings() {
        return findings;
    }

    /// Whether bits on a disk are wrong now: a reader may get a batch that its CRC shows to be damaged.
    boolean isDamaged() {
        return damage.isThere();
    }

    /// Whether a bit on the disk of this node is wrong in what a batch of the partition says of its producer.
    boolean hasWrongProducer(int nodeId, Partition partition) {
        return damage.isInProducer(cluster.host(nodeId), partition);
    }

    /// Leaders of a partition, as each node has them: for a violation that a leader which was replaced can bring about.
    String leadersOf(Partition partition) {
        return cluster.leadersOf(partition.topic(), partition.index());
    }

    List<Partition> partitions() {
        return partitions;
    }

    Partition any(SplittableRandom random) {
        return partitions.get(random.nextInt(partitions.size()));
    }

    boolean hasEnded() {
        return ended;
    }

    /// Clients finish what they are at.
    void end() {
        ended = true;
    }
}
