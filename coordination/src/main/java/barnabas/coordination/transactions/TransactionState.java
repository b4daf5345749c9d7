package barnabas.coordination.transactions;

import java.util.Optional;

/// State of a transactional id in the life of its transactions (KIP-98, KIP-890).
///
/// ```
///            InitProducerId          AddPartitionsToTxn             EndTxn                markers written
///  (nothing) ────────────► Empty ────────────────────► Ongoing ──────────────► Prepare* ────────────────► Complete*
///                            ▲                            ▲                                                  │
///                            └── InitProducerId ──────────┼──────────────────────────────────────────────────┤
///                                                         └── AddPartitionsToTxn ────────────────────────────┘
/// ```
public enum TransactionState {
    EMPTY(0, "Empty"),
    ONGOING(1, "Ongoing"),
    PREPARE_COMMIT(2, "PrepareCommit"),
    PREPARE_ABORT(3, "PrepareAbort"),
    COMPLETE_COMMIT(4, "CompleteCommit"),
    COMPLETE_ABORT(5, "CompleteAbort"),
    /// About to be forgotten. Never stored, and here never seen either: forgetting is one append.
    DEAD(6, "Dead"),
    /// The moment between fencing a producer and aborting its transaction. Never stored; here both are one append.
    PREPARE_EPOCH_FENCE(7, "PrepareEpochFence");

    private final byte id;
    private final String officialName;

    TransactionState(int id, String officialName) {
        this.id = (byte) id;
        this.officialName = officialName;
    }

    /// The number in stored records.
    public byte id() {
        return id;
    }

    /// As tools show it and filters name it.
    public String officialName() {
        return officialName;
    }

    /// Markers are being written; how the transaction ends is decided.
    public boolean isEnding() {
        return this == PREPARE_COMMIT || this == PREPARE_ABORT;
    }

    public boolean isComplete() {
        return this == COMPLETE_COMMIT || this == COMPLETE_ABORT;
    }

    /// Nothing of the transactional id is open.
    public boolean isIdle() {
        return this == EMPTY || isComplete();
    }

    /// The states in which a record of this state may find the transactional id.
    public boolean mayFollow(TransactionState before) {
        return switch (this) {
            case EMPTY -> before.isIdle();
            case ONGOING -> before.isIdle() || before == ONGOING;
            case PREPARE_COMMIT -> before == ONGOING;
            // From transaction version 2 on a transaction without partitions may be aborted.
            case PREPARE_ABORT -> before.isIdle() || before == ONGOING;
            case COMPLETE_COMMIT -> before == PREPARE_COMMIT;
            case COMPLETE_ABORT -> before == PREPARE_ABORT;
            case DEAD -> before.isIdle();
            case PREPARE_EPOCH_FENCE -> before == ONGOING;
        };
    }

    public static Optional<TransactionState> named(String officialName) {
        for (TransactionState each : values()) {
            if (each.officialName.equals(officialName)) return Optional.of(each);
        }
        return Optional.empty();
    }

    /// Empty for a number that no record carries.
    static Optional<TransactionState> stored(byte id) {
        return id >= EMPTY.id && id <= COMPLETE_ABORT.id ? Optional.of(values()[id]) : Optional.empty();
    }
}
