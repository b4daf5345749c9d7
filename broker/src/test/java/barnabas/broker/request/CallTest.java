package barnabas.broker.request;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.Clock;
import barnabas.broker.security.Authorizer;
import barnabas.net.CloseReason;
import barnabas.net.Connection;
import barnabas.net.Reply;
import barnabas.net.ReplyBuffer;
import barnabas.net.ReplySlot;
import barnabas.protocol.ApiKey;
import barnabas.protocol.message.MetadataResponse;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The slot is completed after every end of the thread that answers.
class CallTest {
    private final Slot slot = new Slot();
    private final Call call = new Call(
            ApiKey.METADATA,
            (short) 12,
            1,
            "",
            slot,
            new RequestServices(
                    MemoryBudget.ofProcess(), Runnable::run, Authorizer.ALLOW_ALL, new RequestMetrics(), Clock.SYSTEM),
            0);

    @ParameterizedTest
    @ValueSource(classes = {IllegalStateException.class, StackOverflowError.class, OutOfMemoryError.class})
    void throwableOfAWaitFailsTheSlot(Class<? extends Throwable> type) throws ReflectiveOperationException {
        Throwable thrown = type.getConstructor().newInstance();
        call.later(() -> {
            if (thrown instanceof RuntimeException e) throw e;
            throw (Error) thrown;
        });
        assertThat(slot.completions).containsExactly(thrown.toString());
    }

    @Test
    void anInterruptMeansThatTheBrokerStops() {
        call.later(() -> {
            throw new InterruptedException();
        });
        assertThat(Thread.interrupted()).isTrue();
        assertThat(slot.completions).containsExactly(CloseReason.SERVER_CLOSING.toString());
    }

    @Test
    void aWaitForOtherClientsEndsWithTheConnection() {
        call.laterWhileConnected(() -> {
            slot.closed.run();
            assertThat(Thread.interrupted()).isTrue();
            throw new InterruptedException();
        });
        assertThat(Thread.interrupted()).isTrue();
        assertThat(slot.completions).containsExactly(CloseReason.SERVER_CLOSING.toString());
    }

    @Test
    void nothingIsEncodedForAClientThatHasLeft() {
        call.later(() -> MetadataResponse.builder().build());
        assertThat(slot.completions).containsExactly(CloseReason.CLIENT_CLOSED.toString());
    }

    private static final class Slot implements ReplySlot {
        private Runnable closed = () -> {};
        private final List<String> completions = new ArrayList<>();

        @Override
        public Connection connection() {
            return new ClosedConnection();
        }

        @Override
        public ReplyBuffer allocate(int sizeBytes) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean mayWait() {
            return true;
        }

        @Override
        public void weighs(int moreBytes) {}

        @Override
        public boolean mayReply(int sizeBytes) {
            return true;
        }

        @Override
        public void send(Reply reply) {
            completions.add("sent");
        }

        @Override
        public void sendNothing() {
            completions.add("nothing");
        }

        @Override
        public void closeConnection(CloseReason reason, String detail) {
            completions.add(reason.toString());
        }

        @Override
        public void fail(Throwable cause) {
            completions.add(cause.toString());
        }

        @Override
        public ByteBuffer keepFrame() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void releaseFrame() {}

        @Override
        public void keepsNothing() {}

        @Override
        public void holdLaterRequests() {}

        @Override
        public void onConnectionClosed(Runnable action) {
            closed = action;
        }
    }
}
