/// Users of REST and what they may do. Start reading at [barnabas.sql.access.ClusterLogins].
@NullMarked
package barnabas.sql.access;

import org.jspecify.annotations.NullMarked;
