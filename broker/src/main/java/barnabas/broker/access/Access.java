package barnabas.broker.access;

import barnabas.broker.request.Call;
import barnabas.broker.request.ClientState;
import barnabas.broker.security.Operation;
import barnabas.broker.security.Resource;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.image.TopicImage;
import barnabas.protocol.Uuid;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Rights of one client, asked for one request. Denials go to the audit log.
final class Access {
    private final List<Right> rights;
    private final Call call;
    private final Supplier<ClusterImage> images;
    private final BooleanSupplier createsTopics;
    private final Audit audit;

    /// @param rights that may be asked for
    /// @param createsTopics whether Metadata creates topics
    Access(List<Right> rights, Call call, Supplier<ClusterImage> images, BooleanSupplier createsTopics) {
        this.rights = rights;
        this.call = call;
        this.images = images;
        this.createsTopics = createsTopics;
        this.audit = new Audit(call);
    }

    /// Whether the client has the right on a resource of its type; a denial is an event of the audit log.
    boolean may(Right right, String name) {
        boolean allowed = sees(right, name);
        if (!allowed) audit.denied(right.operation(), right.type(), name);
        return allowed;
    }

    /// The same where a denial only leaves something out, or another right may do.
    boolean sees(Right right, String name) {
        check(right);
        var resource = new Resource(right.type(), name);
        boolean allowed = call.may(right.operation(), resource);
        if (allowed) audit.allowed(right.operation(), resource);
        return allowed;
    }

    /// Whether the client has a right on the cluster.
    boolean may(Right right) {
        return may(right, Resource.CLUSTER.name());
    }

    boolean sees(Right right) {
        return sees(right, Resource.CLUSTER.name());
    }

    /// Whether the client has the right on some resource of its type.
    boolean mayOnAny(Right right) {
        check(right);
        boolean allowed = call.mayOnAny(right.operation(), right.type());
        if (!allowed) audit.denied(right.operation(), right.type(), "*");
        return allowed;
    }

    private void check(Right right) {
        if (!rights.contains(right))
            throw new IllegalStateException("bug: the guard of " + call.key() + " does not declare " + right);
    }

    Predicate<String> having(Right right) {
        return name -> may(right, name);
    }

    /// Parts of a request of which some may be refused, in their order.
    record Split<T>(List<T> allowed, List<T> denied) {}

    <T> Split<T> split(List<T> parts, Predicate<? super T> isAllowed) {
        List<T> allowed = new ArrayList<>(parts.size());
        List<T> denied = new ArrayList<>();
        for (T each : parts) (isAllowed.test(each) ? allowed : denied).add(each);
        return new Split<>(allowed, denied);
    }

    <T> Split<T> split(List<T> parts, Right right, Function<? super T, String> name) {
        return split(parts, part -> may(right, name.apply(part)));
    }

    ClientState client() {
        return call.client();
    }

    short version() {
        return call.version();
    }

    ClusterImage image() {
        return images.get();
    }

    boolean createsTopics() {
        return createsTopics.getAsBoolean();
    }

    /// Name of a topic that a request names or has the id of; null when there is none of that id.
    @Nullable
    String topicName(@Nullable String name, Uuid id) {
        if (name != null && !name.isEmpty()) return name;
        return id.isZero() ? name : image().topic(id).map(TopicImage::name).orElse(null);
    }

    /// Whether the client has the right on a topic that may be named by its id. Of an id without a topic the API itself
    /// says that it is unknown.
    boolean may(Right right, @Nullable String name, Uuid id) {
        String topic = topicName(name, id);
        return topic == null || may(right, topic);
    }

    /// Whether the client has the right on a topic that requests name by its id from version `idsSince` on, and
    /// by its name before. Of an id without a topic, zero too, the API itself says that it is unknown; an empty
    /// name is asked for like any other.
    boolean may(Right right, @Nullable String name, Uuid id, int idsSince) {
        String topic = version() < idsSince ? name : topicName(null, id);
        return topic == null || may(right, topic);
    }

    /// The client's own rights on a resource, as a bit field of operation codes (KIP-430).
    ///
    /// @param operations all that the type of resource knows
    int operationsOn(Resource resource, List<Operation> operations) {
        int bits = 0;
        for (Operation each : operations) if (call.may(each, resource)) bits |= 1 << each.code();
        return bits;
    }
}
