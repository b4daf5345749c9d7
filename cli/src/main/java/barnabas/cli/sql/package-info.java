/// The way of the command to the jars of continuous SQL.
@NullMarked
package barnabas.cli.sql;

import org.jspecify.annotations.NullMarked;
