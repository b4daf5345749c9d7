/// Queries after analysis, ready to become a topology. Start reading at [barnabas.sql.plan.Plan].
@NullMarked
package barnabas.sql.plan;

import org.jspecify.annotations.NullMarked;
