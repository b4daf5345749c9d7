package barnabas.sim;

import barnabas.base.Deadline;
import barnabas.net.peer.Peer;
import barnabas.net.peer.PeerOutcome;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.FetchRequest;
import barnabas.protocol.message.FetchRequest.FetchPartition;
import barnabas.protocol.message.FetchRequest.FetchTopic;
import barnabas.protocol.message.FetchResponse;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/// The checker of followers: one run of a node never removes records that it knows to be committed. Fetches say where a
/// follower's log ends, answers how far the leader has committed.
///
/// Owner: the simulation, on which one thread runs at a time.
final class FollowerWatch {
    private record Key(Uuid topicId, int index) {}

    private final String run;
    private final Findings findings;
    private final Map<Key, Long> committed = new HashMap<>();

    FollowerWatch(String run, Findings findings) {
        this.run = run;
        this.findings = findings;
    }

    Peer around(Peer real) {
        return new Watched(real);
    }

    private final class Watched implements Peer {
        private final Peer real;
        /// Offsets that the session of this way asks for: later requests name only what has changed.
        private final Map<Key, Long> asked = new HashMap<>();

        Watched(Peer real) {
            this.real = real;
        }

        @Override
        public void send(RequestMessage request, short versionMax, Deadline deadline, Consumer<PeerOutcome> done) {
            if (!(request instanceof FetchRequest fetch)) {
                real.send(request, versionMax, deadline, done);
                return;
            }
            for (FetchTopic topic : fetch.topics())
                for (FetchPartition each : topic.partitions())
                    asked(new Key(topic.topicId(), each.partition()), each.fetchOffset());
            Map<Key, Long> then = Map.copyOf(asked);
            real.send(request, versionMax, deadline, outcome -> {
                if (outcome instanceof PeerOutcome.Answered(FetchResponse answer, short version))
                    answered(answer, then);
                done.accept(outcome);
            });
        }

        private void asked(Key key, long offset) {
            long floor = committed.getOrDefault(key, 0L);
            if (offset < floor)
                findings.violation(run + " removed committed records of " + key.topicId + "-" + key.index
                        + ": its log ends at " + offset + ", committed was " + floor);
            asked.put(key, offset);
        }

        private void answered(FetchResponse answer, Map<Key, Long> then) {
            for (var topic : answer.responses()) {
                for (var each : topic.partitions()) {
                    var key = new Key(topic.topicId(), each.partitionIndex());
                    Long end = then.get(key);
                    if (each.errorCode() != 0 || each.divergingEpoch().epoch() >= 0 || end == null) continue;
                    committed.merge(key, Math.min(end, each.highWatermark()), Math::max);
                }
            }
        }

        @Override
        public void close() {
            real.close();
        }
    }
}
