package barnabas.sql.statements;

import barnabas.sql.syntax.Outside;
import barnabas.sql.syntax.SqlProblem;
import barnabas.sql.syntax.Statement;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// ASSERT TOPIC and ASSERT SCHEMA: reasons why they do not hold.
public final class TopicAssertions {
    private static final Set<String> CHECKED = Set.of("PARTITIONS", "REPLICAS");

    private TopicAssertions() {}

    /// @throws SqlProblem when the statement names a setting that is not compared
    public static void checkProperties(Statement.AssertTopic check) {
        for (String each : check.properties().keySet())
            if (!CHECKED.contains(each))
                throw new SqlProblem(check.at(), "Cannot assert unknown topic property: " + each);
    }

    /// @param found numbers of the topic by their names, without those that are not known; null without the topic
    public static Optional<String> problem(Statement.AssertTopic check, @Nullable Map<String, Integer> found) {
        if (!check.exists())
            return found == null ? Optional.empty() : Optional.of("Topic " + check.topic() + " exists");
        if (found == null) return Optional.of("Topic " + check.topic() + " does not exist");
        for (Map.Entry<String, String> each : check.properties().entrySet()) {
            Integer number = found.get(each.getKey());
            if (number != null && !each.getValue().equals(number.toString()))
                return Optional.of("Mismatched configuration for topic " + check.topic() + ": For config "
                        + each.getKey() + ", expected " + each.getValue() + " got " + number);
        }
        return Optional.empty();
    }

    /// @param there whether the registry has such a schema
    public static Optional<String> problem(Outside.AssertSchema check, boolean there) {
        if (there == check.exists()) return Optional.empty();
        String what = "Schema with" + (check.subject() == null ? "" : " subject name " + check.subject())
                + (check.id() == null ? "" : (check.subject() == null ? "" : ",") + " id " + check.id());
        return Optional.of(what + (there ? " exists" : " does not exist"));
    }
}
