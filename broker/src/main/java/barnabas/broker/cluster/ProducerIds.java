package barnabas.broker.cluster;

import barnabas.coordination.transactions.ProducerIdSource;
import barnabas.metadata.BrokerApis;
import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.image.BrokerRegistration;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.AllocateProducerIdsRequest;
import barnabas.protocol.message.AllocateProducerIdsResponse;
import java.util.concurrent.locks.ReentrantLock;

/// Hands out producer ids, from blocks that the controller gives this broker for itself alone.
///
/// Owner: its lock. The lock is held while a new block is fetched, so that a crowd of new producers costs one block.
public final class ProducerIds implements ProducerIdSource {
    private final int brokerId;
    private final ClusterMetadata metadata;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile long least;
    private long next;
    private long end;

    public ProducerIds(int brokerId, ClusterMetadata metadata) {
        this.brokerId = brokerId;
        this.metadata = metadata;
    }

    /// Gives out no id below `floor` from now on: a mirror has copied records with those.
    public void atLeast(long floor) {
        if (floor > least) least = floor;
    }

    /// May block.
    @Override
    public Next next() {
        lock.lock();
        try {
            if (next == end || next < least) {
                long epoch = metadata.current()
                        .broker(brokerId)
                        .map(BrokerRegistration::epoch)
                        .orElse(-1L);
                AllocateProducerIdsResponse block = metadata.controller()
                        .ask(BrokerApis.ALLOCATE_PRODUCER_IDS, new AllocateProducerIdsRequest(brokerId, epoch));
                if (block.errorCode() != ErrorCode.NONE.code()) {
                    return new Next.Failed(ErrorCode.of(block.errorCode()));
                }
                next = block.producerIdStart();
                end = next + block.producerIdLen();
            }
            return new Next.Id(next++);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Next.Failed(ErrorCode.COORDINATOR_NOT_AVAILABLE);
        } finally {
            lock.unlock();
        }
    }
}
