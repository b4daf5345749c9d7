package barnabas.sql.rest;

import barnabas.sql.access.Rights;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;

/// A request and its response. Owner: the thread that answers it.
final class Exchange {
    private static final int BUFFERS_MAX = 64;

    /// Buffers are taken out of a pool of all threads: each request has a thread of its own.
    static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .recyclerPool(JsonRecyclerPools.newBoundedPool(BUFFERS_MAX))
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final int BODY_BYTES_MAX = 1 << 20;
    private static final long DRAINED_BYTES_MAX = 8L << 20;

    private final Request request;
    private final Response response;
    private Rights rights = new Rights(false, false);

    Exchange(Request request, Response response) {
        this.request = request;
        this.response = response;
    }

    String method() {
        return request.getMethod();
    }

    String path() {
        return Request.getPathInContext(request);
    }

    /// Name of the server as the client knows it, with its port; empty without one.
    String host() {
        String authority = request.getHttpURI().getAuthority();
        String named = authority == null ? request.getHeaders().get(HttpHeader.HOST) : authority;
        return named == null ? "" : named;
    }

    String authorization() {
        String header = request.getHeaders().get(HttpHeader.AUTHORIZATION);
        return header == null ? "" : header;
    }

    /// Notes what the one who asks may do.
    void allow(Rights allowed) {
        rights = allowed;
    }

    /// @throws RestProblem for a user who may only read
    void requireChanges() {
        if (rights.changes()) return;
        throw new RestProblem(
                RestProblem.FORBIDDEN,
                "The user may not change anything: that needs WRITE on the topic of the service's definitions");
    }

    String accept() {
        String accept = request.getHeaders().get(HttpHeader.ACCEPT);
        return accept == null ? "" : accept;
    }

    /// Whether a page of another site sent the request from its reader's browser: browsers let pages send plain texts
    /// anywhere, with the site in a header.
    boolean isOfAnotherSite() {
        String origin = request.getHeaders().get(HttpHeader.ORIGIN);
        if (origin == null) return false;
        String host = request.getHttpURI().getAuthority();
        return host == null || !(origin.equals("http://" + host) || origin.equals("https://" + host));
    }

    InputStream body() {
        return Content.Source.asInputStream(request);
    }

    /// The body as a JSON object.
    JsonNode json() throws IOException {
        long length = request.getLength();
        // One byte more would be an array of 16 KiB.
        boolean known = length >= 0 && length <= BODY_BYTES_MAX;
        byte[] bytes = body().readNBytes(known ? (int) length : BODY_BYTES_MAX + 1);
        if (bytes.length > BODY_BYTES_MAX)
            throw new RestProblem(41_300, "The body is larger than " + BODY_BYTES_MAX + " bytes");
        try {
            JsonNode node = MAPPER.readTree(bytes);
            if (node != null && node.isObject()) return node;
        } catch (JsonProcessingException e) {
            throw new RestProblem(RestProblem.BAD_REQUEST, "The body is no JSON: " + e.getOriginalMessage());
        }
        throw new RestProblem(RestProblem.BAD_REQUEST, "The body is no JSON object");
    }

    /// A text of the body.
    static String text(JsonNode body, String field) {
        JsonNode value = body.get(field);
        if (value == null || !value.isTextual())
            throw new RestProblem(RestProblem.BAD_REQUEST, "The body has no text in the field '" + field + "'");
        return value.textValue();
    }

    /// Properties of the body, under either of the names that clients use.
    static Map<String, String> texts(JsonNode body, String... fields) {
        var texts = new HashMap<String, String>();
        for (String field : fields)
            for (Map.Entry<String, JsonNode> each : body.path(field).properties())
                texts.put(each.getKey(), each.getValue().asText());
        return texts;
    }

    void send(int status, JsonNode json) throws IOException {
        send(status, "application/json", MAPPER.writeValueAsBytes(json));
    }

    void send(int status, String type, byte[] bytes) throws IOException {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.getHeaders().put("X-Content-Type-Options", "nosniff");
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, bytes.length);
        try (OutputStream out = Content.Sink.asOutputStream(response)) {
            out.write(bytes);
        }
    }

    /// Reads what is left of a body of usual size: a stream of HTTP/2 whose request is not at its end would be
    /// reset, and its client would not see the answer.
    void drain() throws IOException {
        InputStream in = body();
        byte[] buffer = new byte[16 << 10];
        long left = DRAINED_BYTES_MAX;
        int read = 0;
        while (read >= 0 && left > 0) {
            read = in.read(buffer);
            left -= read;
        }
    }

    void send(RestProblem problem) throws IOException {
        if (response.isCommitted()) throw new IOException(problem);
        drain();
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        String statement = problem.statement();
        node.put("@type", statement == null ? "generic_error" : "statement_error");
        node.put("error_code", problem.code());
        node.put("message", problem.getMessage());
        if (statement != null) {
            node.put("statementText", statement);
            node.putArray("entities");
        }
        if (problem.code() == RestProblem.UNAUTHORIZED)
            response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Basic realm=\"ksql\"");
        send(problem.status(), node);
    }

    /// Begins a response that goes on until its stream is closed, however long nothing is written.
    OutputStream stream(String type) {
        request.addIdleTimeoutListener(_ -> false);
        response.setStatus(200);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        return new ResponseStream(response);
    }

    private static boolean isClosed(EndPoint end) {
        try {
            return end.fill(BufferUtil.allocate(1)) < 0;
        } catch (IOException e) {
            return true;
        }
    }

    /// Whether the client has closed its connection. HTTP/1.1 shows that only to the one who reads.
    boolean isGone() {
        EndPoint end = request.getConnectionMetaData().getConnection().getEndPoint();
        if (!end.isOpen()) return true;
        if (request.getConnectionMetaData().isSecure()) return isClosed(end);
        if (isMultiplexed() || !(end.getTransport() instanceof SocketChannel channel)) return false;
        try {
            return channel.read(ByteBuffer.allocate(1)) < 0;
        } catch (IOException e) {
            return true;
        }
    }

    /// Whether the connection is one of HTTP/2.
    boolean isMultiplexed() {
        return request.getConnectionMetaData().getHttpVersion().getVersion() >= 20;
    }
}
