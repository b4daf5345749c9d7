/// Queries to plans: names, types, keys, names of results. Start reading at [barnabas.sql.analysis.QueryAnalysis].
@NullMarked
package barnabas.sql.analysis;

import org.jspecify.annotations.NullMarked;
