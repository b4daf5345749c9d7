package barnabas.sim;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

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
        for (SimulatedHost host : cluster.hosts()) if (has(host, partition, offset, value)) copies++;
        if (copies < IN_SYNC_MIN)
            findings.violation(partition.name() + ": " + value + ", acknowledged at " + offset
                    + ", was acknowledged for " + copies + " replicas");
    }

    /// @param name of a partition, which is not one of the clients' perhaps
    void joined(String name, int nodeId) {
        if (!looks()) return;
        for (Partition partition : ledger.partitions()) {
            if (!partition.name().equals(name)) continue;
            long last = ledger.lastAcknowledged(partition);
            if (last >= 0 && !has(cluster.host(nodeId), partition, last, ledger.acknowledgedAt(partition, last)))
                findings.violation(name + ": n" + nodeId + " is in sync without the acknowledged record at " + last);
        }
    }

    /// True also when the machine has stopped, its disk does not read now or has wrong bits: nothing is known of it
    /// then. After an orderly stop a start reads nothing, so that a replica with wrong bits joins by its end.
    private boolean has(SimulatedHost host, Partition partition, long offset, String value) {
        if (host.disk().stopped() || damage.isOn(host)) return true;
        try {
            Map<Long, String> records = Replicas.records(host.disk(), Path.of("/data", partition.name()));
            String found = records.get(offset);
            return found != null && List.of(found.split(" ")).contains(value);
        } catch (IOException e) {
            return true;
        }
    }
}
