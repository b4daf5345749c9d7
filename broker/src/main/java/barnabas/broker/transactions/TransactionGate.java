package barnabas.broker.transactions;

import barnabas.config.TransactionsConfig;
import barnabas.coordination.Producer;
import barnabas.coordination.transactions.Participant;
import barnabas.protocol.ErrorCode;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/// Asks the transaction coordinator before anything is written inside a transaction that is not open on its
/// partition yet (KIP-890): clients with transaction version 2 join by writing, older ones must have joined before.
public final class TransactionGate {
    /// A client's way to take part in transactions, by the version of its Produce or TxnOffsetCommit.
    public enum TransactionClient {
        /// Does not know TRANSACTION_ABORTABLE.
        OLDEST,
        KNOWS_ABORTABLE,
        /// Writing joins the transaction.
        ADDS_PARTITIONS
    }

    private final JoinedTransactions transactions;
    private final Supplier<TransactionsConfig> config;

    public TransactionGate(JoinedTransactions transactions, Supplier<TransactionsConfig> config) {
        this.transactions = transactions;
        this.config = config;
    }

    /// Whether a client of this kind has to be asked about at all.
    public boolean asks(TransactionClient spoken) {
        return spoken == TransactionClient.ADDS_PARTITIONS || config.get().partitionVerification();
    }

    /// Answers of the coordinator to a producer that writes, by partition. May block.
    public Map<Participant, ErrorCode> ask(
            TransactionClient spoken, String transactionalId, Producer producer, Set<Participant> participants) {
        Map<Participant, ErrorCode> given = spoken == TransactionClient.ADDS_PARTITIONS
                ? transactions.add(
                        transactionalId, producer, participants, config.get().partitionRetry())
                : transactions.verify(transactionalId, producer, participants);
        var answers = new HashMap<Participant, ErrorCode>();
        given.forEach((each, error) -> answers.put(each, shown(error, spoken)));
        return answers;
    }

    private static ErrorCode shown(ErrorCode error, TransactionClient spoken) {
        return switch (error) {
            case PRODUCER_FENCED -> ErrorCode.INVALID_PRODUCER_EPOCH;
            case TRANSACTION_ABORTABLE -> spoken == TransactionClient.OLDEST ? ErrorCode.INVALID_TXN_STATE : error;
            default -> error;
        };
    }
}
