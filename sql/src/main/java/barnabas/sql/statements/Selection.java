package barnabas.sql.statements;

import barnabas.sql.analysis.QueryAnalysis;
import barnabas.sql.syntax.Query;

/// A SELECT whose rows go to the one who asks.
public record Selection(Query query, QueryAnalysis.Result result) {}
