/// REST interfaces of other services. Start reading at [barnabas.sql.web.JsonService].
@NullMarked
package barnabas.sql.web;

import org.jspecify.annotations.NullMarked;
