package barnabas.bench.system;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Place of a node in a cluster of several, each broker and controller, all on 127.0.0.1.
///
/// @param id from 1
/// @param ports of all nodes for clients, by id
/// @param controllerPorts of all nodes, by id
record Member(int id, List<Integer> ports, List<Integer> controllerPorts) {
    static final String CLUSTER_ID = "YmFybmFiYXMtYmVuY2gtMQ";

    /// The members of a new cluster, on free ports.
    static List<Member> cluster(int nodes) throws IOException {
        List<Integer> free = new ArrayList<>();
        while (free.size() < 2 * nodes) {
            int port = Workspace.freePort();
            if (!free.contains(port)) free.add(port);
        }
        List<Member> members = new ArrayList<>();
        for (int id = 1; id <= nodes; id++) {
            members.add(new Member(id, free.subList(0, nodes), free.subList(nodes, 2 * nodes)));
        }
        return members;
    }

    int port() {
        return ports.get(id - 1);
    }

    int controllerPort() {
        return controllerPorts.get(id - 1);
    }

    /// `controller.quorum.voters`: all nodes.
    String voters() {
        List<String> voters = new ArrayList<>();
        for (int i = 0; i < controllerPorts.size(); i++) voters.add((i + 1) + "@127.0.0.1:" + controllerPorts.get(i));
        return String.join(",", voters);
    }
}
