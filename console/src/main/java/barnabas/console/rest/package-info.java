/// The REST interface: routes, their parameters and errors, and the OpenAPI document that is made from them. Start
/// reading at [barnabas.console.rest.Route].
@NullMarked
package barnabas.console.rest;

import org.jspecify.annotations.NullMarked;
