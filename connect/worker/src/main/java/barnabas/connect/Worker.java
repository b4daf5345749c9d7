package barnabas.connect;

import java.io.IOException;
import org.apache.kafka.connect.cli.ConnectDistributed;

/// Entry point of a worker that `barnabas connect start` supervises: Kafka's distributed worker, which stops in order
/// when its standard input ends. A worker whose supervisor was killed would otherwise keep its port and its place in
/// the group.
public final class Worker {
    private Worker() {}

    /// @param arguments the file with the worker's settings
    public static void main(String[] arguments) {
        var watch = new Thread(Worker::exitWithInput, "supervisor-watch");
        watch.setDaemon(true);
        watch.start();
        ConnectDistributed.main(arguments);
    }

    private static void exitWithInput() {
        try {
            while (System.in.read() >= 0) continue;
        } catch (IOException ended) {
            // The end of the input as well.
        }
        System.exit(0);
    }
}
