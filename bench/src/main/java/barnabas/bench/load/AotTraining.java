package barnabas.bench.load;

import barnabas.bench.load.ProduceRequests.Shape;
import barnabas.bench.load.Topics.Topic;
import barnabas.bench.system.RunningBroker;
import barnabas.bench.system.Training;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.record.internal.CompressionType;

/// The work during which an AOT cache is recorded: create a topic, produce small and large batches for some seconds.
public final class AotTraining implements Training {
    @Override
    public void run(RunningBroker broker) throws IOException, InterruptedException {
        Topics.awaitServing(broker, System.nanoTime() + TimeUnit.MINUTES.toNanos(10));
        try (WireConnection control = WireConnection.open(broker.address())) {
            Topic topic = Topics.create(control, "training", 2, Map.of());
            Shape large = Shape.ofBatchBytes(1024, 16 * 1024, CompressionType.NONE);
            Shape small = new Shape(100, 1, CompressionType.NONE);
            for (Shape shape : List.of(large, small)) {
                List<ProduceRequests> requests = List.of(
                        ProduceRequests.encode(topic, 0, shape, 16, 1), ProduceRequests.encode(topic, 1, shape, 16, 2));
                try (RawProducer producer = new RawProducer(broker.address(), requests)) {
                    producer.openLoop(1_000, 3);
                }
            }
        }
    }
}
