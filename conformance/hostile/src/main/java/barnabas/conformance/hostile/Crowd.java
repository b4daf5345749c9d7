package barnabas.conformance.hostile;

import barnabas.protocol.ApiKey;
import barnabas.protocol.message.ApiVersionsRequest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;

/// One client of a busy and harmless crowd, in the place of an attacker: it builds the same requests, which takes the
/// same processor time, and sends an ApiVersions request for each. The well-behaved client beside such a crowd has what
/// this machine gives it; what an attack takes beyond that is the broker's doing.
record Crowd(
        InetSocketAddress address, List<Wire.Served> served, RandomGenerator random, long untilNanos, LongAdder answers)
        implements Runnable {
    private static final int PATIENCE_MILLIS = 30_000;
    private static final short VERSION = 3;

    @Override
    public void run() {
        var messages = new ExtremeMessages(random);
        var ping = ApiVersionsRequest.builder()
                .clientSoftwareName("crowd")
                .clientSoftwareVersion("1")
                .build();
        byte[] frame = Wire.frame(ApiKey.API_VERSIONS, VERSION, "crowd", ping);
        try (var wire = new Wire(address, PATIENCE_MILLIS)) {
            while (System.nanoTime() < untilNanos) {
                messages.frame(served.get(random.nextInt(served.size())));
                wire.send(frame);
                wire.skipAnswer();
                answers.increment();
            }
        } catch (IOException e) {
            throw new IllegalStateException("a harmless client is not served", e);
        }
    }
}
