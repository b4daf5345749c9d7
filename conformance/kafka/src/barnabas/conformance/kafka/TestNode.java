package barnabas.conformance.kafka;

import java.nio.file.Path;
import java.util.List;

/// A node of a test's cluster; it keeps its ports over a restart, because clients know the addresses.
///
/// @param isBroker whether it has the role broker
/// @param isController whether it has the role controller
record TestNode(
        int id, boolean isBroker, boolean isController, List<Path> directories, int clientPort, int controllerPort) {
    String roles() {
        if (isBroker && isController) return "broker,controller";
        return isBroker ? "broker" : "controller";
    }
}
