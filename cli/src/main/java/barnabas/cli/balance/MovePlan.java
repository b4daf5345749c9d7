package barnabas.cli.balance;

import barnabas.client.TopicPartition;
import java.util.List;

/// Replicas that are to be on other brokers.
///
/// @param moves in the order in which they are begun, each partition at most once
/// @param impossible partitions that cannot leave their broker, one line each; nothing is carried out then
public record MovePlan(List<Move> moves, List<String> impossible) {
    /// One replica's move. The new broker takes the place of the old one, also as preferred leader.
    ///
    /// @param bytes to copy
    public record Move(
            TopicPartition partition, int from, int to, List<Integer> before, List<Integer> after, long bytes) {}

    public long bytes() {
        return moves.stream().mapToLong(Move::bytes).sum();
    }
}
