package barnabas.generator;

import java.util.List;

/// Super type and members that all messages of one kind have.
enum MessageKind {
    REQUEST("RequestMessage"),
    RESPONSE("ResponseMessage"),
    /// A record of the metadata log.
    METADATA("MetadataRecord"),
    OTHER("Message");

    private final String superType;

    MessageKind(String superType) {
        this.superType = superType;
    }

    static MessageKind of(Schema schema) {
        return switch (schema.kind()) {
            case "request" -> REQUEST;
            case "response" -> RESPONSE;
            case "metadata" -> METADATA;
            default -> OTHER;
        };
    }

    String superType() {
        return superType;
    }

    void members(Schema schema, Source out) {
        out.line("public static final short LOWEST_VERSION = "
                + schema.validVersions().lowest() + ";");
        out.line("public static final short HIGHEST_VERSION = "
                + schema.validVersions().highest() + ";");
        switch (this) {
            case REQUEST, RESPONSE -> apiKey(schema, out);
            case METADATA -> {
                recordType(schema, out);
                visit(out);
            }
            case OTHER -> {
                if (schema.apiKey() >= 0) recordType(schema, out);
            }
        }
        out.line("");
    }

    private static void apiKey(Schema schema, Source out) {
        out.line("");
        out.line("@Override");
        out.line("public ApiKey apiKey() {");
        out.line("return ApiKey." + ApiKeyGenerator.constant(schema) + ";");
        out.line("}");
    }

    private static void recordType(Schema schema, Source out) {
        out.line("/// The number that stands for this kind of record in a log.");
        out.line("public static final short RECORD_TYPE = " + schema.apiKey() + ";");
    }

    private static void visit(Source out) {
        out.line("");
        out.line("@Override");
        out.line("public void visit(Visitor visitor) {");
        out.line("visitor.on(this);");
        out.line("}");
    }

    /// The sealed type of the metadata log's records, with a visitor that has a method for each of them.
    static String metadataRecord(List<Schema> records) {
        var out = new Source();
        out.line("// Generated from the schemas of metadata records. Do not edit.");
        out.line("package barnabas.protocol.metadata;");
        out.line("");
        out.line("import barnabas.protocol.Message;");
        out.line("");
        out.line("/// A record of the metadata log.");
        out.line("public sealed interface MetadataRecord extends Message permits "
                + String.join(", ", records.stream().map(Schema::name).toList()) + " {");
        out.line("/// Calls the visitor's method for this kind of record: a switch over types that costs no class.");
        out.line("void visit(Visitor visitor);");
        out.line("");
        out.line("/// Work for each kind of record.");
        out.line("interface Visitor {");
        for (Schema each : records) out.line("void on(" + each.name() + " record);");
        out.line("}");
        out.line("}");
        return out.toString();
    }
}
