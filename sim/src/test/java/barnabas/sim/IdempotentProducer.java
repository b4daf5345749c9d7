package barnabas.sim;

import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.InitProducerIdRequest;
import barnabas.protocol.message.InitProducerIdResponse;
import barnabas.protocol.message.ProduceRequest;
import barnabas.protocol.message.ProduceResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// A producer that sends each batch until it is acknowledged, with the same sequence number. It ends when a node
/// refuses one whose log has a wrong bit in what a batch says of its producer (GAPS.md).
final class IdempotentProducer implements Runnable {
    private static final int RECORDS_MAX = 4;
    private static final int PAUSE_NANOS_MAX = 150_000_000;
    private static final long PATIENCE_NANOS = 120_000_000_000L;

    private final String name;
    private final Client client;
    private final Work work;
    private final SplittableRandom random;
    private final Map<Partition, Integer> sequences = new HashMap<>();
    private Batches.@Nullable Identity identity;
    private long number;
    private boolean refused;

    IdempotentProducer(String name, Client client, Work work) {
        this.name = name;
        this.client = client;
        this.work = work;
        this.random = client.random();
    }

    @Override
    public void run() {
        if (!client.retry(client.process().nanos() + PATIENCE_NANOS, this::begin)) return;
        while (!work.hasEnded()) {
            if (!send(work.any(random))) return;
            client.process().pause(random.nextInt(PAUSE_NANOS_MAX));
        }
    }

    private boolean begin() {
        InitProducerIdResponse response = client.ask(
                client.anyNode(),
                4,
                InitProducerIdRequest.builder()
                        .transactionalId(null)
                        .transactionTimeoutMs(60_000)
                        .build(),
                InitProducerIdResponse.class);
        if (response == null || response.errorCode() != 0) return work.hasEnded();
        identity = new Batches.Identity(response.producerId(), response.producerEpoch());
        return true;
    }

    private boolean send(Partition partition) {
        Batches.Identity producer = identity;
        if (producer == null) return false;
        var values = new ArrayList<String>();
        for (int records = 1 + random.nextInt(RECORDS_MAX); records > 0; records--) {
            String value = name + "." + number++;
            values.add(value);
            work.ledger().sending(partition, value, null);
        }
        int sequence = sequences.getOrDefault(partition, 0);
        sequences.put(partition, sequence + values.size());
        long now = client.process().millis();
        boolean answered = client.retry(client.process().nanos() + PATIENCE_NANOS, () -> {
            var batch = Batches.idempotent(now, values, producer, sequence, false);
            return attempt(partition, Batches.request(partition, batch, -1, null), values);
        });
        return answered && !refused;
    }

    private boolean attempt(Partition partition, ProduceRequest request, List<String> values) {
        int node = client.leader(partition);
        if (node == 0) return false;
        ProduceResponse response = client.ask(node, Batches.PRODUCE_VERSION, request, ProduceResponse.class);
        if (response == null) {
            client.forgetLeader(partition);
            return false;
        }
        var answer = response.responses().getFirst().partitionResponses().getFirst();
        short error = answer.errorCode();
        if (error == ErrorCode.DUPLICATE_SEQUENCE_NUMBER.code()) return true;
        if (error == ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER.code() || error == ErrorCode.UNKNOWN_PRODUCER_ID.code()) {
            refused = work.hasWrongProducer(node, partition);
            if (refused) return true;
            work.findings()
                    .violation(partition.name() + ": " + ErrorCode.of(error) + " for " + values
                            + " from n" + node + ", though all before was acknowledged; leaders are "
                            + work.leadersOf(partition));
            return true;
        }
        if (error != 0) {
            client.forgetLeader(partition);
            return false;
        }
        for (int i = 0; i < values.size(); i++)
            work.ledger().acknowledged(partition, answer.baseOffset() + i, values.get(i));
        return true;
    }
}
