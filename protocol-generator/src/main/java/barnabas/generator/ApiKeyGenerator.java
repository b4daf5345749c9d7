package barnabas.generator;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Writes the `ApiKey` enum and the table that decodes a request or response by its key.
final class ApiKeyGenerator {
    private ApiKeyGenerator() {}

    /// `DescribeTopicPartitionsRequest` becomes `DESCRIBE_TOPIC_PARTITIONS`.
    static String constant(Schema schema) {
        return name(schema).replaceAll("([a-z])([A-Z])", "$1_$2").toUpperCase(Locale.ROOT);
    }

    private static String name(Schema schema) {
        return schema.name().replaceAll("(Request|Response)$", "");
    }

    static String apiKeys(List<Schema> requests, Map<Integer, Schema> responses) {
        var out = new Source();
        out.line("// Generated from the request schemas. Do not edit.");
        out.line("package barnabas.protocol;");
        out.line("");
        out.line("import org.jspecify.annotations.Nullable;");
        out.line("");
        out.line("/// The APIs of the protocol with their versions.");
        out.line("public enum ApiKey {");
        constants(out, requests, responses);
        out.line("");
        out.line("private static final @Nullable ApiKey[] BY_ID = new @Nullable ApiKey["
                + (requests.getLast().apiKey() + 1) + "];");
        out.line("");
        out.line("static {");
        out.line("for (ApiKey key : values()) BY_ID[key.id] = key;");
        out.line("}");
        out.line("");
        fields(out);
        accessor(out, "The number on the wire.", "short", "id");
        accessor(out, "The name as Kafka writes it.", "String", "apiName");
        accessor(out, "The lowest version in the schema.", "short", "lowestVersion");
        accessor(out, "The highest version in the schema, stable or not.", "short", "highestVersion");
        accessor(out, "The highest version that is not marked unstable.", "short", "highestStableVersion");
        accessor(out, "Whether brokers answer it.", "boolean", "onBroker");
        accessor(out, "Whether controllers answer it.", "boolean", "onController");
        out.line("");
        out.line("/// The key with this number, or null when there is none.");
        out.line("public static @Nullable ApiKey of(int id) {");
        out.line("return id < 0 || id >= BY_ID.length ? null : BY_ID[id];");
        out.line("}");
        out.line("");
        versions(out);
        out.line("}");
        return out.toString();
    }

    private static void constants(Source out, List<Schema> requests, Map<Integer, Schema> responses) {
        for (int i = 0; i < requests.size(); i++) {
            Schema request = requests.get(i);
            Schema response = responses.get(request.apiKey());
            if (response == null) throw new IllegalArgumentException("no response schema for " + request.name());
            Versions valid = request.validVersions();
            int flexible = request.flexibleVersions().isEmpty()
                    ? Versions.OPEN
                    : request.flexibleVersions().lowest();
            int stable = request.latestVersionUnstable() ? valid.highest() - 1 : valid.highest();
            out.line(
                    constant(request) + "(" + request.apiKey() + ", \"" + name(request) + "\", " + valid.lowest() + ", "
                            + valid.highest() + ", " + stable + ", " + flexible + ", "
                            + request.listeners().contains("broker") + ", "
                            + request.listeners().contains("controller") + ")"
                            + (i == requests.size() - 1 ? ";" : ","));
        }
    }

    private static void fields(Source out) {
        for (String field : List.of(
                "short id",
                "String apiName",
                "short lowestVersion",
                "short highestVersion",
                "short highestStableVersion",
                "short flexibleFrom",
                "boolean onBroker",
                "boolean onController")) {
            out.line("private final " + field + ";");
        }
        out.line("");
        out.line("ApiKey(int id, String apiName, int lowestVersion, int highestVersion, int highestStableVersion,"
                + " int flexibleFrom, boolean onBroker, boolean onController) {");
        for (String field : List.of("id", "lowestVersion", "highestVersion", "highestStableVersion", "flexibleFrom")) {
            out.line("this." + field + " = (short) " + field + ";");
        }
        for (String field : List.of("apiName", "onBroker", "onController"))
            out.line("this." + field + " = " + field + ";");
        out.line("}");
    }

    private static void versions(Source out) {
        out.line("public boolean isFlexible(short version) {");
        out.line("return version >= flexibleFrom;");
        out.line("}");
        out.line("");
        out.line("public short requestHeaderVersion(short version) {");
        out.line("return isFlexible(version) ? (short) 2 : (short) 1;");
        out.line("}");
        out.line("");
        out.line(
                "/// ApiVersions is always answered with header version 0: the client does not know the supported versions yet (KIP-511).");
        out.line("public short responseHeaderVersion(short version) {");
        out.line("return isFlexible(version) && this != API_VERSIONS ? (short) 1 : (short) 0;");
        out.line("}");
    }

    private static void accessor(Source out, String doc, String type, String name) {
        out.line("");
        out.line("/// " + doc);
        out.line("public " + type + " " + name + "() {");
        out.line("return " + name + ";");
        out.line("}");
    }

    static String messages(List<Schema> requests) {
        var out = new Source();
        out.line("// Generated from the request schemas. Do not edit.");
        out.line("package barnabas.protocol.message;");
        out.line("");
        out.line("import barnabas.protocol.ApiKey;");
        out.line("import barnabas.protocol.MessageReader;");
        out.line("import barnabas.protocol.RequestMessage;");
        out.line("import barnabas.protocol.ResponseMessage;");
        out.line("");
        out.line("/// Decodes bodies by API key.");
        out.line("public final class Messages {");
        out.line("private Messages() {}");
        decoder(out, requests, "Request");
        decoder(out, requests, "Response");
        out.line("}");
        return out.toString();
    }

    private static void decoder(Source out, List<Schema> requests, String kind) {
        out.line("");
        out.line("public static " + kind + "Message read" + kind
                + "(ApiKey key, MessageReader reader, short version) {");
        out.line("return switch (key) {");
        for (Schema request : requests) {
            out.line("case " + constant(request) + " -> " + name(request) + kind + ".read(reader, version);");
        }
        out.line("};");
        out.line("}");
    }
}
