package barnabas.sim;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.metadata.ControllerApi;
import barnabas.metadata.ControllerPort;
import barnabas.metadata.SeenImages;
import barnabas.metadata.decision.Refusal;
import barnabas.metadata.mutations.Requester;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.AlterPartitionRequest;
import barnabas.protocol.message.BrokerHeartbeatRequest;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A node's way to the controller of the cluster: the question and the answer travel over the simulated network, the
/// answer counts when this node has seen what it says.
final class ControllerWay implements ControllerPort {
    private static final long NODE_TIMEOUT_MILLIS = 3_000;
    private static final Refusal TIMED_OUT = new Refusal(ErrorCode.REQUEST_TIMED_OUT, "The request timed out.");
    private static final Refusal GONE = new Refusal(ErrorCode.NOT_CONTROLLER, "The controller does not run.");

    /// Result of a question: the answer, and how far the metadata log was then.
    private record Answer<R>(R reply, long offset) {}

    private record Asked<Q extends RequestMessage, R extends ResponseMessage>(
            ControllerApi<Q, R> api, Q request, Requester requester) {}

    private final SimulatedCluster cluster;
    private final int nodeId;
    private final SimulatedProcess process;
    private final ControllerPort own;
    private final SeenImages images;

    ControllerWay(
            SimulatedCluster cluster, int nodeId, SimulatedProcess process, ControllerPort own, SeenImages images) {
        this.cluster = cluster;
        this.nodeId = nodeId;
        this.process = process;
        this.own = own;
        this.images = images;
    }

    /// One question under way. Owner: the simulation, on which one thread runs at a time.
    private static final class Question<R> {
        private final Thread asker = Thread.currentThread();
        private @Nullable Answer<R> answer;

        void answered(Answer<R> with) {
            if (answer != null) return;
            answer = with;
            LockSupport.unpark(asker);
        }
    }

    @Override
    public <Q extends RequestMessage, R extends ResponseMessage> R ask(
            ControllerApi<Q, R> api, Q request, Requester requester) throws InterruptedException {
        int asked = api.timeoutMillis().applyAsInt(request);
        long millis = asked == ControllerApi.NODE_TIMEOUT ? NODE_TIMEOUT_MILLIS : Math.max(0, asked);
        return ask(api, request, Deadline.inMillis(millis, process), requester);
    }

    @Override
    public <Q extends RequestMessage, R extends ResponseMessage> R ask(
            ControllerApi<Q, R> api, Q request, Deadline deadline, Requester requester) throws InterruptedException {
        int leader = cluster.controllerId();
        if (leader == nodeId) return own.ask(api, request, deadline, requester);
        var question = new Question<R>();
        // what a refused or a broken connection brings
        Runnable gone = () -> question.answered(new Answer<>(api.refuse().refuse(request, GONE), 0));
        Runnable arrival = () -> {
            Runnable broken = () -> cluster.network().send(leader, nodeId, gone);
            boolean runs = cluster.atController(leader, broken, (port, there) -> {
                R reply = answer(port, new Asked<>(api, request, requester), deadline.leftNanos(), there);
                long offset = cluster.committedOffset();
                if (reply == null) broken.run();
                else cluster.network().send(leader, nodeId, () -> question.answered(new Answer<>(reply, offset)));
            });
            if (!runs) gone.run();
        };
        // a second creation of a topic would undo its deletion
        boolean mayRepeat = request instanceof AlterPartitionRequest || request instanceof BrokerHeartbeatRequest;
        if (mayRepeat) cluster.network().sendPerhapsTwice(nodeId, leader, arrival);
        else cluster.network().send(nodeId, leader, arrival);
        while (question.answer == null && !deadline.passed()) {
            if (Thread.interrupted()) throw new InterruptedException();
            deadline.park(this);
        }
        Answer<R> answer = question.answer;
        if (answer == null || !images.awaitOffset(answer.offset - 1, deadline))
            return api.refuse().refuse(request, TIMED_OUT);
        return answer.reply;
    }

    private static <Q extends RequestMessage, R extends ResponseMessage> @Nullable R answer(
            ControllerPort port, Asked<Q, R> asked, long leftNanos, Clock there) {
        try {
            var deadline = new Deadline(there, there.nanos() + leftNanos);
            return port.ask(asked.api, asked.request, deadline, asked.requester);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }
}
