package barnabas.cli.cluster;

import barnabas.cli.console.Failure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/// Ports of this machine.
final class Ports {
    private static final int PORT_MAX = 65_535;

    private Ports() {}

    static boolean isPort(String text) {
        return text.matches("[0-9]{1,5}") && Integer.parseInt(text) <= PORT_MAX;
    }

    /// @param first 0 for free ports, which another process could take before they are bound
    static List<Integer> choose(int first, int count) throws Failure, IOException {
        if (first + count - 1 > PORT_MAX)
            throw new Failure("--port " + first + " leaves no room for " + count + " ports below " + (PORT_MAX + 1));
        var ports = new ArrayList<Integer>();
        if (first != 0) {
            for (int i = 0; i < count; i++) ports.add(first + i);
            return ports;
        }
        var sockets = new ArrayList<ServerSocket>();
        try {
            for (int i = 0; i < count; i++) {
                ServerSocket socket = bound(0);
                sockets.add(socket);
                ports.add(socket.getLocalPort());
            }
        } finally {
            for (ServerSocket each : sockets) each.close();
        }
        return ports;
    }

    static boolean isFree(int port) {
        try (ServerSocket socket = bound(port)) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private static ServerSocket bound(int port) throws IOException {
        var socket = new ServerSocket();
        try {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral(LocalNode.HOST), port));
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }
}
