package barnabas.metadata;

import barnabas.base.Deadline;
import barnabas.metadata.mutations.Requester;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.ResponseMessage;

/// The way to the active controller, in this process or on another node: the protocol's own messages either way.
///
/// A question blocks the calling virtual thread until the change is committed and this node's image (and every
/// listener) has it. An answer is always complete: when the change could not be made (time-out, no leader, failed
/// disk), each entry carries the error code that says so.
public interface ControllerPort {
    /// @param deadline after which the answer is REQUEST_TIMED_OUT; the change may still happen
    /// @throws InterruptedException when the thread is interrupted while it waits; the change may still happen
    <Q extends RequestMessage, R extends ResponseMessage> R ask(
            ControllerApi<Q, R> api, Q request, Deadline deadline, Requester requester) throws InterruptedException;

    /// Asks with the time that the request allows, or `request.timeout.ms` of this node.
    ///
    /// @param requester whose quotas count
    <Q extends RequestMessage, R extends ResponseMessage> R ask(ControllerApi<Q, R> api, Q request, Requester requester)
            throws InterruptedException;

    /// Asks for the node itself.
    default <Q extends RequestMessage, R extends ResponseMessage> R ask(
            ControllerApi<Q, R> api, Q request, Deadline deadline) throws InterruptedException {
        return ask(api, request, deadline, Requester.NODE);
    }

    /// Asks for the node itself, with the time that the request allows.
    default <Q extends RequestMessage, R extends ResponseMessage> R ask(ControllerApi<Q, R> api, Q request)
            throws InterruptedException {
        return ask(api, request, Requester.NODE);
    }
}
