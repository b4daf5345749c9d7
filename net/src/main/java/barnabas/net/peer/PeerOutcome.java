package barnabas.net.peer;

import barnabas.protocol.ResponseMessage;

/// End of a request to a [Peer].
public sealed interface PeerOutcome {
    /// The answer, whatever errors it holds. Its memory belongs to the receiver.
    ///
    /// @param version of request and answer
    record Answered(ResponseMessage response, short version) implements PeerOutcome {}

    /// The connection could not be made, or was lost before the answer.
    ///
    /// @param sent whether the other node may have carried the request out
    /// @param detail reason and address, one line
    record Disconnected(boolean sent, String detail) implements PeerOutcome {}

    /// The deadline passed first.
    ///
    /// @param sent whether the other node may have carried the request out
    record TimedOut(boolean sent, String detail) implements PeerOutcome {}

    /// The request was not and will not be sent.
    record Refused(Reason reason, String detail) implements PeerOutcome {}

    /// Cause of a refusal.
    enum Reason {
        /// [PeerConfig#inFlightMax] or [PeerConfig#inFlightBytesMax] is reached. Refused at once.
        TOO_MUCH_IN_FLIGHT,
        /// [Peer#close] was called. Refused at once.
        CLOSED,
        /// The other node has no version of this API in common with this one, or that version lacks a field that is
        /// set.
        UNSUPPORTED
    }
}
