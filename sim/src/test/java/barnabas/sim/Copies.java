package barnabas.sim;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The checker of replicas: an acknowledged record is on the disks of as many nodes as `min.insync.replicas` asks for,
/// and a replica that joins those in sync has every acknowledged record.
///
/// Looks only without the journal: with it a disk that lost its power has records in the journal alone.
final class Copies {
    private static final int IN_SYNC_MIN = 2;
    /// Reading a log takes longer than making it.
    private static final int LOOKED_AT_ONE_IN = 4;

    private final Settings settings;
    private final SimulatedCluster cluster;
    private final Findings findings;
    private final Ledger ledger;
    private final Damage damage;
    /// Values that a machine had when it lost its power.
    private final Map<Integer, Set<String>> lost = new HashMap<>();

    private int acknowledged;

    Copies(Settings settings, SimulatedCluster cluster, Findings findings, Ledger ledger, Damage damage) {
        this.settings = settings;
        this.cluster = cluster;
        this.findings = findings;
        this.ledger = ledger;
        this.damage = damage;
    }

    private boolean looks() {
        return settings.replicated() && !settings.journal();
    }

    void acknowledged(Partition partition, long offset, String value) {
        if (!looks() || acknowledged++ % LOOKED_AT_ONE_IN != 0) return;
        int copies = 0;
        for (SimulatedHost host : cluster.hosts())
            if (has(host, partition, offset, value) || lost(host.id()).contains(value)) copies++;
        if (copies < IN_SYNC_MIN)
            findings.violation(partition.name() + ": " + value + ", acknowledged at " + offset
                    + ", was acknowledged for " + copies + " replicas");
    }

    /// The machine is about to lose what it has not forced: copies that were acknowledged as such, perhaps in an answer
    /// that is still under way. They count, though nobody can see them any more.
    void powerIsCut(SimulatedHost host) {
        if (!looks() || host.disk().stopped()) return;
        for (Partition partition : ledger.partitions())
            for (String found : records(host, partition).values())
                lost(host.id()).add(found.substring(0, found.indexOf(' ')));
    }

    private Set<String> lost(int nodeId) {
        return lost.computeIfAbsent(nodeId, _ -> new HashSet<>());
    }

    /// @param name of a partition, which is not one of the clients' perhaps
    void joined(String name, int nodeId) {
        if (!looks()) return;
        for (Partition partition : ledger.partitions()) {
            if (!partition.name().equals(name)) continue;
            long last = ledger.lastAcknowledged(partition);
            if (last < 0) continue;
            SimulatedHost host = cluster.host(nodeId);
            String value = ledger.acknowledgedAt(partition, last);
            // It joins in name: until it is fenced its leader may still take the copy that went with its power.
            boolean gone = !host.isServing() && lost(nodeId).contains(value);
            if (!gone && !has(host, partition, last, value))
                findings.violation(name + ": n" + nodeId + " is in sync without the acknowledged record at " + last);
        }
    }

    /// True also when the machine has stopped or its disk has wrong bits: nothing is known of it then. After an orderly
    /// stop a start reads nothing, so that a replica with wrong bits joins by its end.
    private boolean has(SimulatedHost host, Partition partition, long offset, String value) {
        if (host.disk().stopped() || damage.isOn(host)) return true;
        String found = records(host, partition).get(offset);
        return found != null && List.of(found.split(" ")).contains(value);
    }

    private static Map<Long, String> records(SimulatedHost host, Partition partition) {
        return Replicas.records(host.disk(), SimulatedHost.DIRECTORY.resolve(partition.name()));
    }
}
