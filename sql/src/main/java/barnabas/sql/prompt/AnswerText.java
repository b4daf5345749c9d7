package barnabas.sql.prompt;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Text of the service's answers to statements. Lists become tables, other values lines of `name : value`.
final class AnswerText {
    /// Fields of an answer that repeat the request or are for programs.
    private static final Set<String> QUIET = Set.of("@type", "statementText", "warnings", "commandSequenceNumber");

    private final int width;

    /// @param width of the screen, in characters
    AnswerText(int width) {
        this.width = width;
    }

    /// @throws ServiceProblem when the answer is a failure
    String text(JsonNode answer) throws ServiceProblem {
        var text = new StringBuilder();
        if (answer.isArray()) for (JsonNode each : answer) text.append(one(each));
        else text.append(one(answer));
        return text.toString();
    }

    private String one(JsonNode answer) throws ServiceProblem {
        if (RestClient.isProblem(answer)) throw new ServiceProblem(RestClient.message(answer));
        var text = new StringBuilder();
        if (answer.has("commandStatus")) {
            text.append(answer.path("commandStatus").path("message").asText()).append('\n');
        } else if (answer.path("sourceDescription").isObject()) {
            text.append(source(answer.path("sourceDescription")));
        } else if (answer.path("queryDescription").isObject()) {
            text.append(described(answer.path("queryDescription")));
        } else {
            text.append(described(answer));
        }
        for (JsonNode each : answer.path("warnings"))
            text.append("Warning: ")
                    .append(
                            each.isTextual()
                                    ? each.asText()
                                    : each.path("message").asText())
                    .append('\n');
        return text.toString();
    }

    private String source(JsonNode source) {
        var text = new StringBuilder();
        text.append("Name : ").append(source.path("name").asText()).append('\n');
        var rows = new ArrayList<List<String>>();
        for (JsonNode each : source.path("fields")) {
            String role = each.path("type").asText();
            rows.add(List.of(
                    each.path("name").asText(), type(each.path("schema")) + (role.isEmpty() ? "" : " (" + role + ")")));
        }
        text.append(TextTable.text(List.of("Field", "Type"), rows, width));
        for (String each : List.of("type", "topic", "keyFormat", "valueFormat", "timestamp", "windowType", "statement"))
            if (!source.path(each).asText("").isEmpty())
                text.append(each)
                        .append(" : ")
                        .append(source.path(each).asText())
                        .append('\n');
        for (String each : List.of("readQueries", "writeQueries"))
            for (JsonNode query : source.path(each))
                text.append(each.equals("readQueries") ? "read by : " : "written by : ")
                        .append(query.path("id").asText())
                        .append(' ')
                        .append(query.path("queryString").asText())
                        .append('\n');
        if (source.path("extended").asBoolean()
                && !source.path("statistics").asText().isEmpty())
            text.append(source.path("statistics").asText()).append('\n');
        return text.toString();
    }

    /// A type as SQL has it, from `{"type": ..., "fields": ..., "memberSchema": ...}`.
    static String type(JsonNode schema) {
        String type = schema.path("type").asText();
        JsonNode member = schema.path("memberSchema");
        return switch (type) {
            case "ARRAY" -> "ARRAY<" + type(member) + ">";
            case "MAP" -> "MAP<STRING, " + type(member) + ">";
            case "STRUCT" -> {
                var fields = new ArrayList<String>();
                for (JsonNode each : schema.path("fields"))
                    fields.add(each.path("name").asText() + " " + type(each.path("schema")));
                yield "STRUCT<" + String.join(", ", fields) + ">";
            }
            case "DECIMAL" -> {
                JsonNode parameters = schema.path("parameters");
                yield "DECIMAL(" + parameters.path("precision").asText() + ", "
                        + parameters.path("scale").asText() + ")";
            }
            default -> type;
        };
    }

    private String described(JsonNode answer) {
        var text = new StringBuilder();
        for (Map.Entry<String, JsonNode> each : answer.properties()) {
            JsonNode value = each.getValue();
            if (QUIET.contains(each.getKey())
                    || value.isNull()
                    || (value.isTextual() && value.asText().isEmpty())) continue;
            if (value.isArray()) text.append(list(each.getKey(), value));
            else if (value.isObject()) text.append(pairs(each.getKey(), value));
            else text.append(each.getKey()).append(" : ").append(value.asText()).append('\n');
        }
        return text.toString();
    }

    private String list(String name, JsonNode array) {
        if (array.isEmpty()) return "no " + name + "\n";
        if (!array.path(0).isObject()) {
            var rows = new ArrayList<List<String>>();
            for (JsonNode each : array) rows.add(List.of(TextTable.cell(each)));
            return TextTable.text(List.of(name), rows, width);
        }
        Set<String> headings = new LinkedHashSet<>();
        for (JsonNode each : array)
            for (Map.Entry<String, JsonNode> field : each.properties()) headings.add(field.getKey());
        headings.removeAll(QUIET);
        var rows = new ArrayList<List<String>>();
        for (JsonNode each : array) {
            var row = new ArrayList<String>();
            for (String heading : headings) {
                JsonNode value = each.path(heading);
                row.add(heading.equals("schema") && value.has("type") ? type(value) : TextTable.cell(value));
            }
            rows.add(row);
        }
        return TextTable.text(List.copyOf(headings), rows, width);
    }

    private String pairs(String name, JsonNode object) {
        if (object.isEmpty()) return "no " + name + "\n";
        var rows = new ArrayList<List<String>>();
        for (Map.Entry<String, JsonNode> each : object.properties())
            rows.add(List.of(
                    each.getKey(),
                    each.getValue().has("type") ? type(each.getValue()) : TextTable.cell(each.getValue())));
        return TextTable.text(List.of(name, "value"), rows, width);
    }
}
