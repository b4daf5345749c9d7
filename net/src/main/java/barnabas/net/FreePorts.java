package barnabas.net;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// Free ports of this machine for nodes that keep theirs when they are stopped and started again. They lie below those
/// that systems give to outgoing connections (Linux: from 32768 on), so that no client's connection takes the port of a
/// stopped node; each process begins somewhere else.
public final class FreePorts {
    private static final int FIRST = 20_000;
    private static final int COUNT = 12_000;
    private static final int APART = 997;
    private static final AtomicInteger NEXT =
            new AtomicInteger((int) (ProcessHandle.current().pid() * APART % COUNT));

    private FreePorts() {}

    /// Ports that are free now; another process could take one before it is bound.
    ///
    /// @throws IOException when there are not so many
    public static List<Integer> choose(int count) throws IOException {
        var ports = new ArrayList<Integer>();
        for (int tries = 0; ports.size() < count; tries++) {
            if (tries == COUNT) throw new BindException("fewer than " + count + " free ports from " + FIRST + " on");
            int port = FIRST + Math.floorMod(NEXT.getAndIncrement(), COUNT);
            if (isFree(port)) ports.add(port);
        }
        return ports;
    }

    /// True when nothing listens on the port of the loopback address.
    public static boolean isFree(int port) {
        try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
