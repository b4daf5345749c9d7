package barnabas.broker;

import barnabas.base.Clock;
import barnabas.base.Disk;
import barnabas.base.Failure;
import barnabas.base.FileDisk;
import barnabas.base.Threads;
import barnabas.net.Network;
import barnabas.net.socket.SocketNetwork;
import java.security.SecureRandom;
import java.util.random.RandomGenerator;

/// The seams through which a broker reaches the world: real in production, seeded in a simulation.
public record World(Clock clock, Disk disk, Network network, Threads threads, RandomGenerator random) {
    /// @param failure receives what the broker cannot survive
    public static World real(Failure failure) {
        return real(new FileDisk(), failure);
    }

    static World real(Disk disk, Failure failure) {
        Threads threads = Threads.system(failure);
        var random = new SecureRandom();
        var network = new SocketNetwork(Clock.SYSTEM, threads, random);
        return new World(Clock.SYSTEM, disk, network, threads, random);
    }
}
