package barnabas.sim;

import barnabas.protocol.message.EndTxnRequest;
import barnabas.protocol.message.EndTxnResponse;
import barnabas.protocol.message.InitProducerIdRequest;
import barnabas.protocol.message.InitProducerIdResponse;
import barnabas.protocol.message.ProduceResponse;
import barnabas.sim.Ledger.TransactionState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// A producer of transactions over a few partitions, of which it aborts some. When the end of one stays unanswered it
/// begins again as a new run of the same transactional id, which ends what is open.
final class TransactionalProducer implements Runnable {
    private static final int END_VERSION = 5;
    private static final int INIT_VERSION = 4;
    private static final int RECORDS_MAX = 3;
    private static final int BATCHES_MAX = 4;
    private static final int ABORTED_ONE_IN = 3;
    private static final int PAUSE_NANOS_MAX = 200_000_000;
    private static final long PATIENCE_NANOS = 20_000_000_000L;
    private static final int TRANSACTION_TIMEOUT_MILLIS = 40_000;

    private final String name;
    private final Client client;
    private final Work work;
    private final SplittableRandom random;
    private final Map<Partition, Integer> sequences = new HashMap<>();
    private Batches.@Nullable Identity identity;
    private long number;
    private int transactions;
    /// Each identity has a name of its own: what an earlier one left under way may arrive later.
    private int runs;

    TransactionalProducer(String name, Client client, Work work) {
        this.name = name;
        this.client = client;
        this.work = work;
        this.random = client.random();
    }

    @Override
    public void run() {
        while (!work.hasEnded()) {
            if (identity == null && !client.retry(deadline(), this::begin)) continue;
            if (identity != null) transaction();
            client.process().pause(random.nextInt(PAUSE_NANOS_MAX));
        }
        finish();
    }

    /// Begins a transaction in a partition and leaves it open.
    boolean leaveOpen(Partition partition) {
        return client.retry(deadline(), this::begin) && send(new Ledger.Transaction(name + "#open"), partition);
    }

    /// Ends what is open, so that readers of committed records get to the end.
    void finish() {
        for (int tries = 0; tries < 10 && !client.retry(deadline(), this::begin); tries++) client.pause();
    }

    private long deadline() {
        return client.process().nanos() + PATIENCE_NANOS;
    }

    private boolean begin() {
        int node = client.coordinator(1, name);
        if (node == 0) return false;
        var request = InitProducerIdRequest.builder()
                .transactionalId(name)
                .transactionTimeoutMs(TRANSACTION_TIMEOUT_MILLIS)
                .build();
        InitProducerIdResponse response = client.ask(node, INIT_VERSION, request, InitProducerIdResponse.class);
        if (response == null || response.errorCode() != 0) {
            client.forgetCoordinator(name);
            return false;
        }
        runs++;
        sequences.clear();
        identity = new Batches.Identity(response.producerId(), response.producerEpoch());
        return true;
    }

    private void transaction() {
        var transaction = new Ledger.Transaction(name + "#" + transactions++);
        boolean whole = true;
        List<Partition> partitions = work.partitions();
        for (int left = 1 + random.nextInt(BATCHES_MAX); left > 0 && whole; left--)
            whole = send(transaction, partitions.get(random.nextInt(partitions.size())));
        boolean commit = whole && random.nextInt(ABORTED_ONE_IN) != 0;
        transaction.state(commit ? TransactionState.COMMIT_ASKED : TransactionState.ABORT_ASKED);
        boolean ended = client.retry(deadline(), () -> end(commit));
        if (!ended || identity == null) identity = null;
        else if (commit) transaction.state(TransactionState.COMMITTED);
        work.ledger().ended(transaction);
    }

    private boolean send(Ledger.Transaction transaction, Partition partition) {
        Batches.Identity producer = identity;
        if (producer == null) return false;
        var values = new ArrayList<String>();
        for (int records = 1 + random.nextInt(RECORDS_MAX); records > 0; records--) {
            String value = name + "-" + runs + "." + number++;
            values.add(value);
            work.ledger().sending(partition, value, transaction);
        }
        int sequence = sequences.getOrDefault(partition, 0);
        long now = client.process().millis();
        boolean acknowledged = client.retry(deadline(), () -> attempt(producer, partition, values, sequence, now));
        sequences.put(partition, sequence + values.size());
        return acknowledged;
    }

    private boolean attempt(
            Batches.Identity producer, Partition partition, List<String> values, int sequence, long nowMillis) {
        int node = client.leader(partition);
        if (node == 0) return false;
        var batch = Batches.idempotent(nowMillis, values, producer, sequence, true);
        ProduceResponse response = client.ask(
                node, Batches.PRODUCE_VERSION, Batches.request(partition, batch, -1, name), ProduceResponse.class);
        if (response == null) {
            client.forgetLeader(partition);
            return false;
        }
        var answer = response.responses().getFirst().partitionResponses().getFirst();
        if (answer.errorCode() != 0) {
            client.forgetLeader(partition);
            return false;
        }
        for (int i = 0; i < values.size(); i++)
            work.ledger().acknowledged(partition, answer.baseOffset() + i, values.get(i));
        return true;
    }

    /// False when it has to be asked again. Without an identity afterwards the outcome is not known.
    private boolean end(boolean commit) {
        Batches.Identity producer = identity;
        int node = client.coordinator(1, name);
        if (node == 0 || producer == null) return false;
        var request = EndTxnRequest.builder()
                .transactionalId(name)
                .producerId(producer.id())
                .producerEpoch(producer.epoch())
                .committed(commit)
                .build();
        EndTxnResponse response = client.ask(node, END_VERSION, request, EndTxnResponse.class);
        if (response == null) {
            client.forgetCoordinator(name);
            return false;
        }
        switch (response.errorCode()) {
            case 0 -> {
                if (response.producerId() != producer.id() || response.producerEpoch() != producer.epoch())
                    sequences.clear();
                else
                    work.findings()
                            .violation("the transaction of " + name + " ended, and its producer is still "
                                    + producer.id() + " in epoch " + producer.epoch());
                identity = new Batches.Identity(response.producerId(), response.producerEpoch());
                return true;
            }
            // COORDINATOR_LOAD_IN_PROGRESS, COORDINATOR_NOT_AVAILABLE, NOT_COORDINATOR, CONCURRENT_TRANSACTIONS
            case 14, 15, 16, 51 -> {
                client.forgetCoordinator(name);
                return false;
            }
            default -> {
                identity = null;
                return true;
            }
        }
    }
}
