package barnabas.broker.request;

import barnabas.protocol.ResponseMessage;

/// Quotas of clients, asked once for each request when its answer is there.
public interface Throttle {
    /// Without quotas.
    Throttle NONE = new None();

    /// Whether there are quotas at all: otherwise nothing else is asked.
    boolean isActive();

    /// Charges the client.
    ///
    /// @param replyBytes of the answer, with the records in it
    /// @param threadNanos of the thread that began with the request
    /// @return milliseconds for which the client has to wait (KIP-219); 0 for none
    int charge(Call call, long replyBytes, long threadNanos);

    /// The answer, with the time that its client has to wait.
    ResponseMessage told(ResponseMessage response, int millis);

    /// Milliseconds that the client owes for what it has got before; 0 for none. A Fetch is answered empty then.
    int fetchWaitMillis(Call call);

    /// Bytes that one Fetch of the client may have.
    int fetchBytesMax(Call call);

    /// A class and no lambda: it is made at every start.
    final class None implements Throttle {
        private None() {}

        @Override
        public boolean isActive() {
            return false;
        }

        @Override
        public int charge(Call call, long replyBytes, long threadNanos) {
            return 0;
        }

        @Override
        public ResponseMessage told(ResponseMessage response, int millis) {
            return response;
        }

        @Override
        public int fetchWaitMillis(Call call) {
            return 0;
        }

        @Override
        public int fetchBytesMax(Call call) {
            return Integer.MAX_VALUE;
        }
    }
}
