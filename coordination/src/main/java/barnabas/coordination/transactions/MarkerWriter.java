package barnabas.coordination.transactions;

import barnabas.base.Clock;
import barnabas.base.Failure;
import barnabas.base.Threads;
import barnabas.coordination.Call;
import barnabas.coordination.Shards;
import barnabas.coordination.Ticket;
import barnabas.coordination.transactions.PartitionMarkers.Outcome;
import barnabas.protocol.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries out the orders of all shards: a virtual thread for every ending transaction, of which each transactional
/// id has one at most.
final class MarkerWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MarkerWriter.class);
    private static final long REPORT_MILLIS_MAX = 30_000;
    private static final long REPORT_PAUSE_NANOS = 20_000_000;

    private final PartitionMarkers markers;
    private final Clock clock;
    private final ExecutorService writers;

    MarkerWriter(PartitionMarkers markers, Clock clock, Threads threads) {
        this.markers = markers;
        this.clock = clock;
        this.writers = threads.perTask("transaction-markers");
    }

    /// Ticket with which a shard hands over an order, on its own thread.
    Ticket<MarkerOrder> ticket(int partition, Shards<TransactionShard> shards, MarkerOrder.Write ordered) {
        var round = new Round(partition, shards, ordered);
        return Call.handedTo(round::take, error -> new MarkerOrder.Withdrawn());
    }

    /// One order on its way.
    private final class Round {
        private final int partition;
        private final Shards<TransactionShard> shards;
        private final MarkerOrder.Write order;

        Round(int partition, Shards<TransactionShard> shards, MarkerOrder.Write order) {
            this.partition = partition;
            this.shards = shards;
            this.order = order;
        }

        void take(MarkerOrder taken) {
            try {
                writers.execute(() -> {
                    switch (taken) {
                        case MarkerOrder.Write write -> write();
                        case MarkerOrder.Withdrawn withdrawn -> report(order.participants());
                    }
                });
            } catch (RejectedExecutionException stopping) {
                LOG.debug("markers of {} are left to the next start", order.transactionalId());
            }
        }

        private void write() {
            // A coordinator that lost its partition leaves them to its successor, which orders all of them again.
            if (!isLeading()) return;
            Map<Participant, Outcome> outcomes = outcomes();
            report(order.participants().stream()
                    .filter(each -> outcomes.getOrDefault(each, Outcome.TRY_AGAIN) == Outcome.TRY_AGAIN)
                    .toList());
        }

        private Map<Participant, Outcome> outcomes() {
            try {
                return markers.write(order.participants(), order.marker());
            } catch (Throwable e) {
                LOG.error("{}: no markers in {}", order.transactionalId(), order.participants(), e);
                Failure.rethrowIfFatal(e);
                return Map.of();
            }
        }

        /// The transactional id cannot go on before the shard has received the report.
        private void report(List<Participant> unreached) {
            while (isLeading()) {
                Call<ErrorCode> call = Call.awaited(error -> error);
                shards.submit(partition, call, (shard, now) -> shard.markersWritten(call, order, unreached, now));
                if (call.await(clock, REPORT_MILLIS_MAX) == ErrorCode.NONE) return;
                clock.parkUntil(this, clock.nanos() + REPORT_PAUSE_NANOS);
            }
        }

        private boolean isLeading() {
            return shards.leads(partition, order.marker().coordinatorEpoch());
        }
    }

    /// To be called when the shards are closed: what is under way ends by itself.
    @Override
    public void close() {
        writers.close();
    }
}
