package barnabas.console.resources;

import barnabas.client.ClientException;
import barnabas.client.admin.ConfigAdmin;
import barnabas.client.admin.ConfigAdmin.Change;
import barnabas.client.admin.ConfigAdmin.Entry;
import barnabas.client.admin.ConfigAdmin.Resource;
import barnabas.client.admin.ConfigAdmin.ResourceType;
import barnabas.client.admin.ConfigAdmin.Source;
import barnabas.console.json.JsonObject;
import barnabas.console.rest.ApiProblem;
import barnabas.console.rest.ApiRequest;
import barnabas.console.view.User;
import java.util.ArrayList;
import java.util.List;

/// Configs of a topic or a broker as JSON, and their changes.
final class Configs {
    static final String[] CHANGE = {
        "set:object values by name",
        "unset:array names that go back to their default",
        "preview:boolean only check whether the change would be taken"
    };

    private Configs() {}

    static JsonObject of(Resource resource, User user) throws ClientException {
        List<Entry> entries = new ConfigAdmin(user.cluster()).describe(resource, true);
        boolean ofTopic = resource.type() == ResourceType.TOPIC;
        return JsonObject.of(
                "items", entries.stream().map(each -> json(each, ofTopic)).toList());
    }

    private static JsonObject json(Entry entry, boolean ofTopic) {
        return new JsonObject()
                .put("name", entry.name())
                .put("value", entry.sensitive() ? null : entry.value())
                .put("source", entry.source().name())
                .put("overridden", ofTopic ? entry.source() == Source.TOPIC_CONFIG : isSet(entry.source()))
                .put("readOnly", entry.readOnly())
                .put("sensitive", entry.sensitive())
                .put("documentation", entry.documentation());
    }

    private static boolean isSet(Source source) {
        return switch (source) {
            case TOPIC_CONFIG,
                    DYNAMIC_BROKER_CONFIG,
                    DYNAMIC_DEFAULT_BROKER_CONFIG,
                    DYNAMIC_BROKER_LOGGER_CONFIG,
                    CLIENT_METRICS_CONFIG,
                    GROUP_CONFIG,
                    STATIC_BROKER_CONFIG -> true;
            case DEFAULT_CONFIG, UNKNOWN -> false;
        };
    }

    static JsonObject change(Resource resource, ApiRequest request, User user) throws ClientException, ApiProblem {
        var changes = new ArrayList<Change>();
        request.texts("set").forEach((name, value) -> changes.add(new Change.Set(name, value)));
        for (String each : request.list("unset")) changes.add(new Change.Unset(each));
        if (changes.isEmpty()) throw ApiProblem.invalid("Neither set nor unset names a config");
        boolean preview = request.flag("preview");
        new ConfigAdmin(user.cluster()).alter(resource, changes, preview);
        return new JsonObject().put("preview", preview).put("changes", changes.size());
    }
}
