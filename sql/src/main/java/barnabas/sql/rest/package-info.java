/// The service over HTTP, as ksqlDB's documentation describes it. Start reading at [barnabas.sql.rest.RestServer].
@NullMarked
package barnabas.sql.rest;

import org.jspecify.annotations.NullMarked;
