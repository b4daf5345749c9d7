package barnabas.registry.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.ExecutionContext;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaContext;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.dialect.BasicDialectRegistry;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.DialectRegistry;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.keyword.Keyword;
import com.networknt.schema.keyword.KeywordValidator;
import com.networknt.schema.path.NodePath;
import java.util.ArrayList;
import java.util.List;

/// A keyword that refers to another schema, with steps counted as those of [BoundedPattern]: a schema that refers
/// twice to the one before it doubles the time with each.
record CountedReference(Keyword keyword) implements Keyword {
    private static final List<String> KEYWORDS = List.of("$ref", "$dynamicRef", "$recursiveRef");

    /// The drafts with references that are counted.
    static final DialectRegistry DRAFTS = new BasicDialectRegistry(drafts());

    private static List<Dialect> drafts() {
        var counted = new ArrayList<Dialect>();
        for (Dialect each : List.of(
                Dialects.getDraft4(),
                Dialects.getDraft6(),
                Dialects.getDraft7(),
                Dialects.getDraft201909(),
                Dialects.getDraft202012())) {
            Dialect.Builder draft = Dialect.builder(each);
            for (String name : KEYWORDS) {
                Keyword present = each.getKeywords().get(name);
                if (present != null) draft.keyword(new CountedReference(present));
            }
            counted.add(draft.build());
        }
        return counted;
    }

    @Override
    public String getValue() {
        return keyword.getValue();
    }

    @Override
    public KeywordValidator newValidator(SchemaLocation place, JsonNode node, Schema parent, SchemaContext context)
            throws Exception {
        return new Counted(keyword.newValidator(place, node, parent, context));
    }

    private record Counted(KeywordValidator followed) implements KeywordValidator {
        @Override
        public void validate(ExecutionContext context, JsonNode node, JsonNode root, NodePath place) {
            BoundedPattern.followReference();
            followed.validate(context, node, root, place);
        }

        @Override
        public void walk(ExecutionContext context, JsonNode node, JsonNode root, NodePath place, boolean validates) {
            BoundedPattern.followReference();
            followed.walk(context, node, root, place, validates);
        }

        @Override
        public void preloadSchema() {
            followed.preloadSchema();
        }

        @Override
        public String getKeyword() {
            return followed.getKeyword();
        }

        @Override
        public SchemaLocation getSchemaLocation() {
            return followed.getSchemaLocation();
        }
    }
}
