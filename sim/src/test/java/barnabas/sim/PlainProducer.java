package barnabas.sim;

import barnabas.protocol.ApiKey;
import barnabas.protocol.message.ProduceResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// A producer without an identity: several requests under way, nothing sent again. After a failure it goes on under
/// another name, as what was under way may still arrive behind what it sends next.
final class PlainProducer implements Runnable {
    private static final int UNDER_WAY_MAX = 4;
    private static final int RECORDS_MAX = 4;
    private static final int PAUSE_NANOS_MAX = 120_000_000;

    private final String name;
    private final Client client;
    private final Work work;
    private final SplittableRandom random;
    private int failures;
    private long number;

    private record Sent(int correlation, List<String> values) {}

    PlainProducer(String name, Client client, Work work) {
        this.name = name;
        this.client = client;
        this.work = work;
        this.random = client.random();
    }

    @Override
    public void run() {
        while (!work.hasEnded()) {
            Partition partition = work.any(random);
            if (!send(partition)) {
                failures++;
                client.forgetLeader(partition);
                client.pause();
            }
            client.process().pause(random.nextInt(PAUSE_NANOS_MAX));
        }
    }

    /// Sends until a write is acknowledged.
    ///
    /// @return false when none was in time
    boolean writes(Partition partition, long deadlineNanos) {
        return client.retry(deadlineNanos, () -> {
            if (send(partition)) return true;
            failures++;
            client.forgetLeader(partition);
            return false;
        });
    }

    private boolean send(Partition partition) {
        int node = client.leader(partition);
        if (node == 0) return false;
        // what one replica has acknowledged may go with it
        int acks = random.nextBoolean() || work.settings().replicated() ? -1 : 1;
        var underWay = new ArrayList<Sent>();
        for (int left = 1 + random.nextInt(UNDER_WAY_MAX); left > 0; left--) {
            var values = new ArrayList<String>();
            for (int records = 1 + random.nextInt(RECORDS_MAX); records > 0; records--) {
                String value = name + "-" + failures + "." + number++;
                values.add(value);
                work.ledger().sending(partition, value, null);
            }
            var batch = Batches.plain(client.process().millis(), values);
            int sent = client.send(node, Batches.PRODUCE_VERSION, Batches.request(partition, batch, acks, null));
            if (sent < 0) return false;
            underWay.add(new Sent(sent, values));
        }
        boolean good = true;
        for (Sent each : underWay) good &= receive(partition, node, each);
        return good;
    }

    private boolean receive(Partition partition, int node, Sent sent) {
        ProduceResponse response =
                client.receive(node, Batches.PRODUCE_VERSION, ApiKey.PRODUCE, sent.correlation, ProduceResponse.class);
        if (response == null) return false;
        var answer = response.responses().getFirst().partitionResponses().getFirst();
        if (answer.errorCode() != 0) return false;
        for (int i = 0; i < sent.values.size(); i++)
            work.ledger().acknowledged(partition, answer.baseOffset() + i, sent.values.get(i));
        return true;
    }
}
