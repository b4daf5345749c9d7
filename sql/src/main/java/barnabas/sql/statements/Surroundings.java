package barnabas.sql.statements;

import org.jspecify.annotations.Nullable;

/// Scripts, topics and schemas around a session that no service answers for.
public interface Surroundings {
    /// Text of a file of statements.
    ///
    /// @throws barnabas.sql.syntax.SqlProblem when it cannot be read
    String script(String path);

    /// Checks what SET gives to a property.
    ///
    /// @throws barnabas.sql.syntax.SqlProblem when there is no such property, or none with this value
    void checkProperty(String name, String value);

    boolean hasTopic(String topic);

    /// @param subject null for any
    /// @param id null for any
    boolean hasSchema(@Nullable String subject, @Nullable Integer id);
}
