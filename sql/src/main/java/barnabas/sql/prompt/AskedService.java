package barnabas.sql.prompt;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Map;

/// The service as the prompt uses it.
public interface AskedService {
    /// Settings that a request carries beside its statement.
    ///
    /// @param properties of SET
    /// @param variables of DEFINE
    record Settings(Map<String, String> properties, Map<String, String> variables) {}

    /// Rows of a query as they come.
    interface Rows {
        /// Called once, first: `{"queryId": ..., "columnNames": [...], "columnTypes": [...]}`.
        void header(JsonNode header);

        /// @return false to end the query
        boolean row(JsonNode row);
    }

    /// Lines of PRINT as they come.
    @FunctionalInterface
    interface Lines {
        /// @return false to end
        boolean line(String line);
    }

    /// AnswerText to a statement: an array of objects with an `@type`, or one object for a problem.
    ///
    /// @throws IOException when the service cannot be reached
    JsonNode execute(String statement, Settings settings) throws IOException, InterruptedException;

    /// Runs a SELECT until it ends.
    ///
    /// @throws ServiceProblem when the service refuses it, or it fails
    void query(String statement, Settings settings, Rows rows) throws IOException, InterruptedException;

    /// Runs a PRINT until it ends.
    void print(String statement, Settings settings, Lines lines) throws IOException, InterruptedException;

    /// Whether the service answers.
    boolean answers() throws InterruptedException;

    /// Ends the query that runs, from another thread.
    void cancel();
}
