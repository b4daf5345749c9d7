package barnabas.client.admin;

import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.Cluster.Lane;
import barnabas.client.Connection;
import barnabas.protocol.message.DescribeConfigsRequest;
import barnabas.protocol.message.DescribeConfigsRequest.DescribeConfigsResource;
import barnabas.protocol.message.DescribeConfigsResponse;
import barnabas.protocol.message.IncrementalAlterConfigsRequest;
import barnabas.protocol.message.IncrementalAlterConfigsRequest.AlterConfigsResource;
import barnabas.protocol.message.IncrementalAlterConfigsRequest.AlterableConfig;
import barnabas.protocol.message.IncrementalAlterConfigsResponse;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Configs of topics, brokers, groups and what else has some.
public final class ConfigAdmin {
    /// Kind of resource with configs.
    public enum ResourceType {
        TOPIC(2),
        BROKER(4),
        BROKER_LOGGER(8),
        CLIENT_METRICS(16),
        GROUP(32);

        private final byte code;

        ResourceType(int code) {
            this.code = (byte) code;
        }
    }

    /// One thing that can be configured.
    ///
    /// @param name a broker's id, or empty for the default of all brokers
    public record Resource(ResourceType type, String name) {
        /// Only the broker itself knows all of its configs.
        private boolean answeredByBroker() {
            return !name.isEmpty() && (type == ResourceType.BROKER || type == ResourceType.BROKER_LOGGER);
        }

        @Override
        public String toString() {
            if (name.isEmpty()) return "defaults of all brokers";
            return type.name().toLowerCase(Locale.ROOT) + " '" + name + "'";
        }
    }

    /// Source of a value, with Kafka's names.
    public enum Source {
        UNKNOWN,
        TOPIC_CONFIG,
        DYNAMIC_BROKER_CONFIG,
        DYNAMIC_DEFAULT_BROKER_CONFIG,
        STATIC_BROKER_CONFIG,
        DEFAULT_CONFIG,
        DYNAMIC_BROKER_LOGGER_CONFIG,
        CLIENT_METRICS_CONFIG,
        GROUP_CONFIG;

        static Source of(byte code) {
            return code >= 0 && code < values().length ? values()[code] : UNKNOWN;
        }
    }

    /// One config with its value.
    ///
    /// @param value null when it is not set, or a secret
    /// @param documentation what it is for; null when it was not asked for or the broker has nothing to say
    public record Entry(
            String name,
            @Nullable String value,
            Source source,
            boolean readOnly,
            boolean sensitive,
            @Nullable String documentation) {}

    /// One change.
    public sealed interface Change {
        String name();

        record Set(String name, String value) implements Change {}

        /// Back to the default.
        record Unset(String name) implements Change {}

        /// Adds to a list.
        record Append(String name, String value) implements Change {}

        /// Takes out of a list.
        record Subtract(String name, String value) implements Change {}
    }

    private final Cluster cluster;

    public ConfigAdmin(Cluster cluster) {
        this.cluster = cluster;
    }

    /// All configs of a resource, by name.
    ///
    /// @param documentation whether to ask what each is for
    public List<Entry> describe(Resource resource, boolean documentation) throws ClientException {
        return describe(connection(resource), resource, documentation);
    }

    /// The same as one broker knows it: others may know of later changes.
    public List<Entry> describeAt(int broker, Resource resource) throws ClientException {
        return describe(cluster.broker(broker, Lane.CALLS), resource, false);
    }

    private static List<Entry> describe(Connection of, Resource resource, boolean documentation)
            throws ClientException {
        for (var result : ask(of, resource, null, documentation)) {
            TopicAdmin.check("configs of " + resource, result.errorCode(), result.errorMessage());
            return result.configs().stream()
                    .map(each -> new Entry(
                            each.name(),
                            each.value(),
                            Source.of(each.configSource()),
                            each.readOnly(),
                            each.isSensitive(),
                            each.documentation()))
                    .sorted(Comparator.comparing(Entry::name))
                    .toList();
        }
        throw TopicAdmin.missing("configs of " + resource);
    }

    /// One value of a broker that is asked for by its name; empty when the broker has none of it.
    public String value(int broker, String name) throws ClientException {
        return value(broker, name, name + " of broker '" + broker + "'");
    }

    /// @param what it is, for errors
    String value(int broker, String name, String what) throws ClientException {
        var resource = new Resource(ResourceType.BROKER, String.valueOf(broker));
        for (var result : ask(connection(resource), resource, List.of(name), false)) {
            TopicAdmin.check(what, result.errorCode(), result.errorMessage());
            for (var each : result.configs()) if (each.name().equals(name) && each.value() != null) return each.value();
        }
        return "";
    }

    /// @param names of configs, null for all
    private static List<DescribeConfigsResponse.DescribeConfigsResult> ask(
            Connection of, Resource resource, @Nullable List<String> names, boolean documentation)
            throws ClientException {
        var request = DescribeConfigsRequest.builder()
                .resources(List.of(DescribeConfigsResource.builder()
                        .resourceType(resource.type.code)
                        .resourceName(resource.name)
                        .configurationKeys(names)
                        .build()))
                .includeDocumentation(documentation)
                .build();
        return of.call(request, DescribeConfigsResponse.class).results();
    }

    /// Applies all changes or none.
    public void alter(Resource resource, List<Change> changes, boolean validateOnly) throws ClientException {
        var entries = changes.stream().map(ConfigAdmin::entry).toList();
        var request = IncrementalAlterConfigsRequest.builder()
                .resources(List.of(new AlterConfigsResource(resource.type.code, resource.name, entries)))
                .validateOnly(validateOnly)
                .build();
        var response = connection(resource).call(request, IncrementalAlterConfigsResponse.class);
        for (var result : response.responses()) {
            TopicAdmin.check("change configs of " + resource, result.errorCode(), result.errorMessage());
            return;
        }
        throw TopicAdmin.missing("change configs of " + resource);
    }

    private static AlterableConfig entry(Change change) {
        return switch (change) {
            case Change.Set(var name, var value) -> new AlterableConfig(name, (byte) 0, value);
            case Change.Unset(var name) -> new AlterableConfig(name, (byte) 1, null);
            case Change.Append(var name, var value) -> new AlterableConfig(name, (byte) 2, value);
            case Change.Subtract(var name, var value) -> new AlterableConfig(name, (byte) 3, value);
        };
    }

    private Connection connection(Resource resource) throws ClientException {
        if (!resource.answeredByBroker()) return cluster.controller();
        int id;
        try {
            id = Integer.parseInt(resource.name);
        } catch (NumberFormatException e) {
            return cluster.controller();
        }
        if (!cluster.metadata().brokers().containsKey(id)) cluster.refresh(List.of(), false);
        return cluster.metadata().brokers().containsKey(id) ? cluster.broker(id, Lane.CALLS) : cluster.controller();
    }
}
