package barnabas.replication;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Knowledge of a leader about its followers, for questions to the controller about in-sync replicas.
///
/// Owner: the lock of its [Partition], but for the way to the controller.
final class IsrQuestions {
    private volatile IsrAsker asker = IsrAsker.NONE;
    /// Runs of the followers' brokers that fetched last, by broker.
    private Map<Integer, Long> brokerEpochs = Map.of();

    private @Nullable IsrProposal latest;

    void askWith(IsrAsker way) {
        asker = way;
    }

    /// Asks the controller, without the lock.
    void ask(IsrProposal proposal) {
        asker.ask(proposal);
    }

    /// True for a fetch of a run of the broker that has ended: a later one has fetched already.
    boolean isEarlierRun(int replica, long brokerEpoch) {
        Long known = brokerEpochs.get(replica);
        if (known != null && brokerEpoch < known) return true;
        if (known == null || known != brokerEpoch) {
            var changed = new HashMap<>(brokerEpochs);
            changed.put(replica, brokerEpoch);
            brokerEpochs = Map.copyOf(changed);
        }
        return false;
    }

    /// A question that was answered is not asked again: the next one has the brokers' present runs.
    ///
    /// @return the same answer
    IsrAnswer answered(IsrAnswer answer) {
        if (!(answer instanceof IsrAnswer.Unknown)) latest = null;
        return answer;
    }

    /// The question that stands for a change, with the runs of the brokers whose fetches led to it (KIP-903).
    @Nullable
    IsrProposal proposed(Partition partition, @Nullable IsrChange change) {
        if (change == null) return null;
        IsrProposal before = latest;
        // asked again without an answer: the brokers may have been started again since the first time
        if (before != null && before.change().equals(change)) return before;
        var fresh = new IsrProposal(partition, change, brokerEpochs);
        latest = fresh;
        return fresh;
    }
}
