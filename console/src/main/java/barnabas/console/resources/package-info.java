/// Resources below `/api/v1`: what each route reads and changes. Start reading at
/// [barnabas.console.resources.Resources].
@NullMarked
package barnabas.console.resources;

import org.jspecify.annotations.NullMarked;
