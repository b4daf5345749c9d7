package barnabas.net.http;

/// Answers requests, each on a virtual thread: it may wait. An interrupt means that the client has gone or the server
/// closes.
@FunctionalInterface
public interface HttpHandler {
    /// Makes the response; what is thrown becomes status 500 and a line in the log.
    HttpResponse answer(HttpRequest request) throws InterruptedException;
}
