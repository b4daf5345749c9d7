package barnabas.conformance.chaos;

import java.io.IOException;

/// The network between nodes that live in namespaces of their own, `PREFIX-n1` .., each with an address behind a
/// bridge:
/// `eth0` inside, `PREFIXv1` .. on the bridge. `conformance/chaos/run` makes and removes them.
///
/// A cut is silent: frames are dropped without a word, as behind a dead switch.
final class Links {
    /// Belongs to no interface: what is sent there arrives nowhere.
    private static final String NOWHERE = "02:00:00:00:00:99";

    private final String prefix;
    private final String subnet;

    /// @param subnet the first three numbers of the addresses
    Links(String prefix, String subnet) {
        this.prefix = prefix;
        this.subnet = subnet;
    }

    private String namespace(int node) {
        return prefix + "-n" + node;
    }

    private String port(int node) {
        return prefix + "v" + node;
    }

    private String address(int node) {
        return subnet + "." + node;
    }

    /// From the other nodes and from clients.
    void cutOff(int node) throws IOException, InterruptedException {
        Shell.run("ip", "link", "set", port(node), "down");
    }

    void reconnect(int node) throws IOException, InterruptedException {
        Shell.run("ip", "link", "set", port(node), "up");
    }

    /// Nothing that `from` sends reaches `to`; the other way is open.
    void cutOneWay(int from, int to) throws IOException, InterruptedException {
        Shell.run(
                "ip",
                "-n",
                namespace(from),
                "neigh",
                "replace",
                address(to),
                "lladdr",
                NOWHERE,
                "dev",
                "eth0",
                "nud",
                "permanent");
    }

    void healOneWay(int from, int to) throws IOException, InterruptedException {
        Shell.run("ip", "-n", namespace(from), "neigh", "del", address(to), "dev", "eth0");
    }

    /// Limits what is sent to `node` to `kilobits` a second; more than a tenth of a second of it is dropped.
    void slow(int node, int kilobits) throws IOException, InterruptedException {
        Shell.run(
                "tc",
                "qdisc",
                "add",
                "dev",
                port(node),
                "root",
                "tbf",
                "rate",
                kilobits + "kbit",
                "burst",
                "4kb",
                "latency",
                "100ms");
    }

    void fast(int node) throws IOException, InterruptedException {
        Shell.run("tc", "qdisc", "del", "dev", port(node), "root");
    }
}
