/// JSON of requests, responses and record values. Start reading at [barnabas.console.json.JsonObject].
@NullMarked
package barnabas.console.json;

import org.jspecify.annotations.NullMarked;
